package io.opsdeck.web.people;

import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.insight.Filter.Operator;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.user.profile.Profile;
import io.opsdeck.user.profile.ProfileCount;
import io.opsdeck.user.profile.ProfileFilter;
import io.opsdeck.user.profile.ProfileList;
import io.opsdeck.user.profile.ProfileOrder;
import io.opsdeck.user.profile.ProfileView;
import io.opsdeck.user.profile.Profiles;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** The people of a workspace and what is known of each. */
@PageController
class PeoplePageController {

    private static final int PAGE = 50;

    private final Profiles profiles;
    private final Workspaces workspaces;
    private final ContactSight sight;
    private final ContactReads reads;
    private final ConditionWords words;
    private final MessageSource messages;

    PeoplePageController(
            Profiles profiles,
            Workspaces workspaces,
            ContactSight sight,
            ContactReads reads,
            ConditionWords words,
            MessageSource messages) {
        this.profiles = profiles;
        this.workspaces = workspaces;
        this.sight = sight;
        this.reads = reads;
        this.words = words;
        this.messages = messages;
    }

    /** A condition on a trait as the address holds it, and the address without it. */
    record Chip(ConditionWords.Words words, String without) {}

    /**
     * The list.
     *
     * @param q part of a name, an address, a number or a user id; where nobody has it, the id of a device or a number
     *     written another way
     * @param who identified, anonymous, or empty for both
     * @param f conditions on traits; see {@link ProfileFilter#parse}
     * @param field and the next two: a condition to add to them
     */
    @GetMapping("/people")
    @Requires(Permission.PROFILE_READ)
    String list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String who,
            @RequestParam(defaultValue = "last_seen") String sort,
            @RequestParam(defaultValue = "") String field,
            @RequestParam(defaultValue = "eq") String op,
            @RequestParam(defaultValue = "") String value,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        String[] given = request.getParameterValues("f");
        List<String> conditions = new ArrayList<>(given == null ? List.of() : Arrays.asList(given));
        if (!field.isBlank()) {
            conditions.add(escaped(field.strip()) + ":" + op + (value.isBlank() ? "" : ":" + escaped(value.strip())));
        }
        if (!field.isBlank()) {
            return "redirect:" + address(q, who, sort, conditions, null);
        }
        response.addHeader("Vary", "HX-Request");
        model.addAttribute("q", q);
        model.addAttribute("who", who);
        model.addAttribute("sort", sort);
        model.addAttribute("conditions", conditions);
        model.addAttribute("operators", Operator.values());
        Access access = Caller.require(request);
        model.addAttribute("masked", !sight.isClear(access));
        ProfileOrder order = order(sort);
        try {
            List<ProfileFilter> filters = sight.filters(filters(q, who, conditions, zone(request)), access);
            ProfileList list = cursor == null ? profiles.list(filters, order, PAGE) : null;
            ProfileCount count = list == null ? null : list.count();
            Page<ProfileView> page =
                    sight.people(list == null ? profiles.page(filters, order, cursor, PAGE) : list.page(), access);
            if (count != null && page.data().isEmpty() && filters.size() == 1 && !q.isBlank()) {
                List<ProfileView> found =
                        profiles.find(q, sight.isClear(access)).stream().toList();
                page = sight.people(new Page<>(found, null), access);
                count = new ProfileCount(page.data().size(), count.total(), false);
            }
            reads.list(ContactReads.names(q, who, conditions), page.data().size(), access);
            model.addAttribute("page", page);
            model.addAttribute("next", page.next() == null ? null : address(q, who, sort, conditions, page.next()));
            model.addAttribute("count", count);
        } catch (OpsdeckException refused) {
            if (!List.of(ErrorKind.INVALID, ErrorKind.FORBIDDEN)
                            .contains(refused.code().kind())
                    || cursor != null) {
                throw refused;
            }
            model.addAttribute("page", new Page<ProfileView>(List.of(), null));
            model.addAttribute(
                    "refused",
                    messages.getMessage(
                            "error." + refused.code().code(),
                            refused.arguments().toArray(),
                            locale));
        }
        List<Chip> chips = new ArrayList<>();
        for (String condition : conditions) {
            List<String> others = new ArrayList<>(conditions);
            others.remove(condition);
            chips.add(new Chip(words.of(condition, locale), address(q, who, sort, others, null)));
        }
        model.addAttribute("chips", chips);
        if (request.getHeader("HX-Request") == null) {
            return "people/list";
        }
        return cursor == null ? "people/list :: result" : "people/list :: rows";
    }

    /** One person; the address of one who was merged leads to whom it was merged into. */
    @GetMapping("/people/{id}")
    @Requires(Permission.PROFILE_READ)
    String one(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        PersonId person = PersonId.of(id);
        Access access = Caller.require(request);
        Profile profile = sight.person(profiles.require(person), access);
        reads.one(person, access);
        if (!profile.view().id().equals(person)) {
            return "redirect:/people/" + profile.view().id();
        }
        boolean mayReadEvents = access.may(Permission.EVENT_READ);
        model.addAttribute("profile", profile);
        model.addAttribute("masked", !sight.isClear(access));
        model.addAttribute("called", called(profile.view(), locale));
        model.addAttribute("mayReadEvents", mayReadEvents);
        if (mayReadEvents) {
            Page<LoggedEvent> page = sight.events(profiles.timeline(person, cursor, PAGE), access);
            model.addAttribute("page", page);
            model.addAttribute(
                    "next",
                    page.next() == null
                            ? null
                            : UriComponentsBuilder.fromPath("/people/" + person)
                                    .queryParam("cursor", page.next())
                                    .toUriString());
        }
        return request.getHeader("HX-Request") == null ? "people/one" : "people/one :: rows";
    }

    private String called(ProfileView view, Locale locale) {
        return Stream.of(view.name(), view.email(), view.userId())
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> messages.getMessage("people.anonymous", null, locale));
    }

    static List<ProfileFilter> filters(String q, String who, List<String> conditions, ZoneId zone) {
        List<ProfileFilter> filters = new ArrayList<>();
        if (!q.isBlank()) {
            filters.add(new ProfileFilter.Text(q));
        }
        if (!who.isEmpty()) {
            if (!List.of("identified", "anonymous").contains(who)) {
                throw CoreError.INVALID_VALUE.at("who", who);
            }
            filters.add(new ProfileFilter.Identified(who.equals("identified")));
        }
        conditions.forEach(condition -> filters.add(ProfileFilter.parse(condition, zone)));
        return filters;
    }

    static ProfileOrder order(String sort) {
        for (ProfileOrder order : ProfileOrder.values()) {
            if (order.name().toLowerCase(Locale.ROOT).equals(sort)) {
                return order;
            }
        }
        throw CoreError.INVALID_VALUE.at("sort", sort);
    }

    private ZoneId zone(HttpServletRequest request) {
        return workspaces
                .require(Caller.require(request).workspace())
                .settings()
                .timeZone();
    }

    private static String address(String q, String who, String sort, List<String> conditions, @Nullable String cursor) {
        var uri = UriComponentsBuilder.fromPath("/people");
        if (!q.isEmpty()) {
            uri.queryParam("q", "{q}");
        }
        if (!who.isEmpty()) {
            uri.queryParam("who", who);
        }
        if (!sort.equals("last_seen")) {
            uri.queryParam("sort", sort);
        }
        List<Object> values = new ArrayList<>();
        if (!q.isEmpty()) {
            values.add(q);
        }
        for (int i = 0; i < conditions.size(); i++) {
            uri.queryParam("f", "{f" + i + "}");
            values.add(conditions.get(i));
        }
        if (cursor != null) {
            uri.queryParam("cursor", "{cursor}");
            values.add(cursor);
        }
        return uri.encode().buildAndExpand(values.toArray()).toUriString();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(":", "\\:").replace(",", "\\,");
    }
}
