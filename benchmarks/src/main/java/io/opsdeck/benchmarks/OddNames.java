package io.opsdeck.benchmarks;

import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Names that mean something to somebody: stored, and read back as they were sent. */
final class OddNames implements BodyFamily {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        var random = new Random(settings.seed());
        String[] parts = {
            "\"",
            "'",
            "\\",
            ".",
            "[0]",
            "$",
            "__proto__",
            "constructor",
            "{{x}}",
            "${x}",
            "%00",
            "<b>",
            ";--",
            "\u8ba2\u5355",
            "\ud83d\udc68\u200d\ud83d\udc69",
            "e\u0301",
            "\u0627\u0644",
            "\u202e",
            " ",
            "\t",
            "*",
            "@",
            "a",
            "0"
        };
        long begin = System.nanoTime();
        int rounds = 20;
        int perEvent = 50;
        for (int round = 0; round < rounds; round++) {
            var properties = JSON.createObjectNode();
            while (properties.size() < perEvent) {
                var name = new StringBuilder();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    name.append(parts[random.nextInt(parts.length)]);
                }
                properties.put(name.toString(), parts[random.nextInt(parts.length)]);
            }
            String name = "Names " + round;
            var event = JSON.createObjectNode();
            event.put("type", "track").put("event", name).put("userId", "names").set("properties", properties);
            target.batch(event.toString(), "");
            JsonNode read = target.opsdeck
                    .api("GET", "/api/v1/events?event=Names%20" + round, "")
                    .path("data")
                    .path(0)
                    .path("properties");
            target.report.check(read.equals(properties), name + " came back as " + read);
        }
        target.row(
                "property names with quotes, dots, brackets, $, __proto__, emoji, bidi: read back equal",
                rounds * perEvent,
                "200",
                begin);
    }
}
