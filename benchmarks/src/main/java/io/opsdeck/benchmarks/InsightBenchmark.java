package io.opsdeck.benchmarks;

import io.opsdeck.analytics.insight.InsightResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.duckdb.DuckDBConnection;
import org.postgresql.PGConnection;

/**
 * Behavioural questions as the REST interface hands them over, against the best SQL that was found for DuckDB over the
 * same events, in turn in one process, and whether both say the same. The log is filled inside the database; the column
 * store is built from it as it is after a restart.
 */
final class InsightBenchmark implements Program {

    private static final String RANGE = "\"range\":{\"from\":\"2025-01-01\",\"to\":\"2025-03-31\"}";
    private static final String BY_COUNTRY = "\"breakdown\":{\"property\":\"country\",\"limit\":25}";
    private static final int COPY_ROWS = 5_000;

    /** A question to both, and what has to be equal. */
    private record Question(String name, String must, String ours, String theirs, Said said) {}

    /** The part of an answer that both sides give, as one number. */
    private interface Said {
        long of(InsightResult result);
    }

    @Override
    public boolean run(Settings settings) throws Exception {
        int size = settings.number("events", 10_000_000, 20_000);
        int rounds = settings.number("rounds", 5, 1);
        int warmUp = settings.number("warm-up", 10, 0);
        boolean again = settings.number("again", 0, 0) == 1;
        String only = settings.text("only");
        if (!again) {
            Opsdeck.clear(settings, "insights");
        }
        Path folder = settings.work().resolve("insights");
        Files.createDirectories(folder);
        var events = new ShopEvents(size, Math.max(10, size / 20), 42);
        var report = new Report(
                "Insights", "question", "ours ms", "fastest", "first", "DuckDB ms", "fastest", "DuckDB : ours", "must");
        String server;
        try (Intake product = Intake.open(folder.resolve("data"), 5_000);
                Connection owner = product.connect();
                var duck = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("duck.db"))) {
            server = Report.database(owner);
            if (!again) {
                fill(owner, product.workspace().id(), events);
            }
            long began = System.nanoTime();
            product.awaitColumns();
            double seconds = (System.nanoTime() - began) / 1e9;
            if (again) {
                report.note("column store open after %.1f s".formatted(seconds));
            } else {
                report.note("column store built from the log: %,.0f events/s (must 200,000)".formatted(size / seconds));
                load(duck, events);
            }
            for (Question question : questions()) {
                if (only != null && !question.name.startsWith(only)) {
                    continue;
                }
                long cold = System.nanoTime();
                long said = question.said.of(product.ask(question.ours));
                double first = (System.nanoTime() - cold) / 1e6;
                long theirs = number(duck, question.theirs);
                report.check(said == theirs, question.name + ": ours " + said + ", DuckDB " + theirs);
                double[] ours = new double[rounds];
                double[] other = new double[rounds];
                for (int i = 0; i < warmUp; i++) {
                    product.ask(question.ours);
                }
                for (int round = 0; round < rounds; round++) {
                    long start = System.nanoTime();
                    question.said.of(product.ask(question.ours));
                    long middle = System.nanoTime();
                    number(duck, question.theirs);
                    ours[round] = (middle - start) / 1e6;
                    other[round] = (System.nanoTime() - middle) / 1e6;
                }
                Arrays.sort(ours);
                Arrays.sort(other);
                report.row(
                        question.name,
                        ours[rounds / 2],
                        ours[0],
                        first,
                        other[rounds / 2],
                        other[0],
                        other[rounds / 2] / ours[rounds / 2],
                        question.must);
            }
        }
        return report.print(server);
    }

    private static List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        questions.add(new Question(
                "T: daily trend, unique persons by country",
                "3",
                "{\"kind\":\"trend\"," + RANGE
                        + ",\"interval\":\"day\",\"series\":[{\"event\":\"product_view\",\"measure\":\"unique\"}],"
                        + BY_COUNTRY + "}",
                "select sum(u) from (select d, country, sum(c), count(*) u from (select ts::date d, country, user_id,"
                        + " count(*) c from by_event where event = 1 group by 1, 2, 3) group by 1, 2)",
                result -> ((InsightResult.Trend) result)
                        .series().stream()
                                .flatMap(line -> line.data().stream())
                                .mapToLong(value -> value == null ? 0 : value.longValue())
                                .sum()));
        questions.add(funnel("F3: funnel of 3 steps by country", 1, 2, 4));
        questions.add(funnel("F5: funnel of 5 steps by country", 0, 1, 2, 3, 4));
        questions.add(new Question(
                "R: weekly retention, login to product_view",
                "1.5",
                "{\"kind\":\"retention\"," + RANGE
                        + ",\"interval\":\"week\",\"start\":{\"event\":\"login\"},\"return\":{\"event\":\"product_view\"},\"periods\":13}",
                "with m as (select user_id, min(case when event = 6 then week end) c,"
                        + " bit_or(case when event = 1 then 1 << week else 0 end) m from by_event where event in (6, 1) group by 1),"
                        + " g as (select c, m, count(*) n from m where c is not null group by 1, 2)"
                        + " select sum(n) from g, range(14) w(i) where i > c and (m >> i::integer) & 1 = 1",
                result -> ((InsightResult.Retention) result)
                        .cohorts().stream()
                                .flatMap(cohort -> cohort.data().stream().skip(1))
                                .mapToLong(value -> value)
                                .sum()));
        questions.add(new Question(
                "L: weekly lifecycle",
                "2.5",
                "{\"kind\":\"lifecycle\"," + RANGE + ",\"interval\":\"week\",\"matcher\":{\"event\":null}}",
                "with m as (select user_id, bit_or(1 << week) m from by_user group by 1), g as (select m, count(*) n from m group by 1)"
                        + " select sum(n) from g, range(14) w(i) where i > 0 and (m >> i::integer) & 1 = 0 and (m >> (i::integer - 1)) & 1 = 1",
                result -> ((InsightResult.Lifecycle) result)
                        .dormant().stream().mapToLong(value -> value).sum()));
        questions.add(new Question(
                "P: paths, first 4 events of a session",
                "15",
                "{\"kind\":\"paths\"," + RANGE + ",\"depth\":4,\"minShare\":0,\"gap\":\"30m\"}",
                "select count(*) from (select user_id from (select user_id, ts, event, lag(ts) over w p, lead(event, 1) over w e2,"
                        + " lead(event, 2) over w e3, lead(event, 3) over w e4, lead(ts, 1) over w t2, lead(ts, 2) over w t3,"
                        + " lead(ts, 3) over w t4 from by_user window w as (partition by user_id order by ts)) where (p is null or"
                        + " epoch_ms(ts) - epoch_ms(p) >= 1800000) and event = 0 group by 1)",
                result -> ((InsightResult.Paths) result)
                        .nodes().stream()
                                .filter(node -> node.step() == 1 && node.name().equals("page_view"))
                                .mapToLong(InsightResult.Node::people)
                                .sum()));
        return questions;
    }

    private static Question funnel(String name, int... steps) {
        List<String> ours = new ArrayList<>();
        var sql = new StringBuilder("with ");
        for (int i = 0; i < steps.length; i++) {
            ours.add("{\"event\":\"" + ShopEvents.NAMES[steps[i]] + "\"}");
            if (i == 0) {
                sql.append("s1 as (select user_id, ts, ts as st, country from by_event where event = ")
                        .append(steps[0])
                        .append(')');
            } else {
                sql.append(", s%d as (select x.user_id, x.ts, p.st, p.country from (select user_id, ts from by_event"
                                .formatted(i + 1))
                        .append(" where event = %d) x asof join s%d p on x.user_id = p.user_id and x.ts > p.ts"
                                .formatted(steps[i], i))
                        .append(" where x.ts - p.st <= interval 7 day)");
            }
        }
        List<String> counts = new ArrayList<>();
        for (int i = 1; i <= steps.length; i++) {
            counts.add("select country, count(distinct user_id) n from s" + i + " group by 1");
        }
        sql.append(" select sum(n) from (")
                .append(String.join(" union all ", counts))
                .append(')');
        return new Question(
                name,
                "6",
                "{\"kind\":\"funnel\"," + RANGE + ",\"window\":\"7d\",\"interval\":\"month\",\"steps\":["
                        + String.join(",", ours) + "]," + BY_COUNTRY + "}",
                sql.toString(),
                result -> ((InsightResult.Funnel) result)
                        .breakdown().stream()
                                .flatMap(split -> split.steps().stream())
                                .mapToLong(InsightResult.Step::count)
                                .sum());
    }

    private static long number(Connection duck, String sql) throws SQLException {
        try (var statement = duck.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Into the month of arrival, as the intake does: a table with policies takes no COPY. */
    private static void fill(Connection owner, UUID workspace, ShopEvents events) throws Exception {
        try (var statement = owner.createStatement()) {
            statement.execute("set synchronous_commit = off");
        }
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String leaf = "analytics.event_%04d%02d".formatted(today.getYear(), today.getMonthValue());
        var copy = owner.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + leaf
                        + " (workspace_id, source_id, message_id, person_id, type, name, at, received_at, flags,"
                        + " props, context) from stdin");
        var rows = new StringBuilder();
        for (int i = 0; i < events.size; i++) {
            rows.append(workspace)
                    .append('\t')
                    .append(workspace)
                    .append("\tm")
                    .append(i)
                    .append('\t')
                    .append(new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE | events.user[i]))
                    .append("\ttrack\t")
                    .append(ShopEvents.NAMES[events.name[i]])
                    .append('\t')
                    .append(Instant.ofEpochMilli(events.at[i]))
                    .append("\tnow\t0\t")
                    .append(events.props(i))
                    .append("\t{}\n");
            if (i % COPY_ROWS == COPY_ROWS - 1 || i == events.size - 1) {
                byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
                copy.writeToCopy(bytes, 0, bytes.length);
                rows.setLength(0);
            }
        }
        copy.endCopy();
        try (var statement = owner.createStatement()) {
            statement.execute("vacuum analyze analytics.event");
        }
    }

    private static void load(DuckDBConnection duck, ShopEvents events) throws SQLException {
        try (var statement = duck.createStatement()) {
            statement.execute(
                    "create table ev (user_id integer, ts timestamp, event tinyint, country tinyint, week integer)");
            try (var rows = duck.createAppender("ev")) {
                for (int i = 0; i < events.size; i++) {
                    rows.beginRow()
                            .append(events.user[i])
                            .appendEpochMicros(events.at[i] * 1000)
                            .append(events.name[i])
                            .append(events.country[events.user[i]])
                            .append((int) ((events.at[i] - ShopEvents.START + 2 * 86_400_000L) / (7 * 86_400_000L)))
                            .endRow();
                }
            }
            statement.execute("create table by_event as select * from ev order by event, user_id, ts");
            statement.execute("create table by_user as select * from ev order by user_id, ts");
            statement.execute("drop table ev");
            statement.execute("checkpoint");
        }
    }
}
