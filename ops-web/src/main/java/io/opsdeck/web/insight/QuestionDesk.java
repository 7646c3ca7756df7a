package io.opsdeck.web.insight;

import io.opsdeck.analytics.board.Annotations;
import io.opsdeck.analytics.board.Annotations.Annotation;
import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.insight.InsightError;
import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.analytics.insight.QuestionMask;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.user.profile.Masking;
import io.opsdeck.web.people.ContactSight;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Takes a question as somebody filled it in and gives back all that the builder shows of it. */
@Component
class QuestionDesk {

    private final Insights insights;
    private final QueryReader reader;
    private final ContactGuard guard;
    private final ContactSight sight;
    private final QuestionMask mask;
    private final Masking masking;
    private final EventDictionary dictionary;
    private final Workspaces workspaces;
    private final Annotations annotations;
    private final MessageSource messages;
    private final Clock clock;

    QuestionDesk(
            Insights insights,
            QueryReader reader,
            ContactGuard guard,
            ContactSight sight,
            QuestionMask mask,
            Masking masking,
            EventDictionary dictionary,
            Workspaces workspaces,
            Annotations annotations,
            MessageSource messages,
            Clock clock) {
        this.insights = insights;
        this.reader = reader;
        this.guard = guard;
        this.sight = sight;
        this.mask = mask;
        this.masking = masking;
        this.dictionary = dictionary;
        this.workspaces = workspaces;
        this.annotations = annotations;
        this.messages = messages;
        this.clock = clock;
    }

    /**
     * A question and what came of it.
     *
     * @param query the whole question, as the REST API takes it
     * @param address its fields as the part of an address behind the question mark
     * @param sentence what it measures; null while it cannot be read
     * @param answer null where there is none
     * @param trouble why there is none: what is missing, wrong, or too much just now
     * @param again whether the same question may be answered in some seconds
     * @param wrong whether the reader has to change something
     */
    public record Desk(
            InsightKind kind,
            BuilderForm form,
            JsonNode query,
            String address,
            @Nullable String sentence,
            @Nullable AnswerView answer,
            @Nullable String trouble,
            boolean again,
            boolean wrong) {}

    /** A question that was checked, and may be asked by whoever has this access. */
    InsightQuery read(JsonNode query, Access access) {
        guard.check(query, access);
        return reader.read(query);
    }

    /** The question that these fields are, with all that was left open filled in. */
    ObjectNode query(Map<String, String[]> parameters) {
        ObjectNode query = QueryForm.of(parameters).query();
        FirstQuestion.complete(query, kind(query));
        return query;
    }

    private Ranges ranges(Access access, Locale locale) {
        WorkspaceSettings settings = workspaces.require(access.workspace()).settings();
        LocalDate today = LocalDate.ofInstant(clock.instant(), settings.timeZone());
        return new Ranges(new Words(messages, locale), settings.timeZone(), settings.weekStart(), today);
    }

    /** Shows a new question. */
    Desk first(InsightKind kind, Access access, Locale locale) {
        return desk(QueryForm.of(FirstQuestion.of(kind, frequent())), access, locale);
    }

    /**
     * Shows the question of a form.
     *
     * @param add a list that gets an empty row, or null
     * @param remove a row that goes, or null
     */
    Desk filled(
            Map<String, String[]> parameters,
            @Nullable String add,
            @Nullable String remove,
            Access access,
            Locale locale) {
        QueryForm form = QueryForm.of(parameters);
        if (remove != null) {
            form.remove(remove);
        }
        if (add != null) {
            form.add(add);
        }
        String[] range = parameters.get("range.last");
        if (range != null && range.length > 0) {
            ranges(access, locale).choose(form.state(), range[range.length - 1]);
        }
        return desk(form, access, locale);
    }

    /** Whether two questions are the same, however they are written. */
    boolean isSame(JsonNode kept, JsonNode asked) {
        try {
            return reader.read(kept).equals(reader.read(asked));
        } catch (OpsdeckException refused) {
            return false;
        }
    }

    /** A kept question as {@code access} may see it: what it compares contact data with is masked. */
    JsonNode seen(String query, Access access) {
        return JsonMapper.shared().readTree(sight.isClear(access) ? query : mask.mask(query));
    }

