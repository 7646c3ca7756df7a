package io.opsdeck.web.insight;

import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.insight.InsightError;
import io.opsdeck.analytics.insight.InsightPoint;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.user.profile.ProfileView;
import io.opsdeck.user.profile.Profiles;
import io.opsdeck.web.api.ChangesNothing;
import io.opsdeck.web.api.Limits;
import io.opsdeck.web.people.ContactReads;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks questions and pages the people behind an answer. */
@RestController
@RequestMapping(path = "/api/v1/insights", produces = MediaType.APPLICATION_JSON_VALUE)
class InsightApiController {

    private final Insights insights;
    private final QueryReader reader;
    private final Profiles profiles;
    private final ContactSight sight;
    private final ContactReads reads;
    private final ContactGuard guard;
    private final JsonMapper json;

    InsightApiController(
            Insights insights,
            QueryReader reader,
            Profiles profiles,
            ContactSight sight,
            ContactReads reads,
            ContactGuard guard,
            JsonMapper json) {
        this.insights = insights;
        this.reader = reader;
        this.profiles = profiles;
        this.sight = sight;
        this.reads = reads;
        this.guard = guard;
        this.json = json;
    }

    /** Changes nothing; it is a POST because a question does not fit into an address. */
    @PostMapping("/query")
    @ChangesNothing
    @Requires(Permission.INSIGHT_READ)
    JsonNode query(@RequestBody JsonNode body, HttpServletRequest request) {
        Access access = Caller.require(request);
        guard.check(body, access);
        String answer = json.writeValueAsString(body(insights.answer(reader.read(body))));
        return json.readTree(sight.raw(answer, access));
    }

    /** The same question with a {@code point}, which names one number of its answer. */
    @PostMapping("/people")
    @ChangesNothing
    @Requires(Permission.PROFILE_READ)
    PeopleBody people(
            @RequestBody JsonNode body,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        Access access = Caller.require(request);
        guard.check(body, access);
        if (!(body instanceof ObjectNode object)) {
            throw InsightError.QUERY_NOT_READABLE.at("");
        }
        InsightPoint point = InsightPoint.of(object.path("point"));
        ObjectNode question = object.deepCopy();
        question.remove("point");
        InsightQuery query = reader.read(question);
        Insights.People page = insights.people(query, point, from(cursor), Limits.of(limit));
        Map<PersonId, ProfileView> known = profiles.views(page.people());
        reads.list(List.of("insight"), page.people().size(), access);
        return new PeopleBody(
                page.people().stream()
                        .map(person -> PersonBody.of(person, view(known.get(person), access)))
                        .toList(),
                page.next() == null ? null : page.next().toString(),
                page.total());
    }

    private @Nullable ProfileView view(@Nullable ProfileView profile, Access access) {
        return profile == null ? null : sight.person(profile, access);
    }

    private static int from(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (!cursor.matches("\\d{1,9}")) {
            throw InsightError.QUERY_VALUE_INVALID.at("cursor", cursor);
        }
        return Integer.parseInt(cursor);
    }

    /** In the shape of the kind, then what every answer says of itself. */
    private static Map<String, @Nullable Object> body(InsightResult result) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (result instanceof InsightResult.Trend trend) {
            body.put("labels", trend.labels());
            body.put("series", trend.series());
            body.put("compare", trend.compare());
            body.put("incompleteFrom", trend.incompleteFrom());
        }
        if (result instanceof InsightResult.Funnel funnel) {
            body.put("steps", funnel.steps());
            body.put("breakdown", funnel.breakdown());
            body.put("timeToConvert", funnel.timeToConvert());
            body.put("trend", funnel.trend());
        }
        if (result instanceof InsightResult.Retention retention) {
            body.put("cohorts", retention.cohorts());
            body.put("mean", retention.mean());
            body.put("incomplete", retention.incomplete());
            body.put("breakdown", retention.breakdown());
        }
        if (result instanceof InsightResult.Lifecycle lifecycle) {
            body.put("labels", lifecycle.labels());
            body.put("new", lifecycle.fresh());
            body.put("returning", lifecycle.returning());
            body.put("resurrecting", lifecycle.resurrecting());
            body.put("dormant", lifecycle.dormant());
            body.put("incompleteFrom", lifecycle.incompleteFrom());
        }
        if (result instanceof InsightResult.Stickiness stickiness) {
            body.put("buckets", stickiness.buckets());
        }
        if (result instanceof InsightResult.Paths paths) {
            body.put("nodes", paths.nodes());
            body.put("edges", paths.edges());
        }
        if (result instanceof InsightResult.Attributed attributed) {
            body.put("rows", attributed.rows());
            body.put("conversions", attributed.conversions());
            body.put("unattributed", attributed.unattributed());
            body.put("unattributedRevenue", attributed.unattributedRevenue());
        }
        InsightResult.Answered answered = result.answered();
        body.put("range", Map.of("from", answered.from(), "to", answered.to()));
        body.put("timeZone", answered.timeZone());
        body.put("asOf", answered.asOf());
        body.put("people", answered.people());
        body.put("unknown", answered.unknown());
        return body;
    }

    /** A page of persons with the number of all of them. */
    record PeopleBody(List<PersonBody> data, @Nullable String next, long total) {}

    /** A person; without a profile as long as the log is ahead of the profiles. */
    record PersonBody(
            String id,
            @Nullable String userId,
            @Nullable String name,
            @Nullable Instant lastSeenAt) {

        static PersonBody of(PersonId person, @Nullable ProfileView profile) {
            return new PersonBody(
                    person.toString(),
                    profile == null ? null : profile.userId(),
                    profile == null ? null : profile.name(),
                    profile == null ? null : profile.lastSeenAt());
        }
    }
}
