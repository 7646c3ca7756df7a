package io.opsdeck.web.insight;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.insight.QuestionDesk.Desk;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Questions about behaviour, built on the screen. */
@PageController
class InsightPageController {

    private static final int SUGGESTED = 60;

    private final QuestionDesk desk;
    private final EventDictionary dictionary;
    private final MessageSource messages;

    InsightPageController(QuestionDesk desk, EventDictionary dictionary, MessageSource messages) {
        this.desk = desk;
        this.dictionary = dictionary;
        this.messages = messages;
    }

    @GetMapping("/insights")
    @Requires(Permission.INSIGHT_READ)
    String list(Model model) {
        model.addAttribute("kinds", KindView.all());
        return "insight/list";
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
        model.addAttribute("path", path);
        model.addAttribute("kinds", KindView.all());
        model.addAttribute(
                "measures",
                Arrays.stream(InsightQuery.Measure.values())
                        .map(QueryWords::lower)
                        .toList());
        model.addAttribute("operators", QueryForm.operators());
        model.addAttribute("events", events());
        model.addAttribute("mayPeople", access.may(Permission.PROFILE_READ));
        if (shown.wrong()) {
            response.setStatus(422);
        }
        if (request.getHeader("HX-Request") == null) {
            return "insight/builder";
        }
        response.setHeader("HX-Push-Url", path + "?" + shown.address());
        return "insight/builder :: builder";
    }

    private List<Suggestion> events() {
        return dictionary.events().stream()
                .sorted(java.util.Comparator.comparingLong(EventDictionary.EventDefinition::count)
                        .reversed())
                .limit(SUGGESTED)
                .map(event -> new Suggestion(event.name(), event.name(), event.count()))
                .toList();
    }

    private static InsightKind kindOf(String key) {
        return QuestionDesk.kind(tools.jackson.databind.node.JsonNodeFactory.instance
                .objectNode()
                .put("kind", key));
    }
}
