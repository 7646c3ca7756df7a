package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Takes a backup while clients send and webhooks are under way, and restores it elsewhere: whatever was acknowledged
 * before the backup began is there, each event once, also when a client sends it again; profiles and insights agree with
 * the events, and nothing leaves before somebody says so. A second backup, of the same installation at rest, has to
 * answer every question as the original does.
 */
final class BackupFault implements Program {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long BETWEEN_PINGS_MILLIS = 100;
    private static final String ALL = "{\"kind\":\"trend\",\"range\":{\"last\":\"2d\"},\"interval\":\"day\","
            + "\"series\":[{\"event\":null},{\"event\":null,\"measure\":\"unique\"}]}";
    private static final List<String> QUESTIONS = List.of(
            ALL,
            "{\"kind\":\"trend\",\"range\":{\"last\":\"2d\"},\"interval\":\"hour\",\"series\":[{\"event\":\"Shop Event 0\","
                    + "\"measure\":\"unique\"}],\"breakdown\":{\"property\":\"country\",\"limit\":25}}",
            "{\"kind\":\"funnel\",\"range\":{\"last\":\"2d\"},\"window\":\"1d\",\"steps\":[{\"event\":\"Shop Event 0\"},"
                    + "{\"event\":\"Shop Event 1\"},{\"event\":\"Shop Event 2\"}]}",
            "{\"kind\":\"retention\",\"range\":{\"last\":\"2d\"},\"interval\":\"day\",\"start\":{\"event\":\"Shop Event 0\"},"
                    + "\"return\":{\"event\":\"Shop Event 1\"},\"periods\":2}");

    @Override
    public boolean run(Settings settings) throws Exception {
        var report = new Report(
                "Backup under load and restore (seed " + settings.seed() + ")",
                "backup",
                "took s",
                "MB",
                "restore took s",
                "first ready after s",
                "acknowledged before it",
                "acknowledged when it ended",
                "restored");
        for (String name : List.of("backup", "backup-restored", "backup-rest")) {
            Opsdeck.clear(settings, name);
        }
        List<String> jvm =
                settings.jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dopsdeck.outbound.allowed=127.0.0.1");
        var senders = new ArrayList<Sender>();
        String server;
        try (var receiver = new Receiver(settings.number("answer-millis", 2_000, 500));
                Opsdeck original = Opsdeck.start(settings, "backup", jvm)) {
            try (Connection owner = original.connect()) {
                server = Report.database(owner);
            }
            WriteKey key = original.createSource("saved");
            Path archive = original.folder.resolve("busy.zip");
            Taken taken = busy(settings, report, original, receiver, key, senders, archive);
            check(settings, report, jvm, taken, receiver, key, senders, archive);
            rest(settings, report, jvm, original, key);
        }
        return report.print(server);
    }

    /** What was known around a backup. */
    private record Taken(List<Long> before, long atEnd, double seconds) {}

