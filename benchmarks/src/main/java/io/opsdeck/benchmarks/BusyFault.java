package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/**
 * More at once than the intake's queue holds: what does not fit is refused at once with the time to come back, what was
 * acknowledged is stored, and a moment after the rush a call is answered as ever.
 */
final class BusyFault implements Program {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_RECOVERY_MILLIS = 5_000;

    @Override
    public boolean run(Settings settings) throws Exception {
        int clients = settings.number("clients", 64, 24);
        int batch = settings.number("batch", 2_000, 2_000);
        var length = Duration.ofSeconds(settings.number("seconds", 15, 2));
        var report = new Report("More at once than the queue holds (seed " + settings.seed() + ")", "what", "seen");
        Opsdeck.clear(settings, "busy");
        try (Opsdeck opsdeck = Opsdeck.start(settings, "busy", settings.jvm());
                Connection owner = opsdeck.connect()) {
            WriteKey key = opsdeck.createSource("busy");
            var stored = new AtomicLong();
            var busy = new AtomicLong();
            var unavailable = new AtomicLong();
            var ready = new Asker("readiness", Browser.anyone(), opsdeck.authorized("/readyz"), "rush");
            var asking = new Thread(ready);
            asking.start();
            Load.run(clients, Duration.ZERO, length, number -> {
                var tracker = new Tracker(opsdeck.uri(""), key.key());
                var bodies = new EventBodies(settings.seed() + number, 5_000);
                var next = new AtomicLong();
                return () -> {
                    byte[] body = bodies.batch("q" + number, next.getAndAdd(batch), batch);
                    HttpResponse<String> answer = tracker.post("import", body);
                    int status = answer.statusCode();
                    boolean says = answer.headers().firstValue("Retry-After").isPresent();
                    report.check(
                            status == 200 || ((status == 429 || status == 503) && says),
                            "answered " + status + " " + answer.body());
                    busy.addAndGet(status == 429 ? 1 : 0);
                    unavailable.addAndGet(status == 503 ? 1 : 0);
                    int accepted = status == 200
                            ? JSON.readTree(answer.body()).path("accepted").asInt()
                            : 0;
                    stored.addAndGet(accepted);
                    return accepted;
                };
            });
            long begin = System.nanoTime();
            var tracker = new Tracker(opsdeck.uri(""), key.key());
            var bodies = new EventBodies(settings.seed(), 5_000);
            while (tracker.post("track", bodies.one("after", 0)).statusCode() != 200) {
                Thread.sleep(20);
            }
            long recovery = (System.nanoTime() - begin) / 1_000_000;
            ready.stop();
            asking.join();
            report.row(
                    "%d clients for %d s, %,d events per call, calls acknowledged"
                            .formatted(clients, length.toSeconds(), batch),
                    stored.get() / batch);
            report.row("calls answered 429 with Retry-After", busy.get());
            report.row("calls answered 503 with Retry-After", unavailable.get());
            report.row("readiness meanwhile", ready.answers("rush"));
            report.row("first call afterwards answered 200 after ms", recovery);
            report.check(busy.get() > 0, "the queue was never full");
            report.check(recovery < LONGEST_RECOVERY_MILLIS, "recovery took " + recovery + " ms");
            report.check(ready.answers("rush").keySet().equals(Set.of("200")), "readiness: " + ready.answers("rush"));
            long events = Rows.stored(owner, key);
            report.check(events == stored.get() + 1, stored.get() + 1 + " acknowledged, " + events + " stored");
            report.row("events acknowledged, stored", "%,d, %,d".formatted(stored.get() + 1, events));
            return report.print(Report.database(owner));
        }
    }
}
