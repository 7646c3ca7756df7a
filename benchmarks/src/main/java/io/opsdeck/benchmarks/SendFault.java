package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Outgoing.Received;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Kills the product again and again while it sends webhooks and mail. Receivers of webhooks know a second copy by its
 * id, so each message must arrive; a mail server does not, so a mail whose end nobody knows is kept back for somebody to
 * decide, and none arrives twice.
 */
final class SendFault implements Program {

    private static final Duration LONGEST_END = Duration.ofMinutes(3);

    /** Mails that may be on their way at the same time; as many may be uncertain after a kill. */
    static final int MAILS_AT_ONCE = 8;

    @Override
    public boolean run(Settings settings) throws Exception {
        int kills = settings.number("kills", 5, 1);
        int longest = settings.number("longest-millis", 2_000, 400);
        var random = new Random(settings.seed());
        var report = new Report(
                "kill -9 of the product while it sends (seed " + settings.seed() + ")",
                "kill",
                "after ms",
                "back after s",
                "webhooks received",
                "copies",
                "mails received");
        Opsdeck.clear(settings, "send-kill");
        List<String> jvm = settings.jvm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        List<String> program = Opsdeck.program(settings);
        try (var outgoing =
                new Outgoing(settings.number("invitations", 1_000, 40), settings.number("endpoints", 3, 2))) {
            Map<String, String> environment = outgoing.environment();
            Opsdeck opsdeck =
                    Opsdeck.start(settings.work().resolve("send-kill"), Opsdeck.freePort(), program, jvm, environment);
            try {
                outgoing.plan(List.of(opsdeck));
                outgoing.letGo(report, opsdeck);
                for (int kill = 1; kill <= kills; kill++) {
                    int after = 300 + random.nextInt(longest);
                    Thread.sleep(after);
                    opsdeck.kill();
                    opsdeck = Opsdeck.start(opsdeck.folder, opsdeck.port, program, jvm, environment);
                    Received received = outgoing.received();
                    report.row(
                            kill,
                            after,
                            opsdeck.toReady.toMillis() / 1000.0,
                            received.webhooks(),
                            received.copies(),
                            received.mails());
                }
                long begin = System.nanoTime();
                while (outgoing.isUnderWay(opsdeck) && System.nanoTime() - begin < LONGEST_END.toNanos()) {
                    Thread.sleep(500);
                }
                report.note(
                        "everything ended %.0f s after the last start".formatted((System.nanoTime() - begin) / 1e9));
                outgoing.check(report, opsdeck, (long) MAILS_AT_ONCE * kills);
                try (Connection owner = opsdeck.connect()) {
                    return report.print(Report.database(owner));
                }
            } finally {
                opsdeck.close();
            }
        }
    }
}
