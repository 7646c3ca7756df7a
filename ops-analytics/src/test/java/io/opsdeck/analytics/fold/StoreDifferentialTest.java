package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.insight.InsightPoint;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.analytics.store.TraitLog;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/**
 * From the tracking call to the number, for every kind: random events with ties, out of order, late, of merged persons, on
 * days of 23 and 25 hours and told twice are asked random questions, and the answers compared with the slow references
 * that the folds are compared with. Then the same answers are compared with references that see the world through a
 * planted bug, and each has to be caught. {@code -Dopsdeck.rounds=1000} goes on for longer.
 */
class StoreDifferentialTest extends AnalyticsTest {

    private static final int ROUNDS = Integer.getInteger("opsdeck.rounds", 12);
    private static final int QUESTIONS = 6;
    /** With a day on which the clocks change; Shanghai has none. */
    private static final Map<String, List<String>> ZONES = Map.of(
            "Europe/Berlin", List.of("2026-03-29", "2025-10-26"),
            "America/New_York", List.of("2026-03-08", "2025-11-02"),
            "Asia/Shanghai", List.of("2026-03-01", "2025-12-31"));

    private static final String[] NAMES = {"view", "cart", "buy", "help", "旅程 开始"};
    private static final String[] COUNTRIES = {"CN", "US", "中国"};
    private static final String[] PLANS = {"free", "pro"};

    @Autowired
    Insights insights;

    @Autowired
    QueryReader reader;

    @Autowired
    TraitLog traitLog;

    @Autowired
    JsonMapper json;

    private final Coverage coverage = new Coverage("through the store");
    private final List<StoreTrial> trials = new ArrayList<>();

    @Test
    void everyKindAnswersWhatTheSlowReferencesSayAndPlantedBugsAreCaught() {
        for (int round = 0; round < ROUNDS; round++) {
            var random = new Random(round * 0x9E3779B97F4A7C15L);
            String name = List.copyOf(new TreeMap<>(ZONES).keySet()).get(random.nextInt(ZONES.size()));
            ZoneId zone = ZoneId.of(name);
            DayOfWeek weekStart = random.nextBoolean() ? DayOfWeek.MONDAY : DayOfWeek.SUNDAY;
            open(zone, weekStart);
            List<String> changes = Objects.requireNonNull(ZONES.get(name));
            LocalDate change = LocalDate.parse(changes.get(random.nextInt(changes.size())));
            for (int batch = 0; batch < 3; batch++) {
                send(random, change.atStartOfDay(zone), 30 + random.nextInt(50), batch);
                know(random);
                StoreWorld world = world(change.minusDays(7), zone, weekStart);
                await(world);
                for (String kind : StoreQuestions.KINDS) {
                    for (int i = 0; i < QUESTIONS; i++) {
                        ask(new StoreQuestions(random, world).of(kind), world, round);
                    }
                }
            }
        }
        coverage.demand(
                ROUNDS / 2,
                StoreQuestions.KINDS.stream().map(kind -> kind + " not empty").toArray(String[]::new));
        coverage.demand(
                Math.max(1, ROUNDS / 6),
                "people",
                "split by event",
                "split by profile",
                "other",
                "filtered by profile",
                "first ever",
                "tie",
                "merged",
                "internal",
                "told twice");
        for (StoreWorld.Bug bug : StoreWorld.Bug.values()) {
            Planted.isCaught(
                    "store", bug, trials.size(), trial -> trials.get(trial).difference(bug));
        }
    }

    private void ask(StoreTrial.Question question, StoreWorld world, int round) {
        InsightResult result = CurrentWorkspace.call(workspace, () -> insights.answer(reader.read(question.json())));
        Map<String, Double> answer = StoreTrial.numbers(result);
        Set<UUID> people = null;
        if (question.point() != null) {
            String point = question.point();
            people = CurrentWorkspace.call(
                    workspace,
                    () -> insights
                            .people(reader.read(question.json()), InsightPoint.of(json.readTree(point)), 0, 1_000)
                            .people()
                            .stream()
                            .map(PersonId::id)
                            .collect(Collectors.toSet()));
        }
        var trial = new StoreTrial(question, world, answer, people);
        assertThat(trial.difference(null))
                .as("round %d, %s, point %s", round, question.json(), question.point())
                .isNull();
        trials.add(trial);
        String kind = question.kind();
        coverage.saw(kind + " asked");
        coverage.saw(answer.values().stream().anyMatch(number -> number > 0), kind + " not empty");
        coverage.saw(people != null && !people.isEmpty(), "people");
        coverage.saw(people != null && !people.isEmpty(), kind + " people");
        question.options().forEach(coverage::saw);
        coverage.saw(answer.keySet().stream().anyMatch(name -> name.startsWith("other|")), "other");
        world.traits().forEach(coverage::saw);
    }

