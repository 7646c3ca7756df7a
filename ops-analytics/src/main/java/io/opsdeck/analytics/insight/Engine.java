package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldTally;
import io.opsdeck.analytics.fold.PersonFold;
import io.opsdeck.analytics.fold.PersonSlice;
import io.opsdeck.analytics.fold.RowFold;
import io.opsdeck.analytics.store.Snapshot;
import io.opsdeck.core.error.OpsdeckException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Folds all persons of a snapshot on all cores. As many questions are answered at once as there are cores, the others wait
 * their turn up to {@value #LONGEST_WAIT_SECONDS} seconds, so that many users queue instead of slowing each other down. A
 * question that goes beyond its limits ends, the others go on.
 */
@Component
class Engine implements DisposableBean {

    private static final int LONGEST_WAIT_SECONDS = 10;
    private static final int CHECKED_EVERY = 8_192;

    private final int threads = Runtime.getRuntime().availableProcessors();
    private final Semaphore permits = new Semaphore(threads, true);
    private final ExecutorService workers = Executors.newFixedThreadPool(threads, work -> {
        var thread = new Thread(work, "insight");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * What a run needs beside the snapshot; folds and tallies are made for each thread.
     *
     * @param rows what says the same from rows in any order, or null
     */
    record Run<F extends PersonFold, T extends FoldTally<F, T>>(
            Snapshot snapshot,
            Scan.Wish wish,
            Supplier<F> fold,
            Supplier<T> tally,
            @Nullable Supplier<RowFold<T>> rows) {

        Run(Snapshot snapshot, Scan.Wish wish, Supplier<F> fold, Supplier<T> tally) {
            this(snapshot, wish, fold, tally, null);
        }
    }

    /** A tally over everybody, and how many persons had an event for the query. */
    record Outcome<T>(T tally, long people) {}

    /** Sums over all persons. */
    <F extends PersonFold, T extends FoldTally<F, T>> Outcome<T> sum(Run<F, T> run) {
        boolean inRows = run.rows != null && run.wish.isOfRows();
        List<Part<F, T>> parts = fold(run, () -> inRows ? new RowPart<>(run) : new Part<>(run));
        T total = run.tally.get();
        long people = 0;
        for (Part<F, T> part : parts) {
            total.merge(part.tally);
            people += part.people;
        }
        return new Outcome<>(total, people);
    }

    /** The ordinals of the persons for whom {@code behind} holds after the fold. */
    <F extends PersonFold, T extends FoldTally<F, T>> BitSet people(Run<F, T> run, Predicate<F> behind) {
        List<Part<F, T>> parts = fold(run, () -> new Part<>(run) {
            @Override
            void person(PersonSlice slice) {
                count();
                fold.fold(slice);
                if (behind.test(fold)) {
                    found.set(slice.person);
                }
            }
        });
        var all = new BitSet();
        parts.forEach(part -> all.or(part.found));
        return all;
    }

    private static class Part<F extends PersonFold, T extends FoldTally<F, T>> {

        final F fold;
        final T tally;
        final BitSet found = new BitSet();
        private final Limits limits;
        private long taken;
        long people;

        Part(Run<F, T> run) {
            this.limits = run.wish.limits();
            this.fold = run.fold.get();
            this.tally = run.tally.get();
        }

        void count() {
            if (++people % CHECKED_EVERY == 0) {
                check();
            }
        }

        void check() {
            limits.inTime();
            long now = tally.bytes();
            limits.take(now - taken);
            taken = now;
        }

        void person(PersonSlice slice) {
            count();
            fold.fold(slice);
            tally.add(fold);
        }

        void piece(Scan scan, int piece) {
            scan.piece(piece, this::person);
        }
    }

    /** Rows of many persons at once. */
    private static final class RowPart<F extends PersonFold, T extends FoldTally<F, T>> extends Part<F, T> {

        private final RowFold<T> rows;

        RowPart(Run<F, T> run) {
            super(run);
            this.rows = Objects.requireNonNull(run.rows).get();
        }

        @Override
        void piece(Scan scan, int piece) {
            scan.rows(piece, (persons, events) -> rows.rows(persons, events, tally));
            people += rows.end(piece * RowFold.PERSONS, tally);
        }
    }

    /** Answers a question as soon as it is its turn. */
    <R> R admit(Supplier<R> question) {
        try {
            if (!permits.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw InsightError.INSIGHTS_BUSY.exception();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw InsightError.INSIGHTS_BUSY.exception(e);
        }
        try {
            return question.get();
        } finally {
            permits.release();
        }
    }

    private <F extends PersonFold, T extends FoldTally<F, T>> List<Part<F, T>> fold(
            Run<F, T> run, Supplier<Part<F, T>> parts) {
        var loaded = new AtomicInteger();
        var next = new AtomicInteger();
        int pieces = run.snapshot.blocks() * Scan.PIECES;
        Callable<Part<F, T>> work = () -> {
            Part<F, T> part = parts.get();
            var scan = new Scan(run.snapshot, run.wish);
            for (int i = loaded.getAndIncrement(); i < scan.loads(); i = loaded.getAndIncrement()) {
                part.check();
                scan.load(i);
            }
            for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
                part.check();
                part.piece(scan, piece);
            }
            part.check();
            return part;
        };
        List<Future<Part<F, T>>> running = new ArrayList<>();
        for (int i = 0; i < Math.min(threads, Math.max(1, pieces)); i++) {
            running.add(workers.submit(work));
        }
        List<Part<F, T>> done = new ArrayList<>();
        try {
            for (Future<Part<F, T>> each : running) {
                done.add(each.get());
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw InsightError.INSIGHTS_BUSY.exception(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OpsdeckException expected) {
                throw expected;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            loaded.set(Integer.MAX_VALUE / 2);
            next.set(pieces);
        }
    }

    @Override
    public void destroy() {
        workers.shutdownNow();
    }
}