    /** Shows a question that was kept. */
    Desk kept(JsonNode query, Access access, Locale locale) {
        return desk(QueryForm.kept(query), access, locale);
    }

    private Desk desk(QueryForm form, Access access, Locale locale) {
        ObjectNode query = form.query();
        InsightKind kind = kind(query);
        String address = QueryForm.address(query);
        FirstQuestion.complete(query, kind);
        if (!form.state().has("range")) {
            form.state().set("range", query.path("range"));
        }
        Map<String, String> errors = new HashMap<>();
        var shown = new BuilderForm(form.state(), errors, ranges(access, locale));
        var words = new Words(messages, locale);
        String sentence = null;
        try {
            InsightQuery question = read(query, access);
            sentence = new QueryWords(words, zone(access)).sentence(question);
            AnswerView answer = answer(question, access, locale);
            return new Desk(kind, shown, query, address, sentence, answer, null, false, false);
        } catch (OpsdeckException refused) {
            ErrorKind reason = refused.code().kind();
            boolean again = reason == ErrorKind.UNAVAILABLE || reason == ErrorKind.TOO_MANY;
            boolean missing = refused.code() == InsightError.QUERY_FIELD_REQUIRED;
            String text = words.text(
                    "error." + refused.code().code(), refused.arguments().toArray());
            refused.pointer().ifPresent(pointer -> errors.put(field(pointer), text));
            return new Desk(
                    kind,
                    shown,
                    query,
                    address,
                    sentence,
                    null,
                    missing ? words.text("insight.unfinished") : text,
                    again,
                    !again && !missing);
        }
    }

    /** Answers a question in the words and with the sight of whoever asks. */
    AnswerView answer(InsightQuery question, Access access, Locale locale) {
        return answer(question, access.workspace(), locale, sight.values(access));
    }

    private AnswerView answer(
            InsightQuery question, WorkspaceId workspace, Locale locale, BinaryOperator<String> masked) {
        ZoneId zone = zone(workspace);
        InsightResult result = insights.answer(question);
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), zone);
        Forecast forecast = Forecast.needs(question, result, now)
                .map(finer -> Forecast.of(question, result, insights.answer(finer), now))
                .orElseGet(Forecast::none);
        List<Annotation> noted = annotations.list(
                LocalDate.ofInstant(result.answered().from(), zone),
                LocalDate.ofInstant(result.answered().to(), zone));
        return new AnswerWriter(new Words(messages, locale), zone, masked, noted, forecast).write(question, result);
    }

    String sentence(InsightQuery question, Access access, Locale locale) {
        return new QueryWords(new Words(messages, locale), zone(access)).sentence(question);
    }

    /** The answer for somebody who is no member: contact data is masked. */
    AnswerView answerForStrangers(InsightQuery question, WorkspaceId workspace, Locale locale) {
        return answer(question, workspace, locale, masking.values());
    }

    String sentenceForStrangers(InsightQuery question, WorkspaceId workspace, Locale locale) {
        return new QueryWords(new Words(messages, locale), zone(workspace)).sentence(question);
    }

    /** Why a question was refused. */
    String text(OpsdeckException refused, Locale locale) {
        return new Words(messages, locale)
                .text("error." + refused.code().code(), refused.arguments().toArray());
    }

    ZoneId zone(Access access) {
        return zone(access.workspace());
    }

    ZoneId zone(WorkspaceId workspace) {
        return workspaces.require(workspace).settings().timeZone();
    }

    /** Names of events that happen, the most frequent first. */
    private List<String> frequent() {
        return dictionary.names().stream()
                .filter(name -> !name.startsWith("$"))
                .limit(2)
                .toList();
    }

    static InsightKind kind(JsonNode query) {
        String key = query.path("kind").asString("trend");
        for (InsightKind kind : InsightKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(key)) {
                return kind;
            }
        }
        return InsightKind.TREND;
    }

    /** {@code /steps/0/any/1/event} is the field {@code steps.0.any.1.event}. */
    private static String field(String pointer) {
        return pointer.startsWith("/") ? pointer.substring(1).replace('/', '.') : pointer;
    }
}
