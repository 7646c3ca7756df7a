package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.batchOf;
import static io.opsdeck.benchmarks.BodyTexts.brief;
import static io.opsdeck.benchmarks.BodyTexts.typed;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/** Many clients at once with the largest body that is taken. */
final class CrowdedBodies implements BodyFamily {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        int clients = settings.number("crowd", 64, 4);
        String filler = "f".repeat(2_000);
        long begin = System.nanoTime();
        var stored = new AtomicLong();
        var seen = Load.run(
                clients, Duration.ZERO, Duration.ofSeconds(settings.number("crowd-seconds", 10, 1)), number -> {
                    var tracker = new Tracker(target.opsdeck.uri(""), target.key.key());
                    return () -> {
                        byte[] body = batchOf(
                                2_300,
                                i -> typed("{\"event\":\"Big\",\"userId\":\"u\",\"messageId\":\"" + target.id()
                                        + "\",\"properties\":{\"f\":\"" + filler + "\"}}"));
                        HttpResponse<String> answer = tracker.post("import", body);
                        int status = answer.statusCode();
                        boolean later = (status == 429 || status == 503)
                                && answer.headers().firstValue("Retry-After").isPresent();
                        target.report.check(status == 200 || later, "crowd: " + brief(answer));
                        int accepted = status == 200
                                ? JSON.readTree(answer.body()).path("accepted").asInt()
                                : 0;
                        stored.addAndGet(accepted);
                        return accepted;
                    };
                });
        target.acknowledged(stored.get());
        target.row(
                "%d clients at once with 4.8 MiB each, %,d events stored, %,d calls put off"
                        .formatted(clients, stored.get(), seen.refused()),
                clients,
                "200, 429, 503",
                begin);
    }
}
