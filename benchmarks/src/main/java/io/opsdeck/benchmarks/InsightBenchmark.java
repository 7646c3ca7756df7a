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
import java.util.stream.Stream;
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

    /**
     * A question to all, and what has to be equal: sums over all numbers of the answer.
     *
     * @param theirs SQL that gives the same numbers, as columns of one row each
     * @param bare the same question over arrays
     */
    private record Question(String name, String must, String ours, String theirs, Said said, BareLoops.Loop bare) {}

    /** The numbers of an answer, summed up kind by kind. */
    private interface Said {
        long[] of(InsightResult result);
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
                "Insights",
                "question",
                "ours ms",
                "fastest",
                "first",
                "DuckDB ms",
                "fastest",
                "DuckDB : ours",
                "must",
                "bare loop ms",
                "ours : bare loop");
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
            try (var loops = new BareLoops(events)) {
                for (Question question : questions()) {
                    if (only == null || question.name.startsWith(only)) {
                        compare(report, product, duck, loops, question, rounds, warmUp);
                    }
                }
            }
        }
        return report.print(server);
    }

    private static void compare(
            Report report, Intake product, Connection duck, BareLoops loops, Question question, int rounds, int warmUp)
            throws Exception {
        long cold = System.nanoTime();
        long[] said = question.said.of(product.ask(question.ours));
        double first = (System.nanoTime() - cold) / 1e6;
        long[] theirs = sums(duck, question.theirs);
        report.check(
                Arrays.equals(said, theirs),
                question.name + ": ours " + Arrays.toString(said) + ", DuckDB " + Arrays.toString(theirs));
        long counted = loops.run(question.bare);
        report.check(counted == said[0], question.name + ": ours " + said[0] + ", bare loop " + counted);
        for (int i = 0; i < warmUp; i++) {
            product.ask(question.ours);
            loops.run(question.bare);
        }
        double[] ours = new double[rounds];
        double[] other = new double[rounds];
        double[] bare = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            product.ask(question.ours);
            long asked = System.nanoTime();
            sums(duck, question.theirs);
            long queried = System.nanoTime();
            loops.run(question.bare);
            ours[round] = (asked - start) / 1e6;
            other[round] = (queried - asked) / 1e6;
            bare[round] = (System.nanoTime() - queried) / 1e6;
        }
        Arrays.sort(ours);
        Arrays.sort(other);
        Arrays.sort(bare);
        int middle = rounds / 2;
        report.row(
                question.name,
                ours[middle],
                ours[0],
                first,
                other[middle],
                other[0],
                other[middle] / ours[middle],
                question.must,
                bare[middle],
                ours[middle] / bare[middle]);
    }

    private static List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        questions.add(new Question(
                "T: daily trend, unique persons by country",
                "3",
                "{\"kind\":\"trend\"," + RANGE
                        + ",\"interval\":\"day\",\"series\":[{\"event\":\"product_view\",\"measure\":\"unique\"}],"
                        + BY_COUNTRY + "}",
                "with seen as materialized (select ts::date d, country, user_id from by_event where event = 1 group by 1, 2, 3)"
                        + " select sum(n) filter (where d is not null)::bigint, sum(n) filter (where d is null)::bigint from"
                        + " (select d, country, count(*) n from seen group by 1, 2"
                        + " union all select null, country, count(distinct user_id) from seen group by 2)",
                result -> new long[] {
                    lines(result)
                            .flatMap(line -> line.data().stream())
                            .mapToLong(value -> value == null ? 0 : value.longValue())
                            .sum(),
                    lines(result)
                            .map(InsightResult.Line::total)
                            .mapToLong(total -> total == null ? 0 : total.longValue())
                            .sum()
                },
                BareLoops::trend));
        questions.add(funnel("F3: funnel of 3 steps by country, with times", 1, 2, 4));
        questions.add(funnel("F5: funnel of 5 steps by country, with times", 0, 1, 2, 3, 4));
        questions.add(new Question(
                "R: weekly retention, login to product_view",
                "1.5",
                "{\"kind\":\"retention\"," + RANGE
                        + ",\"interval\":\"week\",\"start\":{\"event\":\"login\"},\"return\":{\"event\":\"product_view\"},\"periods\":13}",
                "with m as (select user_id, min(case when event = 6 then week end) c,"
                        + " bit_or(case when event = 1 then 1 << week else 0 end) m from by_event where event in (6, 1) group by 1),"
                        + " g as (select c, m, count(*) n from m where c is not null group by 1, 2)"
                        + " select (select sum(n)::bigint from g, range(14) w(i) where i > c and (m >> i::integer) & 1 = 1),"
                        + " (select sum(n)::bigint from g)",
                result -> {
                    List<InsightResult.Cohort> cohorts = ((InsightResult.Retention) result).cohorts();
                    return new long[] {
                        cohorts.stream()
                                .flatMap(cohort -> cohort.data().stream().skip(1))
                                .mapToLong(value -> value)
                                .sum(),
                        cohorts.stream().mapToLong(InsightResult.Cohort::size).sum()
                    };
                },
                BareLoops::retention));
        questions.add(new Question(
                "L: weekly lifecycle",
                "2.5",
                "{\"kind\":\"lifecycle\"," + RANGE + ",\"interval\":\"week\",\"matcher\":{\"event\":null}}",
                "with m as (select user_id, bit_or(1 << week) m from by_user group by 1), g as (select m, count(*) n from m group by 1),"
                        + " c as (select n, (m >> i::integer) & 1 = 1 now, i > 0 and (m >> greatest(i - 1, 0)::integer) & 1 = 1 before,"
                        + " m & ((1 << i::integer) - 1) = 0 first from g, range(14) w(i))"
                        + " select sum(n) filter (where before and not now)::bigint, sum(n) filter (where now and first)::bigint,"
                        + " sum(n) filter (where now and before)::bigint, sum(n) filter (where now and not before and not first)::bigint from c",
                result -> {
                    var life = (InsightResult.Lifecycle) result;
                    return new long[] {
                        sum(life.dormant()), sum(life.fresh()), sum(life.returning()), sum(life.resurrecting())
                    };
                },
                BareLoops::lifecycle));
        questions.add(new Question(
                "P: paths, first 4 nodes of a session",
                "15",
                "{\"kind\":\"paths\"," + RANGE + ",\"depth\":4,\"minShare\":0,\"gap\":\"30m\"}",
                "with w as (select user_id, ts, event, epoch_ms(ts) - epoch_ms(lag(ts) over x) gap, lag(event) over x last from by_user"
                        + " window x as (partition by user_id order by ts)),"
                        + " n as (select user_id, ts, event, gap is null or gap >= 1800000 fresh from w"
                        + " where gap is null or gap >= 1800000 or last <> event),"
                        + " k as materialized (select user_id, event, before, case when fresh then 1 when n1 then 2 when n2 then 3 else 4 end step"
                        + " from (select user_id, event, fresh, lag(fresh, 1) over x n1, lag(fresh, 2) over x n2, lag(fresh, 3) over x n3,"
                        + " lag(event) over x before from n window x as (partition by user_id order by ts))"
                        + " where fresh or n1 or n2 or n3),"
                        + " nodes as (select step, event, count(*) people from (select user_id, step, event from k group by 1, 2, 3)"
                        + " group by 1, 2), edges as (select step, before, event, count(*) people, sum(c) c from (select user_id, step,"
                        + " before, event, count(*) c from k where step > 1 group by 1, 2, 3, 4) group by 1, 2, 3)"
                        + " select (select sum(people)::bigint from nodes), (select sum(people)::bigint from edges),"
                        + " (select sum(c)::bigint from edges)",
                result -> {
                    var paths = (InsightResult.Paths) result;
                    return new long[] {
                        paths.nodes().stream()
                                .mapToLong(InsightResult.Node::people)
                                .sum(),
                        paths.edges().stream()
                                .mapToLong(InsightResult.Edge::people)
                                .sum(),
                        paths.edges().stream()
                                .mapToLong(InsightResult.Edge::count)
                                .sum()
                    };
                },
                BareLoops::paths));
        return questions;
    }

    private static Stream<InsightResult.Line> lines(InsightResult result) {
        return ((InsightResult.Trend) result).series().stream();
    }

    private static long sum(List<Long> numbers) {
        return numbers.stream().mapToLong(number -> number).sum();
    }

    /**
     * The chains by joining each step to the nearest one before, the times by going forward again from the first entry
     * that is near enough to the farthest step. Gives the number of persons at all steps of all countries, and their median
     * times from step to step.
     */
    private static Question funnel(String name, int... steps) {
        List<String> ours = new ArrayList<>();
        List<String> firsts = new ArrayList<>();
        var chains = new StringBuilder("with ");
        var forward = new StringBuilder();
        List<String> counts = new ArrayList<>();
        List<String> medians = new ArrayList<>();
        for (int i = 1; i <= steps.length; i++) {
            String events = "(select user_id, ts from by_event where event = " + steps[i - 1] + ")";
            ours.add("{\"event\":\"" + ShopEvents.NAMES[steps[i - 1]] + "\"}");
            firsts.add("select user_id, country, %d k, min(ts) c from s%d group by 1, 2".formatted(i, i));
            counts.add("count(*) filter (where k >= " + i + ")");
            if (i == 1) {
                chains.append("s1 as (select user_id, ts, ts as st, country from by_event where event = ")
                        .append(steps[0])
                        .append(')');
                forward.append(
                        ", c1 as (select r.*, b.ts t1 from r asof join %s b on r.user_id = b.user_id and r.c - interval 7 day <= b.ts)"
                                .formatted(events));
            } else {
                chains.append(
                        ", s%d as (select x.user_id, x.ts, p.st, p.country from %s x asof join s%d p on x.user_id = p.user_id and x.ts > p.ts where x.ts - p.st <= interval 7 day)"
                                .formatted(i, events, i - 1));
                forward.append(
                        ", c%d as (select p.*, b.ts t%d from c%d p asof left join %s b on p.user_id = b.user_id and p.t%d < b.ts)"
                                .formatted(i, i, i - 1, events, i - 1));
                medians.add("coalesce(round_even(median(epoch_ms(t%d) - epoch_ms(t%d)) filter (where k >= %d), 0), 0)"
                        .formatted(i, i - 1, i));
            }
        }
        String sql = chains + ", r as (select user_id, country, max(k) k, arg_max(c, k) c from ("
                + String.join(" union all ", firsts) + ") group by 1, 2)" + forward
                + " select sum(n)::bigint, sum(m)::bigint from"
                + " (select country, " + String.join(" + ", counts) + " n, " + String.join(" + ", medians) + " m from c"
                + steps.length + " group by 1)";
        return new Question(
                name,
                "6",
                "{\"kind\":\"funnel\"," + RANGE + ",\"window\":\"7d\",\"interval\":\"month\",\"steps\":["
                        + String.join(",", ours) + "]," + BY_COUNTRY + "}",
                sql,
                result -> {
                    List<InsightResult.Step> all = ((InsightResult.Funnel) result)
                            .breakdown().stream()
                                    .flatMap(split -> split.steps().stream())
                                    .toList();
                    return new long[] {
                        all.stream().mapToLong(InsightResult.Step::count).sum(),
                        Math.round(all.stream()
                                .mapToDouble(step -> step.medianSeconds() == null ? 0 : step.medianSeconds() * 1000)
                                .sum())
                    };
                },
                BareLoops.funnel(steps));
    }

    /** The columns of one row. */
    private static long[] sums(Connection duck, String sql) throws SQLException {
        try (var statement = duck.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            long[] sums = new long[row.getMetaData().getColumnCount()];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = row.getLong(i + 1);
            }
            return sums;
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
