package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.bytes;

import java.io.IOException;
import java.util.ArrayList;

/** Clients that send a byte a second, while others want to be served. */
final class SlowClients implements BodyFamily {

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        int clients = settings.number("slow-clients", 150, 20);
        int seconds = settings.number("slow-seconds", 20, 3);
        var calls = new ArrayList<RawCall>();
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < clients; i++) {
                var call = new RawCall(target.opsdeck.port);
                calls.add(call);
                call.head("/v1/batch", target.tracker.authorization(), "Content-Length: 100000\r\n");
                call.write(bytes("{\"batch\":["));
            }
            double slowest = 0;
            for (int second = 0; second < seconds; second++) {
                for (RawCall call : calls) {
                    trickle(call);
                }
                long asked = System.nanoTime();
                target.batch(target.goodEvent(), "");
                slowest = Math.max(slowest, (System.nanoTime() - asked) / 1e6);
                Thread.sleep(1_000);
            }
            target.report.check(slowest < 5_000, "beside slow clients a batch took " + Math.round(slowest) + " ms");
            target.row(
                    "%d clients at a byte a second for %d s, others meanwhile within %.0f ms"
                            .formatted(clients, seconds, slowest),
                    clients,
                    "200",
                    begin);
        } finally {
            for (RawCall call : calls) {
                call.close();
            }
        }
    }

    private static void trickle(RawCall call) {
        try {
            call.write(new byte[] {' '});
        } catch (IOException e) {
            // The server has given up on it.
            return;
        }
    }
}
