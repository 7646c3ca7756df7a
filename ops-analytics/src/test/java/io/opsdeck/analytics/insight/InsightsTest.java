package io.opsdeck.analytics.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.store.ColumnStores;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** From the tracking call to the number: what is answered is what a plain look at the log's rows says. */
class InsightsTest extends AnalyticsTest {

    private static final String[] NAMES = {"view", "cart", "buy", "login", "旅程 开始"};
    private static final String[] COUNTRIES = {"CN", "US", "DE", "中国"};
    private static final long START = Instant.parse("2026-03-20T00:00:00Z").toEpochMilli();

    @Autowired
    Insights insights;

    @Autowired
    ColumnStores stores;

    @Autowired
    QueryReader reader;

    @Autowired
    JsonMapper json;

    ZoneId zone = ZoneId.of("UTC");

    @BeforeEach
    void aNewWorkspace() {
        openWorkspace("Europe/Berlin");
        zone = ZoneId.of("Europe/Berlin");
    }

    /** A row of the log, its person as it is now. */
    record Row(UUID person, String name, long at, String country, double amount) {}

    @Test
    void trendsAndFunnelsAreWhatThePlainRowsSay() {
        var random = new Random(11);
        for (int round = 0; round < 12; round++) {
            send(random, 60 + random.nextInt(120), round);
            List<Row> rows = rows();
            awaitAll(rows.size());
            checkTrend(rows, "{\"event\":\"view\",\"measure\":\"total\"}", "view", false);
            checkTrend(rows, "{\"event\":\"buy\",\"measure\":\"unique\"}", "buy", true);
            checkFilteredSum(rows);
            checkBreakdown(rows);
            checkFunnel(rows, 36);
            checkFunnel(rows, 1);
        }
    }

