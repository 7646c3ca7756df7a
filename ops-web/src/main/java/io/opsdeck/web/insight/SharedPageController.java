package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.BoardError;
import io.opsdeck.analytics.board.InsightShares;
import io.opsdeck.analytics.board.InsightShares.Shared;
import io.opsdeck.analytics.board.SavedInsight;
import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The answer of an insight for whoever was given a link to it: no way to change the question, nobody's data. */
@PageController
class SharedPageController {

    private final InsightShares shares;
    private final SavedInsights insights;
    private final QuestionDesk desk;
    private final QueryReader reader;
    private final ContactGuard guard;
    private final MessageSource messages;
    private final JsonMapper json;

    SharedPageController(
            InsightShares shares,
            SavedInsights insights,
            QuestionDesk desk,
            QueryReader reader,
            ContactGuard guard,
            MessageSource messages,
            JsonMapper json) {
        this.shares = shares;
        this.insights = insights;
        this.desk = desk;
        this.reader = reader;
        this.guard = guard;
        this.messages = messages;
        this.json = json;
    }

    @GetMapping("/shared/{token}")
    @Open("the link itself is the permission; it can be revoked")
    String page(@PathVariable String token, HttpServletResponse response, Locale locale, Model model) {
        response.setHeader("X-Robots-Tag", "noindex, nofollow");
        response.setHeader("Referrer-Policy", "no-referrer");
        Shared shared = shares.find(token).orElseThrow(BoardError.SHARE_NOT_FOUND::exception);
        CurrentWorkspace.run(shared.workspace(), () -> show(shared, locale, model));
        return "insight/shared";
    }

    private void show(Shared shared, Locale locale, Model model) {
        SavedInsight insight = insights.require(shared.insight());
        model.addAttribute("insight", insight);
        model.addAttribute("kind", KindView.of(insight.kind()));
        model.addAttribute("zone", desk.zone(shared.workspace()).getId());
        try {
            JsonNode asked = json.readTree(insight.query());
            guard.checkForStrangers(asked);
            InsightQuery query = reader.read(asked);
            model.addAttribute("sentence", desk.sentenceForStrangers(query, shared.workspace(), locale));
            model.addAttribute("answer", desk.answerForStrangers(query, shared.workspace(), locale));
        } catch (OpsdeckException refused) {
            if (refused.code().kind() == ErrorKind.NOT_FOUND) {
                throw refused;
            }
            ErrorKind reason = refused.code().kind();
            model.addAttribute("again", reason == ErrorKind.UNAVAILABLE || reason == ErrorKind.TOO_MANY);
            model.addAttribute(
                    "trouble",
                    reason == ErrorKind.FORBIDDEN
                            ? messages.getMessage("insight.shared.contact", null, locale)
                            : desk.text(refused, locale));
        }
    }
}
