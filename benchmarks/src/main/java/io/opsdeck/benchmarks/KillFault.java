package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Kills the product again and again while clients send. A client remembers what was acknowledged and sends the rest
 * again under the same message ids, as Segment's clients do; at the end every event is there once. Every third round
 * the database server is killed with it.
 */
final class KillFault implements Program {

    /** How late the dictionary may be, with room. */
    private static final long VOLUMES_MILLIS = 3_000;

    @Override
    public boolean run(Settings settings) throws Exception {
        int rounds = settings.number("rounds", 20, 2);
        int clients = settings.number("clients", 8, 4);
        int batch = settings.number("batch", 50, 50);
        int longest = settings.number("longest-millis", 4_000, 1_000);
        var random = new Random(settings.seed());
        var report = new Report(
                "kill -9 of the product under load (seed " + settings.seed() + ")",
                "round",
                "killed with it",
                "killed after ms",
                "back after s",
                "acknowledged so far",
                "of these stored",
                "sent again");
        Opsdeck.clear(settings, "kill");
        List<String> jvm = settings.jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        Opsdeck opsdeck = Opsdeck.start(settings, "kill", jvm);
        String server;
        WriteKey key = opsdeck.createSource("killed");
        var senders = new ArrayList<Sender>();
        var threads = new ArrayList<Thread>();
        try {
            for (int i = 0; i < clients; i++) {
                var sender = new Sender(i, opsdeck.uri(""), key, settings.seed(), batch);
                senders.add(sender);
                var thread = new Thread(sender, "sender-" + i);
                threads.add(thread);
                thread.start();
            }
            for (int round = 1; round <= rounds; round++) {
                boolean both = round % 3 == 0;
                int after = 200 + random.nextInt(longest);
                Thread.sleep(after);
                DatabaseServer database = opsdeck.database();
                opsdeck.kill();
                if (both) {
                    database.kill();
                }
                // Counted before the restart: what was acknowledged by now must be there afterwards.
                long acknowledged = sum(senders, Sender::acknowledged);
                opsdeck = Opsdeck.start(opsdeck.folder, opsdeck.port, Opsdeck.program(settings), jvm);
                try (Connection owner = opsdeck.connect()) {
                    long stored = Rows.stored(owner, key);
                    report.check(
                            stored >= acknowledged,
                            "round " + round + ": " + acknowledged + " acknowledged, " + stored + " stored");
                    report.row(
                            round,
                            both ? "PostgreSQL" : "-",
                            after,
                            opsdeck.toReady.toMillis() / 1000.0,
                            acknowledged,
                            stored >= acknowledged ? "all" : stored,
                            sum(senders, Sender::repeated));
                }
            }
            Thread.sleep(settings.number("longest-millis", 4_000, 1_000));
        } finally {
            senders.forEach(Sender::stop);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        try (Connection owner = opsdeck.connect()) {
            server = Report.database(owner);
            for (Sender sender : senders) {
                sender.check(report, owner, key);
            }
            long acknowledged = sum(senders, Sender::acknowledged);
            long stored = Rows.stored(owner, key);
            report.check(stored == acknowledged, acknowledged + " acknowledged in the end, " + stored + " stored");
            senders.forEach(sender -> report.check(sender.wrong().isEmpty(), "answered " + sender.wrong()));
            long counted = opsdeck.source(key).get("accepted").longValue();
            report.check(counted == stored, "the source counts " + counted + " accepted, stored are " + stored);
            report.note("%,d events acknowledged, %,d stored, each once; %,d batches were sent again"
                    .formatted(acknowledged, stored, sum(senders, Sender::repeated)));
            Thread.sleep(VOLUMES_MILLIS);
            long volumes = Rows.volumes(owner);
            report.check(volumes == stored, "the dictionary counts " + volumes + ", stored are " + stored);
        } finally {
            opsdeck.close();
        }
        return report.print(server);
    }

    private interface Figure {
        long of(Sender sender);
    }

    private static long sum(List<Sender> senders, Figure figure) {
        return senders.stream().mapToLong(figure::of).sum();
    }
}
