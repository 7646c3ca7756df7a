package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.batchOf;
import static io.opsdeck.benchmarks.BodyTexts.brief;
import static io.opsdeck.benchmarks.BodyTexts.many;
import static io.opsdeck.benchmarks.BodyTexts.nested;
import static io.opsdeck.benchmarks.BodyTexts.typed;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.IntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events that are wrong alone, each in the middle of a batch of good ones; the code that must be said of each. */
final class WrongEvents implements BodyFamily {

    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        var wrong = new LinkedHashMap<String, String>();
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":" + nested(40) + "}", "event_too_deep");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":" + nested(400) + "}", "event_too_deep");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":\"text\"}", "invalid_properties");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":[1,2]}", "invalid_properties");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":7}", "invalid_properties");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"context\":[]}", "invalid_context");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"context\":true}", "invalid_context");
        wrong.put("{\"event\":{},\"userId\":\"u\"}", "event_name_missing");
        wrong.put("{\"event\":[\"x\"],\"userId\":\"u\"}", "event_name_missing");
        wrong.put("{\"event\":\" \",\"userId\":\"u\"}", "event_name_missing");
        wrong.put("{\"event\":\"" + "x".repeat(257) + "\",\"userId\":\"u\"}", "event_name_too_long");
        wrong.put("{\"event\":\"x\",\"userId\":{}}", "no_identifier");
        wrong.put("{\"event\":\"x\",\"userId\":\"" + "u".repeat(201) + "\"}", "no_identifier");
        wrong.put("{\"event\":\"x\",\"userId\":\"[object Object]\"}", "no_identifier");
        wrong.put(
                "{\"event\":\"x\",\"userId\":\"u\",\"messageId\":\"" + "m".repeat(101) + "\"}", "message_id_too_long");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"type\":7}", "unknown_type");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"type\":null}", "unknown_type");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"" + "n".repeat(257) + "\":1}}", "name_too_long");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":" + many(501) + "}", "too_many_keys");
        wrong.put(
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"n\":" + "9".repeat(101) + "}}", "number_too_long");
        wrong.put("{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"n\":1e999999}}", "");
        wrong.put(
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"n\":-1e400,\"z\":-0,\"e\":1e-400,\"i\":9007199254740993}}",
                "");
        wrong.put(
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"t\":\"" + "t".repeat(33_000) + "\"}}",
                "event_too_large");
        wrong.put(
                "{\"event\":\"x\",\"userId\":\"u\",\"traits\":5,\"previousId\":[],\"groupId\":{}}",
                "invalid_properties");
        wrong.put("{\"event\":\"x\",\"userId\":12,\"anonymousId\":true}", "");
        wrong.put("null", "not_an_object");
        wrong.put("17", "not_an_object");
        wrong.put("\"event\"", "not_an_object");
        wrong.put("[[[[]]]]", "not_an_object");
        long begin = System.nanoTime();
        for (var entry : wrong.entrySet()) {
            target.batch(typed(entry.getKey()), entry.getValue());
        }
        target.row(
                "one bad event in a batch: wrong types, too deep, too long, too many, numbers",
                wrong.size(),
                "200",
                begin);

        var dirty = List.of(
                "{\"event\":\"a\\u0000b\",\"userId\":\"u\"}",
                "{\"event\":\"x\",\"userId\":\"u\\u0000\"}",
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"k\\u0000\":\"v\"}}",
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"k\":\"\\u0000\",\"l\":[{\"m\\u0000\":\"\\u0000\"}]}}",
                "{\"event\":\"x\",\"userId\":\"u\",\"context\":{\"k\\u0000\":\"\\u0000\"}}",
                "{\"event\":\"x\\ud800\",\"userId\":\"u\"}",
                "{\"event\":\"x\",\"userId\":\"u\\udc00\"}",
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"\\ud83d\":\"\\udc00\\ud800\",\"p\":[\"\\ud800x\"]}}",
                "{\"event\":\"x\",\"userId\":\"u\",\"context\":{\"\\udfff\":\"\\ud83d \\ude00\"}}",
                "{\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"k\":\"\\ud83d\\ude00 stays, \\ud83d does not\"}}");
        begin = System.nanoTime();
        IntFunction<String> event = i -> i % 100 == 7 ? typed(dirty.get(i / 100)) : target.goodEvent();
        HttpResponse<String> answer = target.tracker.post("import", batchOf(1_000, event));
        JsonNode seen = JSON.readTree(answer.body());
        boolean all = answer.statusCode() == 200 && seen.path("accepted").asInt() == 1_000;
        target.report.check(all, "1,000 events of which 10 hold NUL or half a surrogate pair: " + brief(answer));
        target.acknowledged(1_000);
        target.cleaned(dirty.size());
        target.row("NUL and half surrogate pairs in names, values, ids: 10 of 1,000", 10, answer.statusCode(), begin);
    }
}
