package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Events per second through the tracking interface, committed before they are acknowledged, and the same events with one commit each. */
final class IntakeBenchmark implements Program {

    private static final int USERS = 50_000;

    @Override
    public boolean run(Settings settings) throws Exception {
        var warmUp = Duration.ofSeconds(settings.number("warm-up", 15, 1));
        var length = Duration.ofSeconds(settings.number("seconds", 20, 1));
        int batch = settings.number("batch", 100, 100);
        var report = new Report(
                "Intake",
                "what",
                "clients",
                "events/s",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "acknowledged",
                "stored",
                "refused calls");
        Opsdeck.clear(settings, "intake");
        String server;
        try (Opsdeck opsdeck = Opsdeck.start(settings, "intake", settings.jvm());
                Connection owner = opsdeck.connect()) {
            server = Report.database(owner);
            WriteKey batches = opsdeck.createSource("batches");
            var batched = Load.run(settings.number("connections", 16, 4), warmUp, length, number -> {
                var tracker = new Tracker(opsdeck.uri(""), batches.key());
                var bodies = new EventBodies(settings.seed() + number, USERS);
                var next = new AtomicLong();
                return () -> {
                    byte[] body = bodies.batch("b" + number, next.getAndAdd(batch), batch);
                    return tracker.post("batch", body).statusCode() == 200 ? batch : 0;
                };
            });
            row(
                    report,
                    "HTTP, batches of " + batch,
                    settings.number("connections", 16, 4),
                    batched,
                    Rows.stored(owner, batches));
            check(report, opsdeck, owner, batches, batched);

            int singles = settings.number("single-connections", 64, 8);
            WriteKey alone = opsdeck.createSource("singles");
            var single = Load.run(singles, warmUp, length, number -> {
                var tracker = new Tracker(opsdeck.uri(""), alone.key());
                var bodies = new EventBodies(settings.seed() + number, USERS);
                var next = new AtomicLong();
                return () -> {
                    byte[] body = bodies.one("s" + number, next.getAndIncrement());
                    return tracker.post("track", body).statusCode() == 200 ? 1 : 0;
                };
            });
            row(report, "HTTP, one event per request", singles, single, Rows.stored(owner, alone));
            check(report, opsdeck, owner, alone, single);

            OneCommitEach.createTables(owner);
            double best = 0;
            for (int connections : OneCommitEach.connections(settings)) {
                var direct = OneCommitEach.run(opsdeck::connect, connections, length);
                best = Math.max(best, direct.perSecond());
                row(report, "JDBC, one commit per event", connections, direct, direct.acknowledged());
            }
            report.note("one event per request over HTTP : one commit each by JDBC = %.2f"
                    .formatted(single.perSecond() / best));
            report.note("batches over HTTP : one commit each by JDBC = %.1f".formatted(batched.perSecond() / best));
        }
        return report.print(server);
    }

    private static void row(Report report, String what, int clients, Load.Result seen, long stored) {
        report.row(
                what,
                clients,
                seen.perSecond(),
                seen.p50(),
                seen.p95(),
                seen.p99(),
                seen.acknowledged(),
                stored,
                seen.refused());
    }

    private static void check(Report report, Opsdeck opsdeck, Connection owner, WriteKey key, Load.Result seen)
            throws Exception {
        report.check(Rows.stored(owner, key) == seen.acknowledged(), "stored = acknowledged, source " + key.source());
        long counted = opsdeck.source(key).get("accepted").longValue();
        report.check(counted == seen.acknowledged(), "the source counts " + counted + " accepted");
        report.check(seen.refused() == 0, seen.refused() + " calls were refused");
    }
}
