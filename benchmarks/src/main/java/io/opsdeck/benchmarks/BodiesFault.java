package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that a body should not be, at full size, against a product with a small heap: never a 500, the good events
 * of a batch are stored, the bad ones are explained, and the product lives on. The heap is the proof that memory stays
 * bounded: the virtual machine ends itself when it runs out.
 */
final class BodiesFault implements Program {

    private static final int GOOD = 10;
    private static final JsonMapper JSON = new JsonMapper();

    private final AtomicLong numbers = new AtomicLong();
    private long good;
    private long sanitized;

    @Override
    public boolean run(Settings settings) throws Exception {
        var report = new Report("Bad bodies (seed " + settings.seed() + ")", "what", "cases", "answers", "took s");
        Opsdeck.clear(settings, "bodies");
        String heap = "-Xmx" + settings.number("heap-mib", 512, 512) + "m";
        try (Opsdeck opsdeck = Opsdeck.start(settings, "bodies", settings.jvm(heap, "-XX:+ExitOnOutOfMemoryError"))) {
            WriteKey key = opsdeck.createSource("bodies");
            var target = new Target(opsdeck, key, report);
            String server;
            try (Connection owner = opsdeck.connect()) {
                server = Report.database(owner);
            }
            events(target);
            documents(target);
            times(target);
            names(target, new Random(settings.seed()));
            sizes(target, settings);
            gzip(target, settings);
            slow(target, settings);
            crowd(target, settings);
            if (!settings.tiny()) {
                manyNames(target);
            }
            check(report, target, opsdeck);
            return report.print(server);
        }
    }

    private record Target(Opsdeck opsdeck, WriteKey key, Report report, Tracker tracker) {

        Target(Opsdeck opsdeck, WriteKey key, Report report) {
            this(opsdeck, key, report, new Tracker(opsdeck.uri(""), key.key()));
        }
    }

    /** Events that are wrong alone, each in the middle of a batch of good ones; the code that must be said of each. */
    private void events(Target target) throws Exception {
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
            batch(target, typed(entry.getKey()), entry.getValue());
        }
        row(
                target,
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
        IntFunction<String> event = i -> i % 100 == 7 ? typed(dirty.get(i / 100)) : goodEvent();
        HttpResponse<String> answer = target.tracker.post("import", batchOf(1_000, event));
        JsonNode seen = JSON.readTree(answer.body());
        boolean all = answer.statusCode() == 200 && seen.path("accepted").asInt() == 1_000;
        target.report.check(all, "1,000 events of which 10 hold NUL or half a surrogate pair: " + brief(answer));
        good += 1_000;
        sanitized += dirty.size();
        row(target, "NUL and half surrogate pairs in names, values, ids: 10 of 1,000", 10, answer.statusCode(), begin);
    }

    /** Documents that cannot be read: refused whole, said why. */
    private void documents(Target target) throws Exception {
        String event = goodEvent();
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
        row(
                target,
                "documents: depth 100,000, encodings, truncated, wrong types, over the limits",
                wrong.size(),
                "400",
                begin);
    }

