package io.opsdeck.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Two nodes on one database send and import at the same time. One is killed, the other is held for longer than its leases
 * last and then goes on as if nothing had been. Nothing is done twice, and nothing is left undone.
 */
final class NodesFault implements Program {

    private static final Duration LONGEST_END = Duration.ofMinutes(5);

    /** Longer than the leases of deliveries (60 s) and jobs (30 s). */
    private static final int HELD_SECONDS = 75;

    @Override
    public boolean run(Settings settings) throws Exception {
        int held = settings.number("held-seconds", HELD_SECONDS, 2);
        int files = settings.number("files", 12, 2);
        int rows = settings.number("rows", 10_000, 500);
        var random = new Random(settings.seed());
        var report = new Report(
                "Two nodes, one held for %d s and one killed (seed %d)".formatted(held, settings.seed()),
                "what happened",
                "webhooks received",
                "copies",
                "mails received",
                "imports ended");
        Opsdeck.clear(settings, "two-nodes");
        List<String> jvm = settings.jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        List<String> program = Opsdeck.program(settings);
        Path folder = settings.work().resolve("two-nodes");
        try (var outgoing =
                new Outgoing(settings.number("invitations", 1_000, 40), settings.number("endpoints", 3, 2))) {
            Map<String, String> environment = new HashMap<>(outgoing.environment());
            byte[] key = new byte[32];
            random.nextBytes(key);
            environment.put("OPSDECK_SECRET_KEY", Base64.getEncoder().encodeToString(key));
            try (Opsdeck first =
                    Opsdeck.start(folder.resolve("first"), Opsdeck.freePort(), program, jvm, environment)) {
                environment.putAll(first.shared());
                Opsdeck second = Opsdeck.start(folder.resolve("second"), Opsdeck.freePort(), program, jvm, environment);
                try {
                    outgoing.plan(List.of(first, second));
                    var sent = new ArrayList<TableFile>();
                    var jobs = new ArrayList<String>();
                    for (int i = 0; i < files; i++) {
                        var file = new TableFile("file" + i, rows);
                        sent.add(file);
                        jobs.add(file.send(i % 2 == 0 ? first : second));
                    }
                    outgoing.letGo(report, first);
                    Thread.sleep(500 + random.nextInt(1_000));
                    second.kill();
                    row(report, "the second is killed", outgoing, first, jobs);
                    Thread.sleep(500 + random.nextInt(1_000));
                    DatabaseServer.signal("-STOP", first.pid());
                    row(report, "the first is held", outgoing, first, jobs);
                    second = Opsdeck.start(second.folder, second.port, program, jvm, environment);
                    Thread.sleep(held * 1_000L);
                    DatabaseServer.signal("-CONT", first.pid());
                    row(report, "the first goes on", outgoing, first, jobs);
                    long begin = System.nanoTime();
                    while ((outgoing.isUnderWay(first) || ended(first, jobs) < files)
                            && System.nanoTime() - begin < LONGEST_END.toNanos()) {
                        Thread.sleep(500);
                    }
                    row(report, "the end", outgoing, first, jobs);
                    report.note("it ended %.0f s after the first went on".formatted((System.nanoTime() - begin) / 1e9));
                    outgoing.check(report, first, 2L * SendFault.MAILS_AT_ONCE);
                    long right = 0;
                    for (int i = 0; i < files; i++) {
                        sent.get(i).check(report, first.api("GET", "/api/v1/jobs/" + jobs.get(i), ""));
                        right += sent.get(i).right();
                    }
                    long known = ImportFault.known(first);
                    report.check(known == right, known + " people of " + right + " are known by their id");
                    report.note("%d imports: %,d people, each once".formatted(files, known));
                    try (Connection owner = first.connect()) {
                        return report.print(Report.database(owner));
                    }
                } finally {
                    second.kill();
                }
            }
        }
    }

    private static void row(Report report, String what, Outgoing outgoing, Opsdeck node, List<String> jobs)
            throws Exception {
        Outgoing.Received received = outgoing.received();
        report.row(what, received.webhooks(), received.copies(), received.mails(), ended(node, jobs));
    }

    private static long ended(Opsdeck node, List<String> jobs) throws Exception {
        long ended = 0;
        for (String job : jobs) {
            ended += ImportFault.Standing.of(node, job).isEnded() ? 1 : 0;
        }
        return ended;
    }
}
