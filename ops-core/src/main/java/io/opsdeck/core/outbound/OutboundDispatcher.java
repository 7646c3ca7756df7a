package io.opsdeck.core.outbound;

import io.opsdeck.core.database.Outage;
import io.opsdeck.core.outbound.LaneBook.Ready;
import io.opsdeck.core.outbound.Ledger.Claim;
import io.opsdeck.core.outbound.Ledger.Lost;
import io.opsdeck.core.outbound.Outcome.Failed;
import io.opsdeck.core.outbound.Outcome.Fault;
import io.opsdeck.core.outbound.Outcome.Retry;
import io.opsdeck.core.outbound.Outcome.Uncertain;
import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Claims what is due and has it sent, a few deliveries of each lane at once, so that a lane that hangs holds up no
 * other. Looks every second and whenever this process plans something. Any number of nodes may do so on one database.
 */
@Component
class OutboundDispatcher extends Worker {

    private static final Logger log = LoggerFactory.getLogger(OutboundDispatcher.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(24);
    private static final Duration LAST_ATTEMPTS = Duration.ofSeconds(20);
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(15);
    private static final Duration BETWEEN_RECLAIMS = Duration.ofSeconds(5);

    /** An attempt that could not begin by then would perhaps be made by somebody else as well. */
    private static final Duration LATEST_BEGIN = Duration.ofSeconds(25);

    /** How long a result waits for a database that is away; then its lease is over. */
    private static final Duration LONGEST_SETTLING = Duration.ofSeconds(45);

    private static final int MOST_THREADS = 128;

    /** Of the free threads, a lane may take one in so many: lanes that hang leave room for the others. */
    private static final int SHARE = 8;

    /** The pool is there for pages as well. */
    private static final int MOST_CONNECTIONS = 6;

    /** Attempts of an unknown end are repeated as often by channels that may. */
    private static final int MOST_BLIND_TRIES = 8;

    /** After web server and jobs have stopped planning, before the pools. */
    private static final int PHASE = -2;

    private final Ledger ledger;
    private final LaneBook lanes;
    private final Gate gate;
    private final Supplier<List<OutboundChannel>> channels;
    private final TransactionTemplate transactions;
    private final OutboundMeters meters;
    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "outbound-attempt");
        thread.setDaemon(true);
        return thread;
    });

    private final Map<OutboundId, Integer> held = new ConcurrentHashMap<>();

    /** Guarded by itself, with the bulkheads in it. */
    private final Map<LaneKey, Bulkhead> bulkheads = new HashMap<>();

    private int threadsInUse;
    private volatile boolean stopping;
    private long lastReclaim = System.nanoTime() - BETWEEN_RECLAIMS.toNanos();
    private long lastHeartbeat = System.nanoTime();

    @Autowired
    OutboundDispatcher(
            Ledger ledger,
            LaneBook lanes,
            Gate gate,
            ObjectProvider<OutboundChannel> channels,
            TransactionTemplate transactions,
            OutboundMeters meters,
            OutboundBell bell) {
        this(ledger, lanes, gate, () -> channels.stream().toList(), transactions, meters, bell);
    }

    OutboundDispatcher(
            Ledger ledger,
            LaneBook lanes,
            Gate gate,
            Supplier<List<OutboundChannel>> channels,
            TransactionTemplate transactions,
            OutboundMeters meters,
            OutboundBell bell) {
        super("outbound", PHASE, LONGEST_STOP);
        this.ledger = ledger;
        this.lanes = lanes;
        this.gate = gate;
        this.channels = channels;
        this.transactions = transactions;
        this.meters = meters;
        bell.listen(this::wake);
    }

    /** What this process has of one lane. */
    private static final class Bulkhead {

        private final Deque<Claim> waiting = new ArrayDeque<>();
        private int running;
    }

    @Override
    protected Duration step() {
        stopping = false;
        renewLeases();
        List<OutboundChannel> known = channels.get();
        if (known.isEmpty()) {
            return POLL;
        }
        String[] kinds = known.stream().map(OutboundChannel::kind).toArray(String[]::new);
        reclaim(known, kinds);
        List<Ready> ready = asSystem(() -> lanes.ready(kinds));
        boolean more = false;
        for (Ready lane : ready) {
            if (!isRunning()) {
                break;
            }
            OutboundChannel channel = known.stream()
                    .filter(each -> each.kind().equals(lane.key().kind()))
                    .findFirst()
                    .orElseThrow();
            more |= fill(lane, channel);
        }
        return more ? Duration.ZERO : POLL;
    }

    private void reclaim(List<OutboundChannel> known, String[] kinds) {
        if (System.nanoTime() - lastReclaim < BETWEEN_RECLAIMS.toNanos()) {
            return;
        }
        lastReclaim = System.nanoTime();
        String[] idempotent = known.stream()
                .filter(OutboundChannel::isIdempotent)
                .map(OutboundChannel::kind)
                .toArray(String[]::new);
        List<Lost> lost = asSystem(() -> ledger.reclaim(kinds, idempotent));
        if (lost.isEmpty()) {
            return;
        }
        log.warn("{} deliveries of workers that are gone were taken back", lost.size());
        lost.stream()
                .filter(each -> each.state() == OutboundState.UNCERTAIN)
                .map(Lost::lane)
                .distinct()
                .forEach(lane -> within(lane.workspace(), () -> {
                    ledger.tell(lane.kind(), lane.lane());
                    return true;
                }));
    }

    /** Claims for a lane what it has room for, and twice that, so that its threads need not wait for each claim. */
    private boolean fill(Ready lane, OutboundChannel channel) {
        boolean probe = lane.breaker() != Breaker.State.CLOSED;
        int limit;
        int room;
        synchronized (bulkheads) {
            Bulkhead bulkhead = bulkheads.get(lane.key());
            int running = bulkhead == null ? 0 : bulkhead.running;
            int taken = bulkhead == null ? 0 : running + bulkhead.waiting.size();
            int free = MOST_THREADS - threadsInUse + running;
            limit = probe || lane.inTrouble() ? 1 : Math.min(channel.concurrency(), Math.max(1, free / SHARE));
            room = free > running && taken < limit ? (limit > 1 ? 2 * limit : 1) - taken : 0;
        }
        int most = Math.min(room, lane.most());
        if (most <= 0) {
            return false;
        }
        List<Claim> claims = asSystem(() -> claim(lane.key(), most, probe));
        if (claims.isEmpty()) {
            return false;
        }
        claims.forEach(claim -> held.put(claim.id(), claim.attempt()));
        synchronized (bulkheads) {
            Bulkhead bulkhead = bulkheads.computeIfAbsent(lane.key(), key -> new Bulkhead());
            bulkhead.waiting.addAll(claims);
            int threadsToStart = Math.min(limit - bulkhead.running, claims.size());
            for (int i = 0; i < threadsToStart; i++) {
                bulkhead.running++;
                threadsInUse++;
                threads.execute(() -> work(lane.key(), channel));
            }
        }
        return true;
    }

    private List<Claim> claim(LaneKey lane, int most, boolean probe) {
        List<Claim> claims = ledger.claim(lane, most);
        if (probe && !claims.isEmpty() && !lanes.takeProbe(lane)) {
            claims.forEach(ledger::release);
            return List.of();
        }
        return claims;
    }

    /** Works off what was claimed of a lane. */
    private void work(LaneKey lane, OutboundChannel channel) {
        Claim claim = next(lane);
        while (claim != null) {
            try {
                deliver(claim, lane, channel);
            } catch (RuntimeException e) {
                log.warn(
                        "The delivery {} was left to its lease: {}",
                        claim.id(),
                        e.getClass().getName());
                log.debug("why", e);
            } finally {
                held.remove(claim.id(), claim.attempt());
            }
            claim = next(lane);
        }
        wake();
    }

    private @Nullable Claim next(LaneKey lane) {
        synchronized (bulkheads) {
            Bulkhead bulkhead = Objects.requireNonNull(bulkheads.get(lane));
            Claim claim = stopping ? null : bulkhead.waiting.poll();
            if (claim == null) {
                bulkhead.running--;
                threadsInUse--;
                if (bulkhead.running == 0 && bulkhead.waiting.isEmpty()) {
                    bulkheads.remove(lane);
                }
            } else if (bulkhead.waiting.isEmpty()) {
                wake();
            }
            return claim;
        }
    }

    private void deliver(Claim claim, LaneKey lane, OutboundChannel channel) {
        long begin = System.nanoTime();
        Optional<Delivery> begun = begin(claim);
        if (begun.isEmpty()) {
            return;
        }
        Delivery delivery = begun.get();
        Outcome outcome = CurrentWorkspace.call(claim.workspace(), () -> attempt(delivery, channel, begin));
        settle(delivery, lane, channel, outcome);
    }

    /** Asks the gate and begins the attempt, in one transaction. Empty where nothing is to leave now. */
    private Optional<Delivery> begin(Claim claim) {
        try {
            return within(claim.workspace(), () -> {
                Optional<Delivery> taken = ledger.take(claim);
                if (taken.isEmpty()) {
                    return Optional.empty();
                }
                Verdict verdict = gate.ask(taken.get());
                if (verdict instanceof Verdict.Skip skip) {
                    ledger.skip(claim, skip.reason());
                    meters.ended(taken.get().kind(), OutboundState.SKIPPED);
                    return Optional.empty();
                }
                if (verdict instanceof Verdict.Defer defer) {
                    ledger.defer(claim, defer);
                    return Optional.empty();
                }
                return Optional.of(ledger.begin(taken.get()));
            });
        } catch (RuntimeException e) {
            if (Outage.isCauseOf(e)) {
                throw e;
            }
            log.warn("A check failed for the delivery {}, which is kept back", claim.id(), e);
            within(claim.workspace(), () -> {
                ledger.stumble(claim, "check_failed");
                return true;
            });
            return Optional.empty();
        }
    }

    private Outcome attempt(Delivery delivery, OutboundChannel channel, long begin) {
        if (System.nanoTime() - begin > LATEST_BEGIN.toNanos()) {
            return new Retry("held_up", Duration.ZERO, Fault.DELIVERY, Duration.ZERO, Transcript.none());
        }
        Outcome outcome;
        try {
            outcome = channel.attempt(delivery);
        } catch (RuntimeException e) {
            log.warn("The channel {} failed with the delivery {}", delivery.kind(), delivery.id(), e);
            outcome = new Uncertain("channel_broken", Fault.DELIVERY, Transcript.none());
        }
        if (outcome instanceof Uncertain unknown && channel.isIdempotent()) {
            return again(delivery, unknown);
        }
        return outcome;
    }

    private static Outcome again(Delivery delivery, Uncertain unknown) {
        if (delivery.tries() >= MOST_BLIND_TRIES) {
            return new Failed(unknown.reason(), unknown.fault(), unknown.transcript());
        }
        Duration after = Duration.ofSeconds(30L << (delivery.tries() - 1));
        return new Retry(unknown.reason(), after, unknown.fault(), Duration.ZERO, unknown.transcript());
    }

    /** What is known must not get lost because the database is away for a moment. */
    private void settle(Delivery delivery, LaneKey lane, OutboundChannel channel, Outcome outcome) {
        long begin = System.nanoTime();
        Runnable alongside = () -> channel.settled(delivery, outcome);
        while (true) {
            try {
                settle(delivery, lane, outcome, alongside);
                return;
            } catch (RuntimeException e) {
                if (System.nanoTime() - begin > LONGEST_SETTLING.toNanos()) {
                    throw e;
                }
                if (!Outage.isCauseOf(e)) {
                    log.warn("The channel {} failed after the delivery {}", delivery.kind(), delivery.id(), e);
                    alongside = () -> {};
                }
                rest(Duration.ofSeconds(1));
            }
        }
    }

    private void settle(Delivery delivery, LaneKey lane, Outcome outcome, Runnable alongside) {
        Optional<Breaker.State> breaker = within(delivery.workspace(), () -> {
            if (!ledger.settle(delivery, outcome)) {
                return Optional.empty();
            }
            alongside.run();
            return Optional.of(note(lane, outcome));
        });
        if (breaker.isEmpty()) {
            log.warn("Attempt {} of the delivery {} lost its lease", delivery.attempt(), delivery.id());
            return;
        }
        meters.ended(delivery.kind(), Ledger.state(outcome));
        if (breaker.get() != Breaker.State.CLOSED) {
            releaseWaiting(lane);
        }
    }

    /** What the breaker of the lane makes of it. */
    private Breaker.State note(LaneKey lane, Outcome outcome) {
        if (outcome instanceof Retry retry && !retry.pause().isZero()) {
            lanes.pause(lane, retry.pause());
        }
        Fault fault = fault(outcome);
        if (fault == null) {
            lanes.works(lane);
            return Breaker.State.CLOSED;
        }
        return fault == Fault.LANE ? lanes.fails(lane) : Breaker.State.CLOSED;
    }

    private static @Nullable Fault fault(Outcome outcome) {
        if (outcome instanceof Retry retry) {
            return retry.fault();
        }
        if (outcome instanceof Failed failed) {
            return failed.fault();
        }
        return outcome instanceof Uncertain uncertain ? uncertain.fault() : null;
    }

    private void releaseWaiting(LaneKey lane) {
        List<Claim> waiting;
        synchronized (bulkheads) {
            Bulkhead bulkhead = bulkheads.get(lane);
            if (bulkhead == null) {
                return;
            }
            waiting = List.copyOf(bulkhead.waiting);
            bulkhead.waiting.clear();
        }
        release(waiting);
    }

    private void release(List<Claim> claims) {
        if (claims.isEmpty()) {
            return;
        }
        asSystem(() -> {
            claims.forEach(ledger::release);
            return claims.size();
        });
        claims.forEach(claim -> held.remove(claim.id(), claim.attempt()));
    }

    private void renewLeases() {
        if (System.nanoTime() - lastHeartbeat < BETWEEN_HEARTBEATS.toNanos()) {
            return;
        }
        lastHeartbeat = System.nanoTime();
        asSystem(() -> {
            held.forEach(ledger::renew);
            return true;
        });
    }

    /** No claims any more; what was not begun goes back, attempts under way are finished within a limit. */
    @Override
    protected void finish() {
        stopping = true;
        List<Claim> waiting = new ArrayList<>();
        synchronized (bulkheads) {
            for (Bulkhead bulkhead : bulkheads.values()) {
                waiting.addAll(bulkhead.waiting);
                bulkhead.waiting.clear();
            }
        }
        release(waiting);
        long begin = System.nanoTime();
        while (isBusy() && System.nanoTime() - begin < LAST_ATTEMPTS.toNanos()) {
            rest(Duration.ofMillis(20));
        }
        if (isBusy()) {
            log.warn("Attempts are still under way; their leases run out");
        }
    }

    private boolean isBusy() {
        synchronized (bulkheads) {
            return threadsInUse > 0;
        }
    }

    private <T> T asSystem(Supplier<T> work) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> work.get())));
    }

    /** In the delivery's workspace, without taking the pool from everybody else. */
    private <T> T within(WorkspaceId workspace, Supplier<T> work) {
        connections.acquireUninterruptibly();
        try {
            return CurrentWorkspace.call(
                    workspace, () -> Objects.requireNonNull(transactions.execute(status -> work.get())));
        } finally {
            connections.release();
        }
    }

    private static void rest(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