    /** Times near and far; each event is stored or explained, and its original text is kept where it is stored. */
    private void times(Target target) throws Exception {
        Instant now = Instant.now();
        var times = new LinkedHashMap<String, String>();
        times.put("\"" + now + "\"", "");
        times.put("\"" + now.plusSeconds(240) + "\"", "");
        times.put("\"" + now.plusSeconds(86_400 * 400L) + "\"", "");
        times.put("\"9999-12-31T23:59:59Z\"", "");
        times.put(String.valueOf(now.getEpochSecond()), "");
        times.put(String.valueOf(now.toEpochMilli()), "");
        times.put("\"" + now.toEpochMilli() + "\"", "");
        times.put("\"" + now.minusSeconds(86_400 * 365L) + "\"", "");
        times.put("\"" + now.minusSeconds(86_400 * 365L * 6) + "\"", "too_old");
        times.put("\"1969-07-20T20:17:00Z\"", "too_old");
        times.put("\"0001-01-01T00:00:00Z\"", "too_old");
        times.put("0", "too_old");
        times.put("-62135596800", "too_old");
        times.put("\"+294277-01-09T04:00:54.775Z\"", "invalid_time");
        times.put("\"-4713-01-01T00:00:00Z\"", "invalid_time");
        times.put("1e300", "invalid_time");
        times.put("123456789012345678901234567890", "invalid_time");
        times.put("\"2026-13-45T25:61:61Z\"", "invalid_time");
        times.put("\"2026-02-30\"", "invalid_time");
        times.put("\"yesterday\"", "invalid_time");
        times.put("\"" + "2".repeat(5_000) + "\"", "invalid_time");
        long begin = System.nanoTime();
        for (var time : times.entrySet()) {
            String event = "{\"event\":\"Timed\",\"userId\":\"u\",\"timestamp\":" + time.getKey() + "}";
            batch(target, typed(event), time.getValue());
        }
        row(
                target,
                "times: ahead, ancient, year 294277, seconds, milliseconds, no time at all",
                times.size(),
                "200",
                begin);
    }

