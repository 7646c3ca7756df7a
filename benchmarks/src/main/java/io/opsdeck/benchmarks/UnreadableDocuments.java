package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.batchOf;
import static io.opsdeck.benchmarks.BodyTexts.brief;
import static io.opsdeck.benchmarks.BodyTexts.bytes;
import static io.opsdeck.benchmarks.BodyTexts.latin;

import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;

/** Documents that cannot be read: refused whole, said why. */
final class UnreadableDocuments implements BodyFamily {

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        String event = target.goodEvent();
        var wrong = new LinkedHashMap<String, byte[]>();
        wrong.put("depth 100,000", bytes("{\"batch\":[{\"properties\":" + "[".repeat(100_000)));
        wrong.put(
                "depth 100,000, closed",
                bytes("{\"batch\":[{\"properties\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}]}"));
        wrong.put("objects, depth 30,000", bytes("{\"a\":".repeat(30_000)));
        wrong.put("empty", new byte[0]);
        wrong.put("blank", bytes("   \n"));
        wrong.put("null", bytes("null"));
        wrong.put("text", bytes("\"text\""));
        wrong.put("list", bytes("[" + event + "]"));
        wrong.put("truncated", bytes("{\"batch\":[" + event + ",{\"event\":\"x"));
        wrong.put("two documents", bytes("{\"batch\":[" + event + "]}{\"batch\":[" + event + "]}"));
        wrong.put(
                "NaN",
                bytes(
                        "{\"batch\":[{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"n\":NaN}}]}"));
        wrong.put("no batch", bytes("{}"));
        wrong.put("batch of wrong type", bytes("{\"batch\":{}}"));
        wrong.put("bare NUL", bytes("{\"batch\":[" + event.replace("Good", "Go\0od") + "]}"));
        wrong.put("invalid UTF-8", latin("{\"batch\":[" + event.replace("Good", "Go\u00ffod") + "]}"));
        wrong.put("overlong", latin("{\"batch\":[" + event.replace("Good", "Go\u00c0\u0080od") + "]}"));
        wrong.put("surrogate in UTF-8", latin("{\"batch\":[" + event.replace("Good", "Go\u00ed\u00a0\u0080od") + "]}"));
        wrong.put("truncated character", latin("{\"batch\":[" + event.replace("Good\"", "Good\u00e6\u0097\"") + "]}"));
        wrong.put("UTF-16", ("{\"batch\":[" + event + "]}").getBytes(StandardCharsets.UTF_16));
        wrong.put(
                "GBK",
                ("{\"batch\":[" + event.replace("Good", "\u8ba2\u5355") + "]}").getBytes(Charset.forName("GBK")));
        wrong.put("2,501 events", batchOf(2_501, i -> "{}"));
        wrong.put("501 KiB", bytes("{\"batch\":[" + " ".repeat(501 << 10) + "]}"));
        long begin = System.nanoTime();
        for (var document : wrong.entrySet()) {
            HttpResponse<String> answer = target.tracker.post("batch", document.getValue());
            boolean explained = answer.statusCode() == 400 && answer.body().contains("\"code\"");
            target.report.check(explained, document.getKey() + ": " + brief(answer));
        }
        target.row(
                "documents: depth 100,000, encodings, truncated, wrong types, over the limits",
                wrong.size(),
                "400",
                begin);
    }
}
