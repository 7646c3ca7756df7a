package io.opsdeck.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.duckdb.DuckDBConnection;
import org.postgresql.PGConnection;

/**
 * Behavioural questions as the REST interface hands them over, against the best SQL that was found for DuckDB over the
 * same events, in turn in one process, and whether both say the same. The log is filled inside the database; the column
 * store is built from it as it is after a restart.
 */
final class InsightBenchmark implements Program {

    /** What is measured with rows waiting in the delta is not to be written into its month meanwhile. */
    private static final String KEEP_DELTA = "--opsdeck.columns.rewrite-rows=1000000";

    private static final String KEEP_MONTHS = "--opsdeck.insights.partial-bytes=33554432";

    /** The tables of modules that were not in this process may be older than those that were. */
    private static final String OTHER_MODULES = "-Dspring.flyway.out-of-order=true";

    private static final int COPY_ROWS = 5_000;

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
        Path data = folder.resolve("data");
        if (!again) {
            try (Intake product = Intake.open(data, 5_000, KEEP_DELTA);
                    Connection owner = product.connect()) {
                fillEmpty(owner, product.workspace().id(), events);
            }
        }
        try (var loops = new BareLoops(events)) {
            InsightConditions conditions = null;
            double[] plain = {};
            try (Intake product = Intake.open(data, 5_000, KEEP_DELTA);
                    Connection owner = product.connect();
                    var duck = (DuckDBConnection)
                            DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("duck.db"))) {
                server = Report.database(owner);
                open(report, product, again ? 0 : size);
                if (!again) {
                    load(duck, events);
                }
                for (InsightQuestions.Question question : InsightQuestions.all()) {
                    if (only == null || question.name().startsWith(only)) {
                        compare(report, product, duck, loops, question, rounds, warmUp);
                    }
                }
                if (only == null && !again) {
                    conditions = new InsightConditions(report, product, owner, events, loops, rounds);
                    plain = conditions.measure();
                }
            }
            if (conditions != null) {
                try (Intake product = Intake.open(data, 5_000, conditions.rewriting())) {
                    conditions.measureRewritten(product, plain);
                }
            }
        }
        if (only == null) {
            InsightConditions.cold(report, () -> Intake.open(data, 5_000, KEEP_DELTA));
            InsightConditions.months(
                    report,
                    () -> Intake.open(data, 5_000, KEEP_DELTA),
                    () -> Intake.open(data, 5_000, KEEP_DELTA, KEEP_MONTHS));
            overHttp(report, settings, rounds, warmUp);
        }
        return report.print(server);
    }

    /** @param built events of which the store is built now, 0 where it was built before */
    private static void open(Report report, Intake product, int built) {
        long began = System.nanoTime();
        product.awaitColumns();
        double seconds = (System.nanoTime() - began) / 1e9;
        report.note(
                built == 0
                        ? "column store open after %.1f s".formatted(seconds)
                        : "column store built from the log: %,.0f events/s (must 200,000)".formatted(built / seconds));
    }

    /** The first question by the client of another service: with connection, token, permission and JSON. */
    private static void overHttp(Report report, Settings settings, int rounds, int warmUp) throws Exception {
        InsightQuestions.Question trend = InsightQuestions.all().get(0);
        try (Opsdeck product = Opsdeck.start(settings, "insights", settings.jvm(OTHER_MODULES))) {
            double[] times = new double[rounds];
            int bytes = 0;
            for (int round = -3 * warmUp; round < rounds; round++) {
                long start = System.nanoTime();
                bytes = product.api("POST", "/api/v1/insights/query", trend.ours())
                        .toString()
                        .length();
                if (round >= 0) {
                    times[round] = (System.nanoTime() - start) / 1e6;
                }
            }
            Arrays.sort(times);
            report.note("%s over HTTP, merges and delta included: %.1f ms, an answer of %,d bytes"
                    .formatted(trend.name(), times[rounds / 2], bytes));
        }
    }

    private static void compare(
            Report report,
            Intake product,
            Connection duck,
            BareLoops loops,
            InsightQuestions.Question question,
            int rounds,
            int warmUp)
            throws Exception {
        long cold = System.nanoTime();
        long[] said = question.said().of(product.ask(question.ours()));
        double first = (System.nanoTime() - cold) / 1e6;
        long[] theirs = sums(duck, question.theirs());
        report.check(
                Arrays.equals(said, theirs),
                question.name() + ": ours " + Arrays.toString(said) + ", DuckDB " + Arrays.toString(theirs));
        long counted = loops.run(question.bare());
        report.check(counted == said[0], question.name() + ": ours " + said[0] + ", bare loop " + counted);
        for (int i = 0; i < warmUp; i++) {
            product.ask(question.ours());
            loops.run(question.bare());
        }
        double[] ours = new double[rounds];
        double[] other = new double[rounds];
        double[] bare = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            product.ask(question.ours());
            long asked = System.nanoTime();
            sums(duck, question.theirs());
            long queried = System.nanoTime();
            loops.run(question.bare());
            ours[round] = (asked - start) / 1e6;
            other[round] = (queried - asked) / 1e6;
            bare[round] = (System.nanoTime() - queried) / 1e6;
        }
        Arrays.sort(ours);
        Arrays.sort(other);
        Arrays.sort(bare);
        int middle = rounds / 2;
        report.row(
                question.name(),
                ours[middle],
                ours[0],
                first,
                other[middle],
                other[0],
                other[middle] / ours[middle],
                question.must(),
                bare[middle],
                ours[middle] / bare[middle]);
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

    /** Fills the empty month of arrival, whose indexes are made afterwards, which takes a third of the time. */
    private static void fillEmpty(Connection owner, UUID workspace, ShopEvents events) throws Exception {
        String leaf = leaf();
        try (var statement = owner.createStatement()) {
            String bounds = text(
                    statement,
                    "select pg_get_expr(relpartbound, oid) from pg_class where oid = '" + leaf + "'::regclass");
            String numbers = text(statement, "select pg_get_serial_sequence('analytics.event', 'seq')");
            statement.execute("alter table analytics.event detach partition " + leaf);
            statement.execute("alter table " + leaf + " alter seq set default nextval('" + numbers + "')");
            String drop = text(
                    statement,
                    "select string_agg(coalesce('alter table " + leaf + " drop constraint ' || quote_ident(c.conname),"
                            + " 'drop index ' || i.indexrelid::regclass), '; ') from pg_index i"
                            + " left join pg_constraint c on c.conindid = i.indexrelid where i.indrelid = '" + leaf
                            + "'::regclass");
            statement.execute(drop);
            fill(owner, workspace, events, "m");
            statement.execute("set maintenance_work_mem = '1GB'");
            statement.execute("alter table analytics.event attach partition " + leaf + " " + bounds);
            statement.execute("vacuum analyze analytics.event");
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String leaf() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        return "analytics.event_%04d%02d".formatted(today.getYear(), today.getMonthValue());
    }

    /** Into the month of arrival, as the intake does: a table with policies takes no COPY. */
    static void fill(Connection owner, UUID workspace, ShopEvents events, String messages) throws Exception {
        try (var statement = owner.createStatement()) {
            statement.execute("set synchronous_commit = off");
        }
        String leaf = leaf();
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
                    .append('\t')
                    .append(messages)
                    .append(i)
                    .append('\t')
                    .append(person(events.user[i]))
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

    static UUID person(int user) {
        return new UUID(0x0190_0000_0000_7000L, Long.MIN_VALUE | user);
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
