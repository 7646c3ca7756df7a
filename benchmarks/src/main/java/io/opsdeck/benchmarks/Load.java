package io.opsdeck.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Clients that each do the same again and again, the next as soon as the last is answered. */
final class Load {

    /** What a client does: returns how many events were acknowledged, none if it was refused. */
    interface Client {
        int once() throws Exception;
    }

    /** Makes the client of a number, counted from 0. */
    interface Clients {
        Client client(int number) throws Exception;
    }

    /**
     * What was seen after the warm-up.
     *
     * @param perSecond acknowledged events
     * @param p50 milliseconds from sending to the answer
     * @param acknowledged events, those of the warm-up included
     * @param refused calls without an acknowledged event, those of the warm-up included
     */
    record Result(double perSecond, double p50, double p95, double p99, long acknowledged, long refused) {}

    private record Seen(long acknowledged, long refused, long counted, long[] nanos) {}

    private Load() {}

    static Result run(int clients, Duration warmUp, Duration length, Clients makes) throws Exception {
        var pool = Executors.newFixedThreadPool(clients);
        try {
            long begin = System.nanoTime();
            long from = begin + warmUp.toNanos();
            long until = from + length.toNanos();
            var tasks = new ArrayList<Callable<Seen>>();
            for (int i = 0; i < clients; i++) {
                Client client = makes.client(i);
                tasks.add(() -> run(client, from, until));
            }
            return sum(pool.invokeAll(tasks), length);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Seen run(Client client, long from, long until) throws Exception {
        long acknowledged = 0;
        long refused = 0;
        long counted = 0;
        long[] nanos = new long[1024];
        int size = 0;
        long now = System.nanoTime();
        while (now < until) {
            int events = client.once();
            long end = System.nanoTime();
            acknowledged += events;
            refused += events == 0 ? 1 : 0;
            if (now >= from && end < until) {
                counted += events;
                if (size == nanos.length) {
                    nanos = Arrays.copyOf(nanos, size * 2);
                }
                nanos[size++] = end - now;
            }
            now = end;
        }
        return new Seen(acknowledged, refused, counted, Arrays.copyOf(nanos, size));
    }

    private static Result sum(List<Future<Seen>> futures, Duration length)
            throws InterruptedException, ExecutionException {
        long acknowledged = 0;
        long refused = 0;
        long counted = 0;
        long[] nanos = new long[0];
        for (Future<Seen> future : futures) {
            Seen seen = future.get();
            acknowledged += seen.acknowledged();
            refused += seen.refused();
            counted += seen.counted();
            int old = nanos.length;
            nanos = Arrays.copyOf(nanos, old + seen.nanos().length);
            System.arraycopy(seen.nanos(), 0, nanos, old, seen.nanos().length);
        }
        Arrays.sort(nanos);
        return new Result(
                counted / (length.toNanos() / 1e9),
                percentile(nanos, 50),
                percentile(nanos, 95),
                percentile(nanos, 99),
                acknowledged,
                refused);
    }

    /** Of sorted nanoseconds, in milliseconds. */
    static double percentile(long[] sorted, int percent) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int index = (int) Math.ceil(sorted.length * percent / 100.0) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