    private void open(ZoneId zone, DayOfWeek weekStart) {
        openWorkspace();
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(
                        status -> jdbc.sql("update core.workspace set time_zone = ?, week_start = ?")
                                .params(zone.getId(), weekStart.name())
                                .update()));
    }

    /** Few persons and times, so that much happens at once; some are known by two names from some time on. */
    private void send(Random random, ZonedDateTime change, int events, int batch) {
        var text = new StringBuilder("{\"batch\":[");
        for (int i = 0; i < events; i++) {
            int person = random.nextInt(14);
            Instant at =
                    change.toInstant().plusSeconds(3_600L * (random.nextInt(240) - 168) + 600L * random.nextInt(4));
            if (random.nextInt(3) == 0) {
                at = change.plusDays(random.nextInt(3) - 1).toInstant().plusSeconds(1_800L * (random.nextInt(9) - 4));
            }
            text.append(i == 0 ? "" : ",")
                    .append("{\"type\":\"track\",\"event\":\"")
                    .append(NAMES[random.nextInt(NAMES.length)])
                    .append("\",\"messageId\":\"")
                    .append(random.nextInt(6) == 0 ? random.nextInt(events) : batch * 1_000 + i)
                    .append("\",\"anonymousId\":\"a")
                    .append(person)
                    .append(random.nextInt(batch == 0 ? 12 : 4) == 0 ? "\",\"userId\":\"u" + person % 11 : "")
                    .append("\",\"timestamp\":\"")
                    .append(at)
                    .append("\",\"properties\":{\"item\":")
                    .append(random.nextInt(3));
            if (random.nextInt(4) > 0) {
                text.append(",\"amount\":").append(random.nextInt(100) / 4.0);
            }
            int country = random.nextInt(COUNTRIES.length + 1);
            if (country < COUNTRIES.length) {
                text.append(",\"country\":\"").append(COUNTRIES[country]).append('"');
            }
            text.append("}}");
        }
        receive(TrackingCall.Kind.BATCH, text.append("]}").toString());
    }

    /** Some persons as they are now get a plan or lose it, a few are of the team. */
    private void know(Random random) {
        List<UUID> persons =
                within(() -> jdbc.sql("select id from analytics.person where merged_into is null order by id")
                        .query(UUID.class)
                        .list());
        List<TraitLog.Known> known = new ArrayList<>();
        for (UUID person : persons) {
            if (random.nextInt(2) == 0) {
                int plan = random.nextInt(PLANS.length + 1);
                String traits = plan == PLANS.length ? "{}" : "{\"plan\":\"" + PLANS[plan] + "\"}";
                known.add(new TraitLog.Known(person, workspace, traits, random.nextInt(6) == 0));
            }
        }
        within(() -> {
            traitLog.write(known);
            return true;
        });
    }

    private StoreWorld world(LocalDate base, ZoneId zone, DayOfWeek weekStart) {
        List<StoreWorld.Row> rows = within(() -> jdbc.sql("""
                        select e.person_id, coalesce(p.merged_into, p.id), e.name, e.at, e.props ->> 'country',
                          coalesce(e.props ->> 'amount', 'NaN')::float8, (e.props ->> 'item')::int,
                          dense_rank() over (order by e.tx)
                        from analytics.event e join analytics.person p on p.id = e.person_id
                        order by e.at, e.tx, e.seq
                        """)
                .query((row, number) -> new StoreWorld.Row(
                        row.getObject(1, UUID.class),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getTimestamp(4).getTime(),
                        row.getString(5) == null ? "" : row.getString(5),
                        row.getDouble(6),
                        row.getInt(7),
                        row.getInt(8)))
                .list());
        Map<UUID, String> plans = new HashMap<>();
        Set<UUID> internal = new HashSet<>();
        within(() -> jdbc.sql(
                        "select person_id, coalesce(traits ->> 'plan', ''), internal from analytics.person_traits")
                .query((row, number) -> {
                    plans.put(row.getObject(1, UUID.class), row.getString(2));
                    if (row.getBoolean(3)) {
                        internal.add(row.getObject(1, UUID.class));
                    }
                    return true;
                })
                .list());
        Integer twice = within(() -> jdbc.sql("select sum(duplicate)::int from analytics.source_count")
                .query(Integer.class)
                .optional()
                .orElse(0));
        return new StoreWorld(rows, plans, internal, twice != null && twice > 0, base, zone, weekStart);
    }

    private <T> T within(java.util.function.Supplier<T> work) {
        return CurrentWorkspace.call(
                workspace, () -> Objects.requireNonNull(transactions.execute(status -> work.get())));
    }

    /** Another test's open transaction may hold back the logs for a moment. */
    private void await(StoreWorld world) {
        String all =
                "{\"kind\":\"trend\",\"includeInternal\":true,\"range\":{\"from\":\"2025-01-01\",\"to\":\"2026-12-31\"},"
                        + "\"interval\":\"month\",\"series\":[{\"event\":null}],\"breakdown\":{\"source\":\"profile\",\"property\":\"plan\"}}";
        String visible = all.replace("true", "false");
        Awaitility.await()
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(30))
                .until(() -> totals(all).equals(world.eventsByPlan(true))
                        && totals(visible).equals(world.eventsByPlan(false)));
    }

    private Map<String, Long> totals(String query) {
        var trend = (InsightResult.Trend) CurrentWorkspace.call(workspace, () -> insights.answer(reader.read(query)));
        Map<String, Long> totals = new TreeMap<>();
        for (InsightResult.Line line : trend.series()) {
            Number total = line.total();
            totals.put(String.valueOf(line.breakdown()), total == null ? -1 : total.longValue());
        }
        return totals;
    }
}
