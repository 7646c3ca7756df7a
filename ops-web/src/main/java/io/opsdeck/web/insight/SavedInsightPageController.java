package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.Annotations;
import io.opsdeck.analytics.board.BoardError;
import io.opsdeck.analytics.board.InsightId;
import io.opsdeck.analytics.board.InsightShares;
import io.opsdeck.analytics.board.SavedInsight;
import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.insight.InsightError;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a team does with insights that it keeps; each change ends on the page it was made from. */
@PageController
class SavedInsightPageController {

    private final SavedInsights insights;
    private final InsightShares shares;
    private final Annotations annotations;
    private final QuestionDesk desk;
    private final Members members;
    private final MessageSource messages;
    private final JsonMapper json;

    SavedInsightPageController(
            SavedInsights insights,
            InsightShares shares,
            Annotations annotations,
            QuestionDesk desk,
            Members members,
            MessageSource messages,
            JsonMapper json) {
        this.insights = insights;
        this.shares = shares;
        this.annotations = annotations;
        this.desk = desk;
        this.members = members;
        this.messages = messages;
        this.json = json;
    }

    @PostMapping("/insights")
    @Requires(Permission.INSIGHT_MANAGE)
    String save(
            @RequestParam String name,
            @RequestParam(defaultValue = "") String description,
            @RequestParam String query,
            HttpServletRequest request) {
        Access access = Caller.require(request);
        JsonNode asked = asked(query, access);
        InsightId id = insights.save(QuestionDesk.kind(asked), name, description, asked.toString(), access.member());
        return "redirect:/insights/" + id + "?said=saved";
    }

    /** Another question under the same name. */
    @PostMapping("/insights/{id}/question")
    @Requires(Permission.INSIGHT_MANAGE)
    String change(@PathVariable String id, @RequestParam(defaultValue = "") String query, HttpServletRequest request) {
        InsightId insight = insights.require(InsightId.of(id)).id();
        JsonNode asked = asked(query, Caller.require(request));
        insights.change(insight, QuestionDesk.kind(asked), asked.toString());
        return "redirect:/insights/" + insight + "?said=saved";
    }

    @PostMapping("/insights/{id}/describe")
    @Requires(Permission.INSIGHT_MANAGE)
    String describe(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String description,
            @RequestParam(defaultValue = "") String owner) {
        SavedInsight insight = insights.require(InsightId.of(id));
        UUID chosen = owner.isEmpty()
                ? insight.owner()
                : members.one(uuid(owner, CoreError.MEMBER_NOT_FOUND)).id();
        insights.describe(insight.id(), name, description, chosen);
        return "redirect:/insights/" + insight.id() + "?said=saved";
    }

    /**
     * Makes a funnel a conversion path.
     *
     * @param target in per cent, or empty
     */
    @PostMapping("/insights/{id}/path")
    @Requires(Permission.INSIGHT_MANAGE)
    String plan(@PathVariable String id, @RequestParam(defaultValue = "") String target, HttpServletRequest request) {
        InsightId insight = insights.require(InsightId.of(id)).id();
        List<String> notes = new ArrayList<>();
        String[] given = request.getParameterValues("note");
        if (given != null) {
            notes.addAll(List.of(given));
        }
        insights.plan(insight, share(target), notes);
        return "redirect:/insights/" + insight + "?said=saved";
    }

    @PostMapping("/insights/{id}/duplicate")
    @Requires(Permission.INSIGHT_MANAGE)
    String duplicate(@PathVariable String id, HttpServletRequest request, Locale locale) {
        SavedInsight original = insights.require(InsightId.of(id));
        String name = messages.getMessage("insight.copy.name", new Object[] {original.name()}, locale);
        InsightId copy =
                insights.duplicate(original.id(), name, Caller.require(request).member());
        return "redirect:/insights/" + copy + "?said=duplicated";
    }

    @PostMapping("/insights/{id}/delete")
    @Requires(Permission.INSIGHT_MANAGE)
    String delete(@PathVariable String id) {
        InsightId gone = InsightId.of(id);
        insights.delete(gone);
        return "redirect:/insights?gone=" + gone;
    }

    @PostMapping("/insights/{id}/restore")
    @Requires(Permission.INSIGHT_MANAGE)
    String restore(@PathVariable String id) {
        InsightId insight = InsightId.of(id);
        insights.restore(insight);
        return "redirect:/insights/" + insight + "?said=restored";
    }

    /** @param back where it was asked for: today, or the insight itself */
    @PostMapping("/insights/{id}/pin")
    @Requires(Permission.INSIGHT_MANAGE)
    String pin(@PathVariable String id) {
        InsightId insight = InsightId.of(id);
        insights.pin(insight);
        return "redirect:/insights/" + insight + "?said=pinned";
    }

    @PostMapping("/insights/{id}/unpin")
    @Requires(Permission.INSIGHT_MANAGE)
    String unpin(@PathVariable String id, @RequestParam(defaultValue = "") String back) {
        InsightId insight = InsightId.of(id);
        insights.unpin(insight);
        return back.equals("today") ? "redirect:/" : "redirect:/insights/" + insight + "?said=unpinned";
    }

    /** Moves a tile of Today by one place. */
    @PostMapping("/insights/{id}/move")
    @Requires(Permission.INSIGHT_MANAGE)
    String move(@PathVariable String id, @RequestParam(defaultValue = "false") boolean forward) {
        insights.move(InsightId.of(id), forward);
        return "redirect:/";
    }

    @PostMapping("/insights/{id}/share/{share}/revoke")
    @Requires(Permission.INSIGHT_MANAGE)
    String revoke(@PathVariable String id, @PathVariable String share) {
        InsightId insight = insights.require(InsightId.of(id)).id();
        shares.revoke(insight, uuid(share, BoardError.SHARE_NOT_FOUND));
        return "redirect:/insights/" + insight + "?said=unshared";
    }

    @PostMapping("/annotations")
    @Requires(Permission.INSIGHT_MANAGE)
    String annotate(@RequestParam String day, @RequestParam String text, @RequestParam(defaultValue = "") String back) {
        annotations.add(day(day), text);
        return "redirect:" + place(back);
    }

    @PostMapping("/annotations/{id}/delete")
    @Requires(Permission.INSIGHT_MANAGE)
    String forget(@PathVariable String id, @RequestParam(defaultValue = "") String back) {
        annotations.delete(uuid(id, BoardError.ANNOTATION_NOT_FOUND));
        return "redirect:" + place(back);
    }

    /** The question of a form, checked as if it were asked now. */
    private JsonNode asked(String query, Access access) {
        try {
            JsonNode asked = json.readTree(query);
            desk.read(asked, access);
            return asked;
        } catch (JacksonException e) {
            throw InsightError.QUERY_NOT_READABLE.at("");
        }
    }

    /** Only pages of insights are gone back to. */
    private static String place(String back) {
        return back.matches("/insights/[^\\s\\\\]*") ? back : "/insights";
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw CoreError.INVALID_VALUE.at("/day", text);
        }
    }

    private static @Nullable BigDecimal share(String perCent) {
        if (perCent.isBlank()) {
            return null;
        }
        if (!perCent.strip().matches("\\d{1,3}(\\.\\d{1,4})?")) {
            throw CoreError.INVALID_VALUE.at("/target", perCent);
        }
        return new BigDecimal(perCent.strip()).movePointLeft(2);
    }

    private static UUID uuid(String text, ErrorCode otherwise) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw otherwise.exception(e);
        }
    }
}
