package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.GOOD;
import static io.opsdeck.benchmarks.BodyTexts.abridged;
import static io.opsdeck.benchmarks.BodyTexts.batchOf;
import static io.opsdeck.benchmarks.BodyTexts.brief;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The product that bad bodies are sent to, and what has to be found in it afterwards. */
final class BodyTarget {

    private static final JsonMapper JSON = new JsonMapper();

    final Opsdeck opsdeck;
    final WriteKey key;
    final Tracker tracker;
    final Report report;
    private final AtomicLong numbers = new AtomicLong();
    private long good;
    private long sanitized;

    BodyTarget(Opsdeck opsdeck, WriteKey key, Report report) {
        this.opsdeck = opsdeck;
        this.key = key;
        this.tracker = new Tracker(opsdeck.uri(""), key.key());
        this.report = report;
    }

    /** As many events were said to be stored. */
    void acknowledged(long events) {
        good += events;
    }

    /** As many of the stored events had to be cleaned. */
    void cleaned(long events) {
        sanitized += events;
    }

    /** Sends one event amid good ones; {@code code} is what must be said of it, empty if it is to be stored. */
    void batch(String event, String code) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                tracker.post("batch", batchOf(GOOD + 1, i -> i == GOOD / 2 ? event : goodEvent()));
        if (answer.statusCode() != 200) {
            report.check(false, abridged(event) + ": " + brief(answer));
            return;
        }
        JsonNode seen = JSON.readTree(answer.body());
        int accepted = seen.path("accepted").asInt();
        good += accepted;
        String said = seen.path("rejected").path(0).path("code").asString("");
        boolean right = accepted == (code.isEmpty() ? GOOD + 1 : GOOD) && said.equals(code);
        report.check(right, abridged(event) + ", expected '" + code + "': " + brief(answer));
    }

    /** The answer, or null where the connection was closed instead. */
    @Nullable
    HttpResponse<String> postOrNull(String path, byte[] body) throws InterruptedException {
        try {
            return tracker.post(path, body);
        } catch (IOException e) {
            // The server answered and closed while the rest was still being sent.
            return null;
        }
    }

    void row(String what, int cases, Object answers, long begin) {
        report.row(what, cases, answers, (System.nanoTime() - begin) / 1e9);
    }

    String id() {
        return "bodies-" + numbers.incrementAndGet();
    }

    String goodEvent() {
        return "{\"type\":\"track\",\"messageId\":\"" + id()
                + "\",\"event\":\"Good\",\"userId\":\"u\",\"properties\":{\"n\":1}}";
    }

    /** What was acknowledged is there, and nothing went wrong inside. */
    void check() throws Exception {
        report.check(opsdeck.isAlive(), "the product has ended");
        batch(goodEvent(), "");
        try (Connection owner = opsdeck.connect()) {
            long stored = Rows.stored(owner, key);
            report.check(stored == good, good + " events were acknowledged, " + stored + " are stored");
            long marked = Rows.sanitized(owner, key);
            report.check(marked == sanitized, sanitized + " events were cleaned, " + marked + " are marked");
            report.note("%,d events acknowledged, %,d stored, %d of them cleaned and marked"
                    .formatted(good, stored, marked));
        }
        long errors = Files.readAllLines(opsdeck.folder.resolve("opsdeck.log")).stream()
                .filter(line -> line.contains(" ERROR "))
                .count();
        report.check(errors == 0, errors + " errors in the log");
    }
}
