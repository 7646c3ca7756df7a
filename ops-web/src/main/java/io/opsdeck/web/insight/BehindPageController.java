package io.opsdeck.web.insight;

import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.insight.InsightPoint;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.user.profile.ProfileView;
import io.opsdeck.user.profile.Profiles;
import io.opsdeck.web.people.ContactReads;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.node.ObjectNode;

/** The people behind a number: the question of the answer it stands in, and the number's place. */
@PageController
class BehindPageController {

    private static final int PAGE = 50;

    private final QuestionDesk desk;
    private final Insights insights;
    private final Profiles profiles;
    private final ContactSight sight;
    private final ContactReads reads;
    private final PeopleFile file;
    private final MessageSource messages;

    BehindPageController(
            QuestionDesk desk,
            Insights insights,
            Profiles profiles,
            ContactSight sight,
            ContactReads reads,
            PeopleFile file,
            MessageSource messages) {
        this.desk = desk;
        this.insights = insights;
        this.profiles = profiles;
        this.sight = sight;
        this.reads = reads;
        this.file = file;
        this.messages = messages;
    }

    /** A person; without a profile as long as the log is ahead of the profiles. */
    record Behind(PersonId id, @Nullable ProfileView profile) {}

    /** @param cursor where the page before ended */
    @GetMapping("/insights/people")
    @Requires(Permission.PROFILE_READ)
    String people(
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        ObjectNode asked = desk.query(request.getParameterMap());
        InsightQuery query = desk.read(asked, access);
        ObjectNode point = PointForm.of(request.getParameterMap());
        Insights.People page = insights.people(query, InsightPoint.of(point), from(cursor), PAGE);
        String address = QueryForm.address(asked) + "&" + PointForm.address(request.getParameterMap());
        var words = new Words(messages, locale);
        reads.list(List.of("insight"), page.people().size(), access);
        model.addAttribute("people", known(page.people(), access));
        model.addAttribute("total", words.number(page.total()));
        model.addAttribute(
                "next", page.next() == null ? null : "/insights/people?" + address + "&cursor=" + page.next());
        model.addAttribute("number", PointForm.words(query, point, words, new QueryWords(words, desk.zone(access))));
        model.addAttribute("sentence", desk.sentence(query, access, locale));
        model.addAttribute("address", address);
        model.addAttribute("question", "/insights/new?" + QueryForm.address(asked));
        model.addAttribute("masked", !sight.isClear(access));
        if (request.getHeader("HX-Request") == null) {
            return "insight/people";
        }
        return cursor == null ? "insight/people :: panel" : "insight/people :: rows";
    }

    /** All of them, however many there are. */
    @GetMapping("/insights/people.csv")
    @Requires(Permission.PROFILE_READ)
    void export(HttpServletRequest request, HttpServletResponse response, Locale locale) throws IOException {
        Access access = Caller.require(request);
        ObjectNode asked = desk.query(request.getParameterMap());
        InsightQuery query = desk.read(asked, access);
        ObjectNode point = PointForm.of(request.getParameterMap());
        var words = new Words(messages, locale);
        String number = PointForm.words(query, point, words, new QueryWords(words, desk.zone(access)));
        file.send(
                words.text("insight.people.file"),
                new PeopleFile.Number(number, asked, query, InsightPoint.of(point)),
                ids -> known(ids, access),
                response);
    }

    private List<Behind> known(List<PersonId> ids, Access access) {
        Map<PersonId, ProfileView> views = profiles.views(ids);
        return ids.stream()
                .map(id -> {
                    ProfileView view = views.get(id);
                    return new Behind(id, view == null ? null : sight.person(view, access));
                })
                .toList();
    }

    private static int from(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (!cursor.matches("\\d{1,9}")) {
            throw CoreError.INVALID_VALUE.at("cursor", cursor);
        }
        return Integer.parseInt(cursor);
    }
}
