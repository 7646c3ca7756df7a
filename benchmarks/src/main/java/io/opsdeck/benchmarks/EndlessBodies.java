package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.brief;
import static io.opsdeck.benchmarks.BodyTexts.bytes;
import static io.opsdeck.benchmarks.BodyTexts.many;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bodies that do not end, and heads that are too long. */
final class EndlessBodies implements BodyFamily {

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
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
                    stream(call, piece, big, chunked);
                    int status = call.status();
                    long taken = call.sent();
                    target.report.check(status == 400 || status == 413 || status == 0, path + " endless: " + status);
                    target.report.check(
                            taken < Math.max(big / 2, 20L << 20), path + " endless: " + taken + " bytes were taken");
                    target.row(
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
        HttpResponse<String> answer = target.postOrNull("track", fields);
        target.row(
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
            target.row(
                    "%d MiB of headers, %,d KiB taken"
                            .formatted(settings.number("header-mib", 200, 4), call.sent() >> 10),
                    1,
                    status == 0 ? "closed" : status,
                    begin);
        }
    }

    private static void stream(RawCall call, byte[] piece, long length, boolean chunked) throws IOException {
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
}
