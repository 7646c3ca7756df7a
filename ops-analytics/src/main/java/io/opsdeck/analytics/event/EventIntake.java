package io.opsdeck.analytics.event;

import io.opsdeck.analytics.event.TrackedEvent.Outcome;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.worker.Worker;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/**
 * Takes tracking calls and answers when their events are committed. Requests wait in one queue; one thread takes
 * whatever waits, writes it in one transaction and wakes them all, so the fsync is shared and nothing lingers. The queue
 * is bounded by events and by bytes: what does not fit is refused before memory grows. Begins its transactions itself;
 * must not be called inside one.
 */
@Service
public class EventIntake extends Worker {

    private static final Logger log = LoggerFactory.getLogger(EventIntake.class);
    private static final int QUEUE_EVENTS = 20_000;
    private static final long QUEUE_BYTES = 64L << 20;
    private static final long LONGEST_WAIT_SECONDS = 30;
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    /** After the web server, which has the late phases, and before the pools. */
    private static final int PHASE = 0;

    private final WriteKeys writeKeys;
    private final Clock clock;
    private final EventRules rules;
    private final EventStore store;
    private final CallBodies bodies = new CallBodies(Runtime.getRuntime().maxMemory() / 3);
    private final int flushEvents;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Submission> queue = new ArrayDeque<>();
    private int queuedEvents;
    private long queuedBytes;

    EventIntake(
            WriteKeys writeKeys,
            @Qualifier("intakeDataSource") DataSource database,
            Ids ids,
            Clock clock,
            @Value("${opsdeck.intake.flush-events}") int flushEvents) {
        super("event-intake", PHASE, LONGEST_STOP);
        this.flushEvents = flushEvents;
        this.writeKeys = writeKeys;
        this.clock = clock;
        this.rules = new EventRules(ids);
        this.store = new EventStore(database, ids, clock);
    }

    private record Submission(List<TrackedEvent> events, long bytes, CompletableFuture<Boolean> done) {}

    /**
     * Reads and stores one call. Returns after the commit.
     *
     * @throws OpsdeckException with an {@link EventError}: an unknown write key, a document that cannot be read or is
     *     over its limits, a full queue or too many bodies at once, or a database that is gone (then nothing is
     *     acknowledged and the client sends the same message ids again)
     */
    public Receipt receive(TrackingCall call) {
        long receivedAt = clock.millis();
        String key = WriteKeys.ofHeader(call.authorization());
        IntakeSource source = key == null ? null : writeKeys.require(key);
        try (CallBodies.Body body = bodies.begin()) {
            ParsedCall parsed;
            try {
                parsed = TrackingParser.parse(call.kind(), body.read(call));
            } catch (OpsdeckException e) {
                if (source != null && e.code() != EventError.INTAKE_BUSY) {
                    countRejected(source);
                }
                throw e;
            }
            return store(parsed, source == null ? writeKeys.require(parsed.writeKey()) : source, receivedAt);
        }
    }

    private Receipt store(ParsedCall parsed, IntakeSource source, long receivedAt) {
        for (TrackedEvent event : parsed.events()) {
            rules.apply(event, source, receivedAt);
        }
        submit(parsed.events());
        return receipt(source, parsed.events());
    }

    /** Stores events that the rules were applied to; returns after the commit, when each has its outcome. */
    void submit(List<TrackedEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        CompletableFuture<Boolean> done = enqueue(events);
        try {
            done.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw IntakeFailure.unavailable(e);
        } catch (ExecutionException | TimeoutException e) {
            throw IntakeFailure.unavailable(e);
        }
    }

    EventRules rules() {
        return rules;
    }

    private void countRejected(IntakeSource source) {
        var unreadable = new TrackedEvent(new byte[0], 0, "");
        unreadable.refuse(EventFault.NOT_AN_OBJECT, "");
        rules.apply(unreadable, source, clock.millis());
        try {
            enqueue(List.of(unreadable));
        } catch (OpsdeckException e) {
            log.debug("a refusal was not counted, the queue is full", e);
        }
    }

    private CompletableFuture<Boolean> enqueue(List<TrackedEvent> events) {
        byte[] body = events.get(0).body;
        long bytes = body.length + 256L * events.size();
        var submission = new Submission(events, bytes, new CompletableFuture<>());
        lock.lock();
        try {
            if (!isRunning()) {
                throw EventError.INTAKE_UNAVAILABLE.exception();
            }
            boolean fits = queuedEvents + events.size() <= QUEUE_EVENTS && queuedBytes + bytes <= QUEUE_BYTES;
            if (!fits) {
                throw EventError.INTAKE_BUSY.exception();
            }
            queue.add(submission);
            queuedEvents += events.size();
            queuedBytes += bytes;
        } finally {
            lock.unlock();
        }
        wake();
        return submission.done();
    }

    private static Receipt receipt(IntakeSource source, List<TrackedEvent> events) {
        int[] counts = new int[Outcome.values().length];
        var refusals = new ArrayList<Receipt.Refusal>();
        for (TrackedEvent event : events) {
            counts[event.outcome.ordinal()]++;
            if (event.fault != null) {
                String pointer = event.faultPointer == null ? event.pointer : event.faultPointer;
                refusals.add(new Receipt.Refusal(event.fault, pointer, event.messageId));
            }
        }
        return new Receipt(
                source.kind(),
                counts[Outcome.ACCEPTED.ordinal()],
                counts[Outcome.DUPLICATE.ordinal()],
                counts[Outcome.QUARANTINED.ordinal()],
                counts[Outcome.REJECTED.ordinal()],
                List.copyOf(refusals));
    }

    @Override
    protected Duration step() {
        List<Submission> taken = take();
        flush(taken);
        return taken.isEmpty() ? IDLE : Duration.ZERO;
    }

    /** Writes what still waits. Nothing joins it: whoever looks at the queue from now on sees that the intake stopped. */
    @Override
    protected void finish() {
        store.hurry();
        List<Submission> taken = take();
        while (!taken.isEmpty()) {
            flush(taken);
            taken = take();
        }
        flush(List.of());
    }

    private void flush(List<Submission> taken) {
        int size = 0;
        for (Submission submission : taken) {
            size += submission.events().size();
        }
        if (size == 0 && !store.hasCountsToWrite()) {
            return;
        }
        var events = new ArrayList<TrackedEvent>(size);
        taken.forEach(submission -> events.addAll(submission.events()));
        Exception failure = null;
        try {
            store.store(events);
        } catch (SQLException | RuntimeException e) {
            log.warn("A flush of {} events failed, its requests are answered as unavailable", size, e);
            failure = e;
        }
        for (Submission submission : taken) {
            boolean stored = submission.events().stream().noneMatch(event -> event.outcome == Outcome.OPEN);
            if (stored) {
                submission.done().complete(true);
            } else {
                submission.done().completeExceptionally(failure == null ? new IllegalStateException("open") : failure);
            }
        }
    }

    /** Everything that waits, up to one flush. */
    private List<Submission> take() {
        lock.lock();
        try {
            var taken = new ArrayList<Submission>();
            int events = 0;
            while (!queue.isEmpty() && events < flushEvents) {
                Submission next = queue.remove();
                taken.add(next);
                events += next.events().size();
                queuedBytes -= next.bytes();
            }
            queuedEvents -= events;
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