    /** Another test's open transaction may hold back the log for a moment. */
    private void awaitAll(int events) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        Number total = -1;
        while (total != null && total.intValue() != events && System.nanoTime() < deadline) {
            total = ((InsightResult.Trend)
                            answer("{\"kind\":\"trend\",\"range\":{\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"},"
                                    + "\"series\":[{\"event\":null,\"measure\":\"total\"}]}"))
                    .series()
                    .get(0)
                    .total();
        }
        assertThat(total).isEqualTo((long) events);
    }

    private void checkTrend(List<Row> rows, String series, String name, boolean unique) {
        var answer = (InsightResult.Trend)
                answer("{\"kind\":\"trend\",\"range\":{\"from\":\"2026-03-25\",\"to\":\"2026-05-10\"},"
                        + "\"interval\":\"day\",\"series\":[" + series + "]}");
        Map<String, Set<Object>> people = new LinkedHashMap<>();
        for (LocalDate day = LocalDate.parse("2026-03-25");
                !day.isAfter(LocalDate.parse("2026-05-10"));
                day = day.plusDays(1)) {
            people.put(day.toString(), new HashSet<>());
        }
        Set<Object> all = new HashSet<>();
        for (Row row : rows) {
            Set<Object> of = people.get(day(row).toString());
            if (row.name.equals(name) && of != null) {
                Object one = unique ? row.person : new Object();
                of.add(one);
                all.add(one);
            }
        }
        assertThat(answer.labels()).containsExactlyElementsOf(people.keySet());
        assertThat(answer.series()).singleElement().satisfies(line -> {
            assertThat(line.data().stream().map(Number::intValue).toList())
                    .isEqualTo(people.values().stream().map(Set::size).toList());
            assertThat(line.total()).isEqualTo((long) all.size());
        });
    }

    private void checkFilteredSum(List<Row> rows) {
        var answer = (InsightResult.Trend)
                answer(
                        "{\"kind\":\"trend\",\"range\":{\"from\":\"2026-03-25\",\"to\":\"2026-05-10\"},"
                                + "\"interval\":\"month\",\"series\":[{\"event\":null,\"measure\":\"sum\",\"property\":\"amount\",\"filters\":"
                                + "[{\"property\":\"country\",\"op\":\"in\",\"value\":[\"CN\",\"中国\"]},{\"property\":\"amount\",\"op\":\"gte\",\"value\":5}]}]}");
        double sum = rows.stream()
                .filter(row ->
                        isInRange(row) && (row.country.equals("CN") || row.country.equals("中国")) && row.amount >= 5)
                .mapToDouble(Row::amount)
                .sum();
        Number total = answer.series().get(0).total();
        assertThat(total == null ? 0 : total.doubleValue()).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-6));
    }

    private void checkBreakdown(List<Row> rows) {
        var answer = (InsightResult.Trend)
                answer(
                        "{\"kind\":\"trend\",\"range\":{\"from\":\"2026-03-25\",\"to\":\"2026-05-10\"},"
                                + "\"interval\":\"week\",\"series\":[{\"event\":\"view\",\"measure\":\"unique\"}],\"breakdown\":{\"property\":\"country\",\"limit\":2}}");
        Map<String, Set<UUID>> byCountry = new TreeMap<>();
        rows.stream()
                .filter(row -> isInRange(row) && row.name.equals("view"))
                .forEach(row -> byCountry
                        .computeIfAbsent(row.country.isEmpty() ? "(none)" : row.country, key -> new HashSet<>())
                        .add(row.person));
        List<String> ranked = byCountry.keySet().stream()
                .sorted(Comparator.comparingInt(
                                (String country) -> -byCountry.get(country).size())
                        .thenComparing(country -> country))
                .toList();
        Map<String, Long> expected = new LinkedHashMap<>();
        ranked.stream()
                .limit(2)
                .forEach(country ->
                        expected.put(country, (long) byCountry.get(country).size()));
        if (ranked.size() > 2) {
            Set<UUID> other = new HashSet<>();
            ranked.stream().skip(2).forEach(country -> other.addAll(byCountry.get(country)));
            expected.put("other", (long) other.size());
        }
        Map<String, Long> seen = new LinkedHashMap<>();
        answer.series().forEach(line -> seen.put(line.breakdown(), (Long) line.total()));
        assertThat(seen).isEqualTo(expected);
    }

    private void checkFunnel(List<Row> rows, int hours) {
        String query = "{\"kind\":\"funnel\",\"range\":{\"from\":\"2026-03-25\",\"to\":\"2026-05-10\"},\"window\":\""
                + hours + "h\",\"steps\":[{\"event\":\"view\"},{\"event\":\"cart\"},{\"event\":\"buy\"}]}";
        var answer = (InsightResult.Funnel) answer(query);
        Map<UUID, List<Row>> byPerson = rows.stream().collect(Collectors.groupingBy(Row::person));
        long[] reached = new long[4];
        Set<UUID> dropped = new HashSet<>();
        byPerson.forEach((person, events) -> {
            int best = 0;
            for (int a = 0; a < events.size(); a++) {
                if (!events.get(a).name.equals("view") || !isInRange(events.get(a))) {
                    continue;
                }
                best = Math.max(best, 1);
                long end = events.get(a).at + hours * 3_600_000L;
                for (int b = a + 1; b < events.size() && events.get(b).at <= end; b++) {
                    if (!events.get(b).name.equals("cart")) {
                        continue;
                    }
                    best = Math.max(best, 2);
                    for (int c = b + 1; c < events.size() && events.get(c).at <= end; c++) {
                        best = events.get(c).name.equals("buy") ? 3 : best;
                    }
                }
            }
            for (int step = 1; step <= best; step++) {
                reached[step]++;
            }
            if (best == 1) {
                dropped.add(person);
            }
        });
        assertThat(answer.steps().stream().map(InsightResult.Step::count).toList())
                .containsExactly(reached[1], reached[2], reached[3]);
        var point = InsightPoint.of(json.readTree("{\"step\":2,\"dropped\":true}"));
        Set<UUID> found = new HashSet<>();
        Integer from = 0;
        while (from != null) {
            int page = from;
            var people = CurrentWorkspace.call(workspace, () -> insights.people(reader.read(query), point, page, 7));
            people.people().forEach(person -> found.add(person.id()));
            assertThat(people.total()).isEqualTo(dropped.size());
            from = people.next();
        }
        assertThat(found).isEqualTo(dropped);
    }

    @Test
    void afterARestartAndWithAnUnreadableFileTheAnswerIsTheSame() throws IOException {
        var random = new Random(5);
        for (int round = 0; round < 4; round++) {
            send(random, 90, round);
            int events = rows().size();
            awaitAll(events);
            stores.stop();
            if (round == 2) {
                Files.writeString(stores.file(workspace), "no such database");
            }
            assertThatThrownBy(() -> answer(
                            "{\"kind\":\"stickiness\",\"range\":{\"last\":\"7d\"},\"matcher\":{\"event\":null}}"))
                    .isInstanceOfSatisfying(OpsdeckException.class, e -> {
                        assertThat(e.code()).isEqualTo(InsightError.INSIGHTS_CATCHING_UP);
                        assertThat(e.arguments()).as("percent").containsExactly(0);
                    });
            stores.start();
            awaitAll(events);
            checkFunnel(rows(), 36);
            checkBreakdown(rows());
        }
        assertThat(Path.of(stores.file(workspace) + ".unreadable")).exists();
    }

    @Test
    void aPropertyWithoutAColumnOfItsOwnIsReadFromTheEvents() {
        for (int round = 0; round < 3; round++) {
            var batch = new StringBuilder("{\"batch\":[");
            for (int i = 0; i < 30; i++) {
                batch.append(i == 0 ? "" : ",")
                        .append("{\"type\":\"track\",\"event\":\"wide\",\"userId\":\"u")
                        .append(i)
                        .append("\",\"timestamp\":\"2026-05-0")
                        .append(1 + round)
                        .append("T10:00:00Z\",\"properties\":{");
                for (int property = 0; property < 230; property++) {
                    batch.append(property == 0 ? "" : ",")
                            .append("\"p")
                            .append(property)
                            .append("\":")
                            .append(i % 3);
                }
                batch.append("}}");
            }
            receive(batch.append("]}").toString());
        }
        awaitAll(90);
        for (String property : List.of("p0", "p229")) {
            var answer = (InsightResult.Trend)
                    answer("{\"kind\":\"trend\",\"range\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-03\"},"
                            + "\"series\":[{\"event\":\"wide\",\"measure\":\"sum\",\"property\":\"" + property
                            + "\",\"filters\":[{\"property\":\"" + property + "\",\"op\":\"gte\",\"value\":1}]}],"
                            + "\"breakdown\":{\"property\":\"" + property + "\"}}");
            Map<String, Number> totals = new TreeMap<>();
            answer.series().forEach(line -> totals.put(line.breakdown(), line.total()));
            assertThat(totals).as(property).isEqualTo(Map.of("1", 30L, "2", 60L));
        }
    }

    @Test
    void completeMonthsAreComparedWithTheMonthsBefore() {
        send(new Random(1), 20, 0);
        var trend = (InsightResult.Trend)
                answer("{\"kind\":\"trend\",\"range\":{\"last\":\"2 complete months\"},\"interval\":\"month\","
                        + "\"compare\":\"previous\",\"series\":[{\"event\":\"" + NAMES[0]
                        + "\",\"measure\":\"total\"}]}");
        assertThat(trend.labels()).hasSize(2);
        var compared = trend.compare();
        assertThat(compared).isNotNull();
        LocalDate first = LocalDate.parse(trend.labels().get(0));
        assertThat(compared.labels())
                .containsExactly(
                        first.minusMonths(2).toString(), first.minusMonths(1).toString());
        assertThat(trend.answered().to())
                .isEqualTo(first.plusMonths(2).atStartOfDay(zone).toInstant());
    }

    @Test
    void whatIsNotKnownCountsNothingAndIsNamed() {
        send(new Random(1), 20, 0);
        var answer = answer(
                "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"no such\",\"measure\":\"total\","
                        + "\"filters\":[{\"property\":\"nothing\",\"op\":\"eq\",\"value\":1}]}]}");
        assertThat(answer.answered().unknown()).containsExactly("no such", "nothing");
        assertThat(((InsightResult.Trend) answer).series().get(0).total()).isEqualTo(0L);
    }

    @Test
    void whatIsWrongIsSaidAtItsPlace() {
        Map<String, String> wrong = new HashMap<>();
        wrong.put("{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[]}", "/series");
        wrong.put("{\"kind\":\"dance\"}", "/kind");
        wrong.put("{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"serie\":[]}", "/serie");
        wrong.put(
                "{\"kind\":\"trend\",\"range\":{\"from\":\"1900-01-01\",\"to\":\"2026-01-01\"},\"series\":[{\"event\":\"a\"}]}",
                "/range");
        wrong.put(
                "{\"kind\":\"trend\",\"range\":{\"from\":\"2026-02-01\",\"to\":\"2026-01-01\"},\"series\":[{\"event\":\"a\"}]}",
                "/range");
        wrong.put(
                "{\"kind\":\"trend\",\"interval\":\"minute\",\"range\":{\"last\":\"90d\"},\"series\":[{\"event\":\"a\"}]}",
                "/interval");
        wrong.put(
                "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"a\",\"filters\":[{\"property\":\"x\",\"op\":\"gt\",\"value\":\"much\"}]}]}",
                "/series/0/filters/0/value");
        wrong.put(
                "{\"kind\":\"funnel\",\"range\":{\"last\":\"7d\"},\"window\":\"0d\",\"steps\":[{\"event\":\"a\"}]}",
                "/window");
        wrong.put(
                "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"formula\":\"A/\",\"series\":[{\"event\":\"a\"}]}",
                "/formula");
        wrong.put(
                "{\"kind\":\"trend\",\"range\":{\"last\":\"3 complete hours\"},\"series\":[{\"event\":\"a\"}]}",
                "/range/last");
        wrong.put(
                "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"a\"}],"
                        + "\"people\":{\"event\":\"a\",\"within\":{\"before\":\"1 complete month\"}}}",
                "/people/within/before");
        wrong.forEach((query, pointer) -> assertThatThrownBy(() -> answer(query))
                .as(query)
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.pointer()).hasValue(pointer)));
    }

    private InsightResult answer(String query) {
        return CurrentWorkspace.call(workspace, () -> insights.answer(reader.read(query)));
    }

    private LocalDate day(Row row) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(row.at), zone);
    }

    private boolean isInRange(Row row) {
        return !day(row).isBefore(LocalDate.parse("2026-03-25")) && !day(row).isAfter(LocalDate.parse("2026-05-10"));
    }

    /** Few persons, many ties, two months and more, out of order, some known by two names from some time on. */
    private void send(Random random, int events, int round) {
        var batch = new StringBuilder("{\"batch\":[");
        for (int i = 0; i < events; i++) {
            int person = random.nextInt(25);
            boolean known = random.nextInt(3) == 0;
            long at = START + random.nextInt(60) * 86_400_000L + random.nextInt(48) * 1_800_000L;
            batch.append(i == 0 ? "" : ",")
                    .append("{\"type\":\"track\",\"event\":\"")
                    .append(NAMES[random.nextInt(NAMES.length)])
                    .append("\",\"messageId\":\"")
                    .append(round)
                    .append('-')
                    .append(random.nextInt(5) == 0 ? random.nextInt(events) : i)
                    .append("\",\"anonymousId\":\"a")
                    .append(person)
                    .append(known ? "\",\"userId\":\"u" + person % 20 : "")
                    .append("\",\"timestamp\":\"")
                    .append(Instant.ofEpochMilli(at))
                    .append("\",\"properties\":{\"amount\":")
                    .append(random.nextInt(200) / 10.0);
            int country = random.nextInt(COUNTRIES.length + 1);
            if (country < COUNTRIES.length) {
                batch.append(",\"country\":\"").append(COUNTRIES[country]).append('"');
            }
            batch.append("}}");
        }
        receive(batch.append("]}").toString());
    }

    private void receive(String batch) {
        receive(TrackingCall.Kind.BATCH, batch);
    }

    /** In the order of time, then of the log. */
    private List<Row> rows() {
        return CurrentWorkspace.call(
                workspace,
                () -> transactions.execute(status -> jdbc
                        .sql("""
                        select coalesce(p.merged_into, p.id), e.name, e.at, coalesce(e.props ->> 'country', ''),
                          (e.props ->> 'amount')::float8
                        from analytics.event e join analytics.person p on p.id = e.person_id
                        order by e.at, e.tx, e.seq
                        """)
                        .query((row, number) -> new Row(
                                row.getObject(1, UUID.class),
                                row.getString(2),
                                row.getTimestamp(3).getTime(),
                                row.getString(4),
                                row.getDouble(5)))
                        .list()
                        .stream()
                        .collect(Collectors.toCollection(ArrayList::new))));
    }
}