    private static Taken busy(
            Settings settings,
            Report report,
            Opsdeck original,
            Receiver receiver,
            WriteKey key,
            List<Sender> senders,
            Path archive)
            throws Exception {
        var random = new Random(settings.seed());
        String endpoint = original.api(
                        "POST",
                        "/api/v1/webhooks",
                        "{\"url\":\"" + receiver.url() + "\",\"description\":\"\",\"events\":[\"member.invited\"]}")
                .get("id")
                .stringValue();
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < settings.number("clients", 8, 4); i++) {
            var sender = new Sender(i, original.uri(""), key, settings.seed(), settings.number("batch", 50, 50));
            senders.add(sender);
            var thread = new Thread(sender, "sender-" + i);
            threads.add(thread);
            thread.start();
        }
        try {
            Thread.sleep(settings.number("before-millis", 20_000, 2_000) + random.nextInt(1_000));
            List<Long> before = senders.stream().map(Sender::acknowledged).toList();
            double seconds;
            try (var pings = new Pings(original, endpoint)) {
                seconds = command(settings, original.folder, "backup", "--to=" + archive);
            }
            long atEnd = sum(senders);
            Thread.sleep(settings.number("after-millis", 5_000, 1_000));
            return new Taken(before, atEnd, seconds);
        } finally {
            senders.forEach(Sender::stop);
            for (Thread thread : threads) {
                thread.join();
            }
            senders.forEach(sender -> report.check(sender.wrong().isEmpty(), "answered " + sender.wrong()));
        }
    }

    /** Plans webhooks one after the other until it is closed, so that some are under way at any moment. */
    private static final class Pings implements AutoCloseable {

        private final Thread thread;

        Pings(Opsdeck opsdeck, String endpoint) {
            thread = new Thread(() -> ping(opsdeck, endpoint), "pings");
            thread.start();
        }

        private static void ping(Opsdeck opsdeck, String endpoint) {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    opsdeck.api("POST", "/api/v1/webhooks/" + endpoint + "/ping", "");
                    Thread.sleep(BETWEEN_PINGS_MILLIS);
                }
            } catch (IOException e) {
                System.err.println("no more webhooks: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }

    private static void check(
            Settings settings,
            Report report,
            List<String> jvm,
            Taken taken,
            Receiver receiver,
            WriteKey key,
            List<Sender> senders,
            Path archive)
            throws Exception {
        Path folder = Files.createDirectories(settings.work().resolve("backup-restored"));
        double restore = command(settings, folder, "restore", "--from=" + archive);
        awaitQuiet(receiver);
        Map<String, Integer> received = receiver.messages();
        try (Opsdeck restored = Opsdeck.start(settings, "backup-restored", jvm);
                Connection owner = restored.connect()) {
            long stored = Rows.stored(owner, key);
            for (int i = 0; i < senders.size(); i++) {
                senders.get(i).checkRestored(report, owner, key, taken.before().get(i));
            }
            report.row(
                    "under load",
                    taken.seconds(),
                    Files.size(archive) / 1e6,
                    restore,
                    restored.toReady.toMillis() / 1e3,
                    taken.before().stream().mapToLong(Long::longValue).sum(),
                    taken.atEnd(),
                    stored);
            checkDerived(report, restored, owner, key, stored);
            checkOutbound(settings, report, owner, receiver, received);
            // Clients that did not hear of the answer send the same again.
            int repeated = settings.number("batch", 50, 50);
            new Tracker(restored.uri(""), key.key())
                    .post("batch", new EventBodies(settings.seed(), 5_000).batch("c0", 0, repeated));
            report.check(Rows.stored(owner, key) == stored, "events that were sent again were stored again");
            new Tracker(restored.uri(""), key.key()).post("batch", new EventBodies(1, 5_000).batch("new", 0, repeated));
            checkDerived(report, restored, owner, key, stored + repeated);
        }
    }

    /** Profiles and insights count what is stored. */
    private static void checkDerived(Report report, Opsdeck opsdeck, Connection owner, WriteKey key, long events)
            throws Exception {
        long begin = System.nanoTime();
        long stored = Rows.stored(owner, key);
        report.check(stored == events, "%,d events should be stored, are %,d".formatted(events, stored));
        while (Rows.followed(owner) != stored && System.nanoTime() - begin < PATIENCE.toNanos()) {
            Thread.sleep(100);
        }
        report.check(
                Rows.followed(owner) == stored,
                "profiles know %,d of %,d events".formatted(Rows.followed(owner), stored));
        JsonNode answer = answer(opsdeck, ALL);
        report.check(
                answer.path("series").path(0).path("total").asLong(-1) == stored,
                "the trend does not count " + stored + ": " + answer);
    }

    private static void checkOutbound(
            Settings settings, Report report, Connection owner, Receiver receiver, Map<String, Integer> received)
            throws Exception {
        Thread.sleep(settings.number("held-millis", 15_000, 4_000));
        report.check(receiver.since(received).isEmpty(), "sent while it was held: " + receiver.since(received));
        Set<String> open = Rows.texts(owner, "select key from core.outbound where state not in ('SENT', 'FAILED')");
        report.check(!open.isEmpty(), "no webhook was under way when the backup was taken");
        int all = Rows.texts(owner, "select id::text from core.outbound").size();
        try (var statement = owner.createStatement()) {
            statement.execute("update core.outbound_freeze set lifted_at = now(), lifted_by = 'benchmark'");
        }
        long begin = System.nanoTime();
        while (!Rows.texts(owner, "select key from core.outbound where state not in ('SENT', 'FAILED')")
                        .isEmpty()
                && System.nanoTime() - begin < PATIENCE.toNanos()) {
            Thread.sleep(200);
        }
        Set<String> again = receiver.since(received);
        report.check(
                again.size() == open.size(),
                again.size() + " messages left after the freeze, open were " + open.size());
        report.check(received.keySet().containsAll(again), "messages that the original never sent: " + again);
        report.note(
                ("%d of %d webhooks were open in the backup: none left while held, and each of them once after it, under"
                                + " the id it had")
                        .formatted(open.size(), all));
    }

    /** At rest the restored installation says what the original says. */
    private static void rest(Settings settings, Report report, List<String> jvm, Opsdeck original, WriteKey key)
            throws Exception {
        try (Connection owner = original.connect()) {
            checkDerived(report, original, owner, key, Rows.stored(owner, key));
        }
        Path archive = original.folder.resolve("rest.sealed");
        Path passphrase = Files.writeString(original.folder.resolve("passphrase"), "seed " + settings.seed());
        double backup =
                command(settings, original.folder, "backup", "--to=" + archive, "--passphrase-file=" + passphrase);
        Map<String, JsonNode> said = answers(original);
        Path folder = Files.createDirectories(settings.work().resolve("backup-rest"));
        double restore = command(settings, folder, "restore", "--from=" + archive, "--passphrase-file=" + passphrase);
        try (Opsdeck restored = Opsdeck.start(settings, "backup-rest", jvm);
                Connection owner = restored.connect()) {
            long stored = Rows.stored(owner, key);
            report.row(
                    "at rest, encrypted",
                    backup,
                    Files.size(archive) / 1e6,
                    restore,
                    restored.toReady.toMillis() / 1e3,
                    stored,
                    stored,
                    stored);
            checkDerived(report, restored, owner, key, stored);
            Map<String, JsonNode> again = answers(restored);
            said.forEach((question, answer) -> report.check(
                    answer.equals(again.get(question)),
                    question + ": " + answer + " before, " + again.get(question) + " restored"));
            report.note(said.size() + " answers of REST compared");
        }
    }

    private static Map<String, JsonNode> answers(Opsdeck opsdeck) throws IOException, InterruptedException {
        var answers = new LinkedHashMap<String, JsonNode>();
        for (String question : QUESTIONS) {
            answers.put(question, answer(opsdeck, question));
        }
        for (String path : List.of(
                "/api/v1/profiles?limit=200",
                "/api/v1/events?limit=200",
                "/api/v1/sources",
                "/api/v1/webhooks",
                "/api/v1/workspaces",
                "/api/v1/quarantine",
                "/api/v1/jobs")) {
            answers.put(path, opsdeck.api("GET", path, ""));
        }
        return answers;
    }

    /** A store that is being built is waited for. */
    private static JsonNode answer(Opsdeck opsdeck, String question) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return opsdeck.api("POST", "/api/v1/insights/query", question);
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains(": 503 ")
                        || System.nanoTime() - begin > PATIENCE.toNanos()) {
                    throw e;
                }
                Thread.sleep(300);
            }
        }
    }

    /** Until the original has sent all that it planned. */
    private static void awaitQuiet(Receiver receiver) throws InterruptedException {
        Map<String, Integer> before = Map.of();
        while (!before.equals(receiver.messages()) || before.isEmpty()) {
            before = receiver.messages();
            Thread.sleep(4_000);
        }
    }

    /** Runs a command of the product on the data folder below the folder, and answers the seconds that it took. */
    private static double command(Settings settings, Path folder, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(settings.jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(Opsdeck.program(settings));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("DATABASE_") || name.startsWith("OPSDECK_"));
        environment.put("OPSDECK_DATA_DIR", folder.resolve("data").toString());
        Path log = folder.resolve("command.log");
        long begin = System.nanoTime();
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(30, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(arguments[0] + " did not succeed, see " + log);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static long sum(List<Sender> senders) {
        return senders.stream().mapToLong(Sender::acknowledged).sum();
    }
}
