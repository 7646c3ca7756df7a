package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that must not lose anything: numbers its events, sends them in batches one after the other, and sends a batch
 * again, byte for byte, until it is acknowledged.
 */
final class Sender implements Runnable {

    private static final long PAUSE_MILLIS = 100;

    private final int number;
    private final int batch;
    private final Tracker tracker;
    private final EventBodies bodies;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong unavailable = new AtomicLong();
    private volatile String wrong = "";
    private volatile boolean stopped;

    Sender(int number, URI base, WriteKey key, long seed, int batch) {
        this.number = number;
        this.batch = batch;
        this.tracker = new Tracker(base, key.key());
        this.bodies = new EventBodies(seed + number, 5_000);
    }

    /** Events that the product has promised to keep. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Batches that were sent once more. */
    long repeated() {
        return repeated.get();
    }

    /** Answers 429 and 503, which say when to come back. */
    long unavailable() {
        return unavailable.get();
    }

    /** The last answer that should not have been, empty if there was none. */
    String wrong() {
        return wrong;
    }

    /** Ends after the batch in flight is acknowledged. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                byte[] body = bodies.batch(prefix(), acknowledged.get(), batch);
                while (!send(body)) {
                    repeated.incrementAndGet();
                    Thread.sleep(PAUSE_MILLIS);
                }
                acknowledged.addAndGet(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean send(byte[] body) throws InterruptedException {
        try {
            HttpResponse<String> answer = tracker.post("batch", body);
            int status = answer.statusCode();
            if (status == 200) {
                return true;
            }
            boolean later = (status == 429 || status == 503)
                    && answer.headers().firstValue("Retry-After").isPresent();
            if (later) {
                unavailable.incrementAndGet();
            } else {
                wrong = status + " " + answer.headers().map() + " " + answer.body();
            }
            return false;
        } catch (IOException e) {
            // The connection broke or nobody listens: not known whether it was stored, so it is sent again.
            return false;
        }
    }

    /** Looks for this client's events: the acknowledged ones once each, and no other. */
    void check(Report report, Connection owner, WriteKey key) throws SQLException {
        check(report, owner, key, acknowledged(), acknowledged());
    }

    /** The same in a copy that was made when so many were acknowledged, or somewhat later. */
    void checkRestored(Report report, Connection owner, WriteKey key, long least) throws SQLException {
        check(report, owner, key, least, acknowledged());
    }

    private void check(Report report, Connection owner, WriteKey key, long least, long most) throws SQLException {
        String sql =
                "select count(*), count(distinct message_id), coalesce(max(split_part(message_id, '-', 2)::bigint), -1)"
                        + " from analytics.event where source_id = ? and message_id like ?";
        try (var query = owner.prepareStatement(sql)) {
            query.setObject(1, UUID.fromString(key.source()));
            query.setString(2, prefix() + "-%");
            try (var row = query.executeQuery()) {
                row.next();
                long stored = row.getLong(1);
                long distinct = row.getLong(2);
                long last = row.getLong(3);
                boolean exact = stored >= least && stored <= most && distinct == stored && last == stored - 1;
                report.check(
                        exact,
                        "client " + number + ": " + least + " to " + most + " acknowledged, " + stored + " stored, "
                                + distinct + " different, the last is " + last);
            }
        }
    }

    private String prefix() {
        return "c" + number;
    }
}
