package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.batchOf;
import static io.opsdeck.benchmarks.BodyTexts.brief;
import static io.opsdeck.benchmarks.BodyTexts.typed;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** More event names than a workspace may have: the first 32,000 are stored, the others wait in quarantine. */
final class ManyNames implements BodyFamily {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        if (settings.tiny()) {
            return;
        }
        long begin = System.nanoTime();
        long accepted = 0;
        long quarantined = 0;
        int calls = 20;
        for (int call = 0; call < calls; call++) {
            int from = call * 1_700;
            HttpResponse<String> answer = target.tracker.post(
                    "import", batchOf(1_700, i -> typed("{\"event\":\"Name " + (from + i) + "\",\"userId\":\"u\"}")));
            JsonNode seen = JSON.readTree(answer.body());
            accepted += seen.path("accepted").asLong();
            quarantined += seen.path("quarantined").asLong();
            target.report.check(answer.statusCode() == 200, "many names: " + brief(answer));
        }
        target.acknowledged(accepted);
        target.report.check(
                accepted + quarantined == calls * 1_700L && accepted <= 32_000 && accepted > 31_000,
                "34,000 event names: " + accepted + " stored, " + quarantined + " in quarantine");
        target.row(
                "34,000 event names, %,d stored, %,d in quarantine".formatted(accepted, quarantined),
                calls,
                "200",
                begin);
    }
}
