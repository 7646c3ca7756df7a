package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.io.IOException;
import java.net.http.HttpClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Takes the database away for half a minute under load, by stopping its server or by holding all its processes. While it
 * is gone the product says when to come back; when it is back the product works again without a restart, and what was
 * acknowledged is there.
 */
final class DatabaseFault implements Program {

    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(10);
    private static final double LONGEST_PROBE_SECONDS = 5;
    private static final double LONGEST_ANSWER_SECONDS = 30;
    private static final String BEFORE = "before";
    private static final String GONE = "gone";
    private static final String AFTER = "after";
    private static final String LATER = "503 with Retry-After";

    private final boolean hang;

    /** @param hang whether the server is held instead of stopped, so that it neither answers nor refuses */
    DatabaseFault(boolean hang) {
        this.hang = hang;
    }

    @Override
    public boolean run(Settings settings) throws Exception {
        String name = hang ? "database-hangs" : "database-gone";
        int gone = settings.number("gone-seconds", 30, hang ? 15 : 8);
        var report = new Report(
                "Database %s for %d s under load (seed %d)".formatted(hang ? "held" : "stopped", gone, settings.seed()),
                "asked",
                "before",
                "while it was gone",
                "afterwards",
                "slowest answer, s");
        Opsdeck.clear(settings, name);
        try (Opsdeck opsdeck = Opsdeck.start(settings, name, settings.jvm())) {
            String server = server(opsdeck);
            WriteKey key = opsdeck.createSource("database");
            var senders = new ArrayList<Sender>();
            for (int i = 0; i < settings.number("clients", 8, 4); i++) {
                senders.add(new Sender(i, opsdeck.uri(""), key, settings.seed(), 50));
            }
            List<Asker> askers = askers(opsdeck);
            var threads = new ArrayList<Thread>();
            senders.forEach(sender -> threads.add(new Thread(sender)));
            askers.forEach(asker -> threads.add(new Thread(asker)));
            threads.forEach(Thread::start);
            try {
                Thread.sleep(settings.number("before-seconds", 5, 2) * 1000L);
                askers.forEach(asker -> asker.enter(GONE));
                DatabaseServer database = opsdeck.database();
                List<Long> held = hang ? database.freeze() : List.of();
                List<String> command = hang ? List.of() : database.stop();
                Thread.sleep(gone * 1000L);
                askers.forEach(asker -> asker.enter(AFTER));
                long acknowledged = acknowledged(senders);
                if (hang) {
                    DatabaseServer.thaw(held);
                } else {
                    database.start(command);
                }
                until(() -> answers(opsdeck));
                long back = System.nanoTime();
                until(() -> acknowledged(senders) > acknowledged);
                var recovery = Duration.ofNanos(System.nanoTime() - back);
                report.note("first acknowledged events %.1f s after the database answered again"
                        .formatted(recovery.toMillis() / 1e3));
                report.check(recovery.compareTo(LONGEST_RECOVERY) < 0, "recovery took longer than " + LONGEST_RECOVERY);
                Thread.sleep(settings.number("after-seconds", 10, 3) * 1000L);
            } finally {
                senders.forEach(Sender::stop);
                askers.forEach(Asker::stop);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            askers.forEach(asker -> check(report, asker));
            check(report, opsdeck, key, senders);
            return report.print(server);
        }
    }

    private static List<Asker> askers(Opsdeck opsdeck) throws IOException, InterruptedException {
        HttpClient http = Browser.anyone();
        Browser browser = Browser.signIn(opsdeck);
        return List.of(
                new Asker("liveness", http, browser.get("/livez"), BEFORE),
                new Asker("readiness", http, browser.get("/readyz"), BEFORE),
                new Asker("REST", http, opsdeck.authorized("/api/v1/sources"), BEFORE),
                new Asker("page", browser.http, browser.get("/sources"), BEFORE));
    }

    private static void check(Report report, Asker asker) {
        report.row(
                asker.name, asker.answers(BEFORE), asker.answers(GONE), asker.answers(AFTER), asker.slowestSeconds());
        boolean alive = asker.name.equals("liveness");
        boolean probe = alive || asker.name.equals("readiness");
        Set<String> allowed = alive ? Set.of("200") : probe ? Set.of("200", "503") : Set.of("200", LATER);
        for (String phase : List.of(BEFORE, GONE, AFTER)) {
            report.check(
                    allowed.containsAll(asker.answers(phase).keySet()),
                    asker.name + ", " + phase + ": " + asker.answers(phase));
        }
        report.check(
                asker.slowestSeconds() < (probe ? LONGEST_PROBE_SECONDS : LONGEST_ANSWER_SECONDS),
                "%s took %.1f s".formatted(asker.name, asker.slowestSeconds()));
        report.check(
                alive || asker.answers(GONE).keySet().stream().anyMatch(answer -> answer.startsWith("503")),
                asker.name + " never said that it is not available");
        report.check(asker.last().equals("200"), asker.name + " answered " + asker.last() + " in the end");
    }

    private void check(Report report, Opsdeck opsdeck, WriteKey key, List<Sender> senders) throws SQLException {
        long later = senders.stream().mapToLong(Sender::unavailable).sum();
        report.row("tracking", "200", later + " times 429 or 503 with Retry-After", "200", "");
        report.check(hang || later > 0, "tracking never said that it is not available");
        senders.forEach(sender -> report.check(sender.wrong().isEmpty(), "tracking answered " + sender.wrong()));
        try (Connection owner = opsdeck.connect()) {
            for (Sender sender : senders) {
                sender.check(report, owner, key);
            }
        }
        report.note("%,d events acknowledged, each stored once; %,d batches were sent again"
                .formatted(
                        acknowledged(senders),
                        senders.stream().mapToLong(Sender::repeated).sum()));
    }

    private static long acknowledged(List<Sender> senders) {
        return senders.stream().mapToLong(Sender::acknowledged).sum();
    }

    private static boolean answers(Opsdeck opsdeck) {
        try (Connection owner = opsdeck.connect()) {
            return owner.isValid(1);
        } catch (SQLException | RuntimeException e) {
            // The server is on its way: its file may not be written yet, or it refuses.
            return false;
        }
    }

    private static void until(BooleanSupplier condition) throws InterruptedException, IOException {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > Duration.ofMinutes(2).toNanos()) {
                throw new IOException("waited two minutes in vain");
            }
            Thread.sleep(20);
        }
    }

    private static String server(Opsdeck opsdeck) throws SQLException {
        try (Connection owner = opsdeck.connect()) {
            return Report.database(owner);
        }
    }
}
