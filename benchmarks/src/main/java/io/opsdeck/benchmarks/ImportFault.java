package io.opsdeck.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Kills the product again and again while it imports a file of people. The import goes on where it stood, and in the end
 * every row is there once and counted once.
 */
final class ImportFault implements Program {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    @Override
    public boolean run(Settings settings) throws Exception {
        int kills = settings.number("kills", 5, 1);
        int longest = settings.number("longest-millis", 3_000, 500);
        var file = new TableFile("people", settings.number("rows", 100_000, 3_000));
        var random = new Random(settings.seed());
        var report = new Report(
                "kill -9 of the product while it imports (seed " + settings.seed() + ")",
                "kill",
                "after ms",
                "back after s",
                "rows done",
                "attempt");
        Opsdeck.clear(settings, "import-kill");
        List<String> jvm = settings.jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        Opsdeck opsdeck = Opsdeck.start(settings, "import-kill", jvm);
        try {
            String id = file.send(opsdeck);
            for (int kill = 1; kill <= kills; kill++) {
                int after = 300 + random.nextInt(longest);
                Thread.sleep(after);
                opsdeck.kill();
                opsdeck = Opsdeck.start(opsdeck.folder, opsdeck.port, Opsdeck.program(settings), jvm);
                Standing job = Standing.of(opsdeck, id);
                report.row(kill, after, opsdeck.toReady.toMillis() / 1000.0, job.done(), job.attempt());
                await(opsdeck, id, now -> now.attempt() > job.attempt() || now.isEnded());
            }
            Standing ended = await(opsdeck, id, Standing::isEnded);
            JsonNode job = opsdeck.api("GET", "/api/v1/jobs/" + id, "");
            file.check(report, job);
            report.check(known(opsdeck) == file.right(), known(opsdeck) + " people are known by their id");
            report.note("%,d rows: %,d people, each once; %,d rows refused; %d attempts"
                    .formatted(
                            file.rows(),
                            known(opsdeck),
                            job.path("result").path("failed").asLong(),
                            ended.attempt()));
            try (Connection owner = opsdeck.connect()) {
                return report.print(Report.database(owner));
            }
        } finally {
            opsdeck.close();
        }
    }

    /** How far a job is. */
    record Standing(String state, int attempt, long done) {

        static Standing of(Opsdeck opsdeck, String job) throws SQLException {
            try (Connection owner = opsdeck.connect();
                    var query = owner.prepareStatement("select state, attempt, done from core.job where id = ?")) {
                query.setObject(1, UUID.fromString(job));
                try (var row = query.executeQuery()) {
                    row.next();
                    return new Standing(row.getString(1), row.getInt(2), row.getLong(3));
                }
            }
        }

        boolean isEnded() {
            return !List.of("WAITING", "RUNNING").contains(state);
        }
    }

    static Standing await(Opsdeck opsdeck, String job, Predicate<Standing> condition)
            throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        Standing now = Standing.of(opsdeck, job);
        while (!condition.test(now)) {
            if (System.nanoTime() - begin > LONGEST.toNanos()) {
                throw new IllegalStateException("waited in vain: " + now);
            }
            Thread.sleep(100);
            now = Standing.of(opsdeck, job);
        }
        return now;
    }

    /** Persons who have a user id. */
    static long known(Opsdeck opsdeck) throws SQLException {
        try (Connection owner = opsdeck.connect();
                var query = owner.createStatement();
                var row = query.executeQuery("select count(*) from analytics.identifier where kind = 'user'")) {
            row.next();
            return row.getLong(1);
        }
    }
}
