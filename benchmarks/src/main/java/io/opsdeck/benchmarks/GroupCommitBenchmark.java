package io.opsdeck.benchmarks;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The product's intake in this process, one event per call from many threads, in turn with the same intake on a server
 * of its own that commits each call alone, and with one insert and commit per event by JDBC; all without HTTP, so that
 * the shared commit is what differs. The intake reads JSON, finds persons and keeps counters and dictionary besides; by
 * JDBC it is only an insert, and the connections run side by side.
 */
final class GroupCommitBenchmark implements Program {

    private static final int USERS = 5_000;
    private static final int SHARED = 5_000;

    @Override
    public boolean run(Settings settings) throws Exception {
        int clients = settings.number("clients", 64, 8);
        int rounds = settings.number("rounds", 5, 1);
        var length = Duration.ofSeconds(settings.number("seconds", 8, 1));
        var report = new Report("Group commit", "what", "clients", "events/s", "p50 ms", "p95 ms", "p99 ms");
        var shared = new ArrayList<Double>();
        var each = new ArrayList<Double>();
        var alone = new ArrayList<Double>();
        Opsdeck.clear(settings, "group-commit");
        String server;
        try (Intake intake = Intake.open(settings.work().resolve("group-commit/data"), SHARED);
                Intake single = Intake.open(settings.work().resolve("group-commit/single"), 1);
                Connection owner = intake.connect()) {
            server = Report.database(owner);
            OneCommitEach.createTables(owner);
            Load.run(clients, Duration.ZERO, length.multipliedBy(2), number -> client(intake, settings, "w", number));
            Load.run(clients, Duration.ZERO, length, number -> client(single, settings, "w", number));
            for (int round = 0; round < rounds; round++) {
                String prefix = "r" + round + "_";
                var grouped =
                        Load.run(clients, Duration.ZERO, length, number -> client(intake, settings, prefix, number));
                row(report, "group commit", clients, grouped);
                shared.add(grouped.perSecond());
                var ungrouped =
                        Load.run(clients, Duration.ZERO, length, number -> client(single, settings, prefix, number));
                row(report, "the same intake, one commit each", clients, ungrouped);
                alone.add(ungrouped.perSecond());
                double best = 0;
                for (int connections : OneCommitEach.connections(settings)) {
                    var direct = OneCommitEach.run(intake::connect, connections, length);
                    row(report, "insert and commit by JDBC", connections, direct);
                    best = Math.max(best, direct.perSecond());
                }
                each.add(best);
            }
        }
        report.note("group commit : the same intake with one commit each, medians of %d rounds = %.1f"
                .formatted(rounds, median(shared) / median(alone)));
        report.note("group commit : one insert and commit each by JDBC, medians of %d rounds = %.1f"
                .formatted(rounds, median(shared) / median(each)));
        return report.print(server);
    }

    private static Load.Client client(Intake intake, Settings settings, String prefix, int number) {
        var bodies = new EventBodies(settings.seed() + number, USERS);
        var next = new AtomicLong();
        return () -> intake.track(bodies.one(prefix + number, next.getAndIncrement()));
    }

    private static void row(Report report, String what, int clients, Load.Result seen) {
        report.row(what, clients, seen.perSecond(), seen.p50(), seen.p95(), seen.p99());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
