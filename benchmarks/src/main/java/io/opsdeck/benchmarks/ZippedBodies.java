package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.GOOD;
import static io.opsdeck.benchmarks.BodyTexts.batchOf;
import static io.opsdeck.benchmarks.BodyTexts.brief;
import static io.opsdeck.benchmarks.BodyTexts.bytes;
import static io.opsdeck.benchmarks.BodyTexts.gzip;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;

/** Ten megabytes that inflate to ten gigabytes, and what only looks like gzip. */
final class ZippedBodies implements BodyFamily {

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        byte[] member = gzip(bytes(" ".repeat(10 << 20)));
        int members = settings.number("bomb-members", 1_000, 20);
        var bomb = new ByteArrayOutputStream();
        bomb.write(gzip(bytes("{\"batch\":[")));
        for (int i = 0; i < members; i++) {
            bomb.write(member);
        }
        byte[] whole = gzip(batchOf(GOOD, i -> target.goodEvent()));
        for (String path : List.of("batch", "import", "track")) {
            long begin = System.nanoTime();
            HttpResponse<String> answer = target.postOrNull(path, bomb.toByteArray());
            int status = answer == null ? 0 : answer.statusCode();
            target.report.check(status == 400 || status == 413 || status == 0, "gzip bomb: " + status);
            target.row(
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
        target.row("gzip cut off, only its first bytes, twice", broken.size(), "400", begin);
        HttpResponse<String> answer = target.tracker.post("batch", whole);
        target.report.check(answer.statusCode() == 200, "good gzip: " + brief(answer));
        target.acknowledged(GOOD);
    }
}