    /** Names that mean something to somebody: stored, and read back as they were sent. */
    private void names(Target target, Random random) throws Exception {
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
            batch(target, event.toString(), "");
            JsonNode read = target.opsdeck
                    .api("GET", "/api/v1/events?event=Names%20" + round, "")
                    .path("data")
                    .path(0)
                    .path("properties");
            target.report.check(read.equals(properties), name + " came back as " + read);
        }
        row(
                target,
                "property names with quotes, dots, brackets, $, __proto__, emoji, bidi: read back equal",
                rounds * perEvent,
                "200",
                begin);
    }

    /** Bodies that do not end, and heads that are too long. */
    private void sizes(Target target, Settings settings) throws Exception {
        long big = (long) settings.number("big-mib", 1_024, 16) << 20;
        byte[] piece = bytes("{\"event\":\"x\"},".repeat(5_000));
        for (String path : List.of("/v1/batch", "/v1/import", "/v1/track")) {
            for (boolean chunked : new boolean[] {false, true}) {
                long begin = System.nanoTime();
                try (var call = new RawCall(target.opsdeck.port)) {
                    call.head(
                            path,
                            target.tracker.authorization(),
                            chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + big + "\r\n");
                    send(call, piece, big, chunked);
                    int status = call.status();
                    long taken = call.sent();
                    target.report.check(status == 400 || status == 413 || status == 0, path + " endless: " + status);
                    target.report.check(
                            taken < Math.max(big / 2, 20L << 20), path + " endless: " + taken + " bytes were taken");
                    row(
                            target,
                            "%s, %,d MiB %s, %,d KiB taken"
                                    .formatted(path, big >> 20, chunked ? "without length" : "announced", taken >> 10),
                            1,
                            status == 0 ? "closed" : status,
                            begin);
                }
            }
        }
        long begin = System.nanoTime();
        byte[] fields = many(settings.number("fields", 5_000_000, 100_000)).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = refusedOrNull(target, "track", fields);
        row(
                target,
                "%,d small fields, %,d MiB"
                        .formatted(settings.number("fields", 5_000_000, 100_000), fields.length >> 20),
                1,
                answer == null ? "closed" : answer.statusCode(),
                begin);
        target.report.check(
                answer == null || answer.statusCode() == 400 || answer.statusCode() == 413,
                "small fields: " + (answer == null ? "" : brief(answer)));
        begin = System.nanoTime();
        try (var call = new RawCall(target.opsdeck.port)) {
            int status =
                    header(call, (long) settings.number("header-mib", 200, 4) << 20, target.tracker.authorization());
            target.report.check(status == 400 || status == 431 || status == 0, "endless head: " + status);
            row(
                    target,
                    "%d MiB of headers, %,d KiB taken"
                            .formatted(settings.number("header-mib", 200, 4), call.sent() >> 10),
                    1,
                    status == 0 ? "closed" : status,
                    begin);
        }
    }

    private static @Nullable HttpResponse<String> refusedOrNull(Target target, String path, byte[] body)
            throws InterruptedException {
        try {
            return target.tracker.post(path, body);
        } catch (IOException e) {
            // The server answered and closed while the rest was still being sent.
            return null;
        }
    }

    private static void send(RawCall call, byte[] piece, long length, boolean chunked) throws IOException {
        byte[] first = bytes("{\"batch\":[");
        try {
            if (chunked) {
                call.chunk(first);
            } else {
                call.write(first);
            }
            long sent = first.length;
            while (sent + piece.length < length && !call.hasAnswer()) {
                if (chunked) {
                    call.chunk(piece);
                } else {
                    call.write(piece);
                }
                sent += piece.length;
            }
        } catch (IOException e) {
            // Closed while we wrote: how an endless body is stopped.
            return;
        }
    }

    private static int header(RawCall call, long length, String authorization) throws IOException {
        try {
            call.write(bytes("POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + authorization + "\r\n"));
            byte[] line = bytes("X-Long: " + "h".repeat(1_000) + "\r\n");
            while (call.sent() < length && !call.hasAnswer()) {
                call.write(line);
            }
        } catch (IOException e) {
            return call.status();
        }
        return call.status();
    }

    /** Ten megabytes that inflate to ten gigabytes, and what only looks like gzip. */
    private void gzip(Target target, Settings settings) throws Exception {
        byte[] member = gzip(bytes(" ".repeat(10 << 20)));
        int members = settings.number("bomb-members", 1_000, 20);
        var bomb = new ByteArrayOutputStream();
        bomb.write(gzip(bytes("{\"batch\":[")));
        for (int i = 0; i < members; i++) {
            bomb.write(member);
        }
        byte[] whole = gzip(batchOf(GOOD, i -> goodEvent()));
        for (String path : List.of("batch", "import", "track")) {
            long begin = System.nanoTime();
            HttpResponse<String> answer = refusedOrNull(target, path, bomb.toByteArray());
            int status = answer == null ? 0 : answer.statusCode();
            target.report.check(status == 400 || status == 413 || status == 0, "gzip bomb: " + status);
            row(
                    target,
                    "/v1/%s, gzip, %,d KiB that inflate to %,d MiB".formatted(path, bomb.size() >> 10, members * 10),
                    1,
                    status == 0 ? "closed" : status,
                    begin);
        }
        long begin = System.nanoTime();
        var broken = List.of(
                Arrays.copyOf(whole, whole.length - 20), Arrays.copyOf(whole, 2), Arrays.copyOf(whole, 5), gzip(whole));
        for (byte[] body : broken) {
            HttpResponse<String> answer = target.tracker.post("batch", body);
            target.report.check(answer.statusCode() == 400, "broken gzip: " + brief(answer));
        }
        row(target, "gzip cut off, only its first bytes, twice", broken.size(), "400", begin);
        HttpResponse<String> answer = target.tracker.post("batch", whole);
        target.report.check(answer.statusCode() == 200, "good gzip: " + brief(answer));
        good += GOOD;
    }

    /** Clients that send a byte a second, while others want to be served. */
    private void slow(Target target, Settings settings) throws Exception {
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
                batch(target, goodEvent(), "");
                slowest = Math.max(slowest, (System.nanoTime() - asked) / 1e6);
                Thread.sleep(1_000);
            }
            target.report.check(slowest < 5_000, "beside slow clients a batch took " + Math.round(slowest) + " ms");
            row(
                    target,
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

    /** Many clients at once with the largest body that is taken. */
    private void crowd(Target target, Settings settings) throws Exception {
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
                                i -> typed("{\"event\":\"Big\",\"userId\":\"u\",\"messageId\":\"" + id()
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
        good += stored.get();
        row(
                target,
                "%d clients at once with 4.8 MiB each, %,d events stored, %,d calls put off"
                        .formatted(clients, stored.get(), seen.refused()),
                clients,
                "200, 429, 503",
                begin);
    }

    /** More event names than a workspace may have: the first 32,000 are stored, the others wait in quarantine. */
    private void manyNames(Target target) throws Exception {
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
        good += accepted;
        target.report.check(
                accepted + quarantined == calls * 1_700L && accepted <= 32_000 && accepted > 31_000,
                "34,000 event names: " + accepted + " stored, " + quarantined + " in quarantine");
        row(
                target,
                "34,000 event names, %,d stored, %,d in quarantine".formatted(accepted, quarantined),
                calls,
                "200",
                begin);
    }

    private void check(Report report, Target target, Opsdeck opsdeck) throws Exception {
        report.check(opsdeck.isAlive(), "the product has ended");
        batch(target, goodEvent(), "");
        try (Connection owner = opsdeck.connect()) {
            long stored = Rows.stored(owner, target.key);
            report.check(stored == good, good + " events were acknowledged, " + stored + " are stored");
            long marked = Rows.sanitized(owner, target.key);
            report.check(marked == sanitized, sanitized + " events were cleaned, " + marked + " are marked");
            report.note("%,d events acknowledged, %,d stored, %d of them cleaned and marked"
                    .formatted(good, stored, marked));
        }
        long errors = Files.readAllLines(opsdeck.folder.resolve("opsdeck.log")).stream()
                .filter(line -> line.contains(" ERROR "))
                .count();
        report.check(errors == 0, errors + " errors in the log");
    }

    /** Sends one event amid good ones; {@code code} is what must be said of it, empty if it is to be stored. */
    private void batch(Target target, String event, String code) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                target.tracker.post("batch", batchOf(GOOD + 1, i -> i == GOOD / 2 ? event : goodEvent()));
        if (answer.statusCode() != 200) {
            target.report.check(false, abridged(event) + ": " + brief(answer));
            return;
        }
        JsonNode seen = JSON.readTree(answer.body());
        int accepted = seen.path("accepted").asInt();
        good += accepted;
        String said = seen.path("rejected").path(0).path("code").asString("");
        boolean right = accepted == (code.isEmpty() ? GOOD + 1 : GOOD) && said.equals(code);
        target.report.check(right, abridged(event) + ", expected '" + code + "': " + brief(answer));
    }

    private static void row(Target target, String what, int cases, Object answers, long begin) {
        target.report.row(what, cases, answers, (System.nanoTime() - begin) / 1e9);
    }

    private String id() {
        return "bodies-" + numbers.incrementAndGet();
    }

    private String goodEvent() {
        return "{\"type\":\"track\",\"messageId\":\"" + id()
                + "\",\"event\":\"Good\",\"userId\":\"u\",\"properties\":{\"n\":1}}";
    }

    private static String typed(String event) {
        boolean object = event.startsWith("{") && !event.contains("\"type\":");
        return object ? "{\"type\":\"track\"," + event.substring(1) : event;
    }

    private static byte[] batchOf(int size, IntFunction<String> event) {
        var text = new StringBuilder("{\"batch\":[");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ",").append(event.apply(i));
        }
        return bytes(text.append("]}").toString());
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    private static String many(int fields) {
        var text = new StringBuilder("{");
        for (int i = 0; i < fields; i++) {
            text.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":").append(i % 10);
        }
        return text.append('}').toString();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String abridged(String text) {
        return text.length() > 120 ? text.substring(0, 120) + "…" : text;
    }

    private static String brief(HttpResponse<String> answer) {
        return answer.statusCode() + " " + abridged(answer.body());
    }
}
