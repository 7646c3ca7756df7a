package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.InsightId;
import io.opsdeck.analytics.board.InsightShares;
import io.opsdeck.analytics.board.SavedInsight;
import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.insight.QuestionDesk.Desk;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions about behaviour, built on the screen. */
@PageController
class InsightPageController {

    private static final int SUGGESTED = 60;
    private static final String LINK = "insight.link";
    private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");
    private static final Set<String> SAID = Set.of("saved", "duplicated", "restored", "pinned", "unpinned", "unshared");

    private final QuestionDesk desk;
    private final EventDictionary dictionary;
    private final SavedInsights insights;
    private final InsightShares shares;
    private final ContactGuard guard;
    private final Members members;
    private final MessageSource messages;
    private final JsonMapper json;
    private final String baseUrl;

    InsightPageController(
            QuestionDesk desk,
            EventDictionary dictionary,
            SavedInsights insights,
            InsightShares shares,
            ContactGuard guard,
            Members members,
            MessageSource messages,
            JsonMapper json,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.desk = desk;
        this.dictionary = dictionary;
        this.insights = insights;
        this.shares = shares;
        this.guard = guard;
        this.members = members;
        this.messages = messages;
        this.json = json;
        this.baseUrl = baseUrl;
    }

    /** What the team keeps, and what can be asked anew. */
    @GetMapping("/insights")
    @Requires(Permission.INSIGHT_READ)
    String list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String gone,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        if (ID.matcher(gone).matches()) {
            model.addAttribute("toast", messages.getMessage("insight.deleted", null, locale));
            model.addAttribute("undo", "/insights/" + gone + "/restore");
        }
        model.addAttribute("q", q);
        model.addAttribute("kinds", KindView.all());
        model.addAttribute("mayManage", access.may(Permission.INSIGHT_MANAGE));
        model.addAttribute(
                "insights",
                insights.list(q.strip()).stream()
                        .map(insight -> new Row(insight, KindView.of(insight.kind())))
                        .toList());
        return request.getHeader("HX-Request") == null ? "insight/list" : "insight/list :: result";
    }

    /** One line of the list. */
    record Row(SavedInsight insight, KindView kind) {}

    /** An insight that is kept, with the fields of the address in the place of its own where it has some. */
    @GetMapping("/insights/{id}")
    @Requires(Permission.INSIGHT_READ)
    String one(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String add,
            @RequestParam(required = false) @Nullable String remove,
            @RequestParam(defaultValue = "") String said,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        SavedInsight insight = insights.require(InsightId.of(id));
        if (SAID.contains(said)) {
            model.addAttribute("toast", messages.getMessage("insight." + said, null, locale));
        }
        Access access = Caller.require(request);
        boolean changed = request.getParameterMap().containsKey("kind");
        JsonNode kept = desk.seen(insight.query(), access);
        Desk shown = changed
                ? desk.filled(request.getParameterMap(), add, remove, access, locale)
                : desk.kept(kept, access, locale);
        model.addAttribute("insight", insight);
        model.addAttribute("changed", changed && !desk.isSame(kept, shown.query()));
        model.addAttribute("shares", shares.list(insight.id()));
        model.addAttribute("link", link(insight.id(), request));
        model.addAttribute("members", members.list(""));
        if (insight.kind() == InsightKind.FUNNEL) {
            model.addAttribute("plan", PathView.of(insight, kept, shown.answer(), new Words(messages, locale)));
        }
        return show(shown, "/insights/" + insight.id(), request, response, model);
    }

    /** Makes a link, which the page shows this once. What strangers must not see is not behind it. */
    @PostMapping("/insights/{id}/share")
    @Requires(Permission.INSIGHT_MANAGE)
    String share(@PathVariable String id, HttpServletRequest request) {
        SavedInsight insight = insights.require(InsightId.of(id));
        guard.checkForStrangers(json.readTree(insight.query()));
        request.getSession().setAttribute(LINK, insight.id() + " " + shares.create(insight.id()));
        return "redirect:/insights/" + insight.id();
    }

    /** The link that was made just now: the first page of its insight takes it out of the session. */
    private @Nullable String link(InsightId insight, HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        String mine = insight + " ";
        if (session == null || !(session.getAttribute(LINK) instanceof String made) || !made.startsWith(mine)) {
            return null;
        }
        session.removeAttribute(LINK);
        return baseUrl + "/shared/" + made.substring(mine.length());
    }

    /** A tile of Today. */
    @GetMapping("/insights/{id}/tile")
    @Requires(Permission.INSIGHT_READ)
    String tile(@PathVariable String id, HttpServletRequest request, Locale locale, Model model) {
        SavedInsight insight = insights.require(InsightId.of(id));
        Access access = Caller.require(request);
        Desk shown = desk.kept(desk.seen(insight.query(), access), access, locale);
        model.addAttribute("insight", insight);
        model.addAttribute("kind", KindView.of(insight.kind()));
        model.addAttribute("desk", shown);
        model.addAttribute("mayManage", access.may(Permission.INSIGHT_MANAGE));
        return "insight/tile :: tile";
    }

    /**
     * The builder of one kind.
     *
     * @param kind which; all other fields of the question are named by their place in its JSON
     * @param add a list that gets an empty row
     * @param remove a row that goes
     */
    @GetMapping("/insights/new")
    @Requires(Permission.INSIGHT_READ)
    String builder(
            @RequestParam(defaultValue = "trend") String kind,
            @RequestParam(required = false) @Nullable String add,
            @RequestParam(required = false) @Nullable String remove,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access access = Caller.require(request);
        boolean fresh = request.getParameterMap().keySet().stream().allMatch(name -> name.equals("kind"));
        Desk shown = fresh
                ? desk.first(kindOf(kind), access, locale)
                : desk.filled(request.getParameterMap(), add, remove, access, locale);
        return show(shown, "/insights/new", request, response, model);
    }

    @GetMapping("/insights/answer.csv")
    @Requires(Permission.INSIGHT_READ)
    void csv(HttpServletRequest request, HttpServletResponse response, Locale locale) throws IOException {
        AnswerFile.csv(fileName(request, locale), answer(request, locale).sheets(), response);
    }

    @GetMapping("/insights/answer.xlsx")
    @Requires(Permission.INSIGHT_READ)
    void xlsx(HttpServletRequest request, HttpServletResponse response, Locale locale) throws IOException {
        AnswerFile.xlsx(fileName(request, locale), answer(request, locale).sheets(), response);
    }

    private AnswerView answer(HttpServletRequest request, Locale locale) {
        Access access = Caller.require(request);
        return desk.answer(desk.read(desk.query(request.getParameterMap()), access), access, locale);
    }

    private String fileName(HttpServletRequest request, Locale locale) {
        return messages.getMessage(
                "insight.kind." + QueryWords.lower(QuestionDesk.kind(desk.query(request.getParameterMap()))),
                null,
                locale);
    }

    private String show(
            Desk shown, String path, HttpServletRequest request, HttpServletResponse response, Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        model.addAttribute("desk", shown);
        model.addAttribute("form", shown.form());
        model.addAttribute("place", path);
        model.addAttribute("mayManage", access.may(Permission.INSIGHT_MANAGE));
        model.addAttribute(
                "call",
                "curl -X POST " + baseUrl
                        + "/api/v1/insights/query \\\n  -H 'Authorization: Bearer <token>' \\\n  -H 'Content-Type: application/json' \\\n  -d '"
                        + shown.query().toString().replace("'", "'\\''") + "'");
        model.addAttribute("kinds", KindView.all());
        model.addAttribute(
                "measures",
                Arrays.stream(InsightQuery.Measure.values())
                        .map(QueryWords::lower)
                        .toList());
        model.addAttribute("operators", QueryForm.operators());
        model.addAttribute("events", events());
        model.addAttribute("mayPeople", access.may(Permission.PROFILE_READ));
        model.addAttribute("maySources", access.may(Permission.SOURCE_READ));
        if (shown.wrong()) {
            response.setStatus(422);
        }
        if (request.getHeader("HX-Request") == null) {
            return "insight/builder";
        }
        String address = path + "?" + shown.address();
        boolean there = String.valueOf(request.getHeader("HX-Current-URL")).endsWith(address);
        response.setHeader("HX-Push-Url", there ? "false" : address);
        return "insight/builder :: builder";
    }

    private List<Suggestion> events() {
        return dictionary.events().stream()
                .sorted(java.util.Comparator.comparingLong(EventDictionary.EventDefinition::count)
                        .reversed())
                .limit(SUGGESTED)
                .map(event -> new Suggestion(event.name(), event.name(), event.count(), Suggestion.Group.NAME))
                .toList();
    }

    private static InsightKind kindOf(String key) {
        return QuestionDesk.kind(tools.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("kind", key));
    }
}
