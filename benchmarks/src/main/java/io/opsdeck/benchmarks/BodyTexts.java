package io.opsdeck.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;

/** Pieces of bodies. */
final class BodyTexts {

    /** Good events around a bad one. */
    static final int GOOD = 10;

    private BodyTexts() {}

    static String typed(String event) {
        boolean object = event.startsWith("{") && !event.contains("\"type\":");
        return object ? "{\"type\":\"track\"," + event.substring(1) : event;
    }

    static byte[] batchOf(int size, IntFunction<String> event) {
        var text = new StringBuilder("{\"batch\":[");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ",").append(event.apply(i));
        }
        return bytes(text.append("]}").toString());
    }

    static String nested(int depth) {
        return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    static String many(int fields) {
        var text = new StringBuilder("{");
        for (int i = 0; i < fields; i++) {
            text.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":").append(i % 10);
        }
        return text.append('}').toString();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String abridged(String text) {
        return text.length() > 120 ? text.substring(0, 120) + "…" : text;
    }

    static String brief(HttpResponse<String> answer) {
        return answer.statusCode() + " " + abridged(answer.body());
    }
}
