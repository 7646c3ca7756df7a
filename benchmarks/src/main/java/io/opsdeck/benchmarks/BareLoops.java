package io.opsdeck.benchmarks;

import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The same questions over arrays that hold the events of each user side by side, on two threads: no columns, no merged or
 * hidden persons, no names and values that somebody may choose, and no answer but the numbers. The limit of what this
 * machine can do. 21 bytes an event.
 */
final class BareLoops implements AutoCloseable {

    private static final long DAY = 86_400_000L;
    private static final long WEEK = 7 * DAY;
    private static final int WEEKS = 14;
    private static final int NAMES = 32;
    private static final int DEPTH = 4;
    private static final int THREADS = 2;

    /** Whoever is of one of the first ones. */
    static final int SEGMENT_COUNTRIES = 4;

    /** Counts over some users. */
    interface Loop {
        long over(BareLoops events, int fromUser, int toUser);
    }

    private final int users;
    private final int[] starts;
    private final long[] at;
    private final byte[] name;
    private final byte[] country;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    BareLoops(ShopEvents events) {
        users = events.users;
        country = events.country;
        starts = new int[users + 1];
        for (int i = 0; i < events.size; i++) {
            starts[events.user[i] + 1]++;
        }
        for (int user = 0; user < users; user++) {
            starts[user + 1] += starts[user];
        }
        int[] next = Arrays.copyOf(starts, users);
        at = new long[events.size];
        name = new byte[events.size];
        for (int i = 0; i < events.size; i++) {
            int place = next[events.user[i]]++;
            at[place] = events.at[i];
            name[place] = events.name[i];
        }
    }

    /** The sum over all users; the first of them have more events, so they are handed out in small ranges. */
    long run(Loop loop) throws InterruptedException, ExecutionException {
        int ranges = 64;
        Future<?>[] running = new Future<?>[ranges];
        long[] sums = new long[ranges];
        for (int i = 0; i < ranges; i++) {
            int range = i;
            running[i] = threads.submit(() -> sums[range] = loop.over(
                    this, (int) ((long) users * range / ranges), (int) ((long) users * (range + 1) / ranges)));
        }
        for (Future<?> each : running) {
            each.get();
        }
        return Arrays.stream(sums).sum();
    }

    /** Persons by day and country with a product view. */
    long trend(int fromUser, int toUser) {
        long[] cells = new long[ShopEvents.COUNTRIES.length * 91];
        for (int user = fromUser; user < toUser; user++) {
            int last = -1;
            int row = country[user] * 91;
            for (int i = starts[user]; i < starts[user + 1]; i++) {
                if (name[i] == 1) {
                    int day = (int) ((at[i] - ShopEvents.START) / DAY);
                    cells[row + day] += day == last ? 0 : 1;
                    last = day;
                }
            }
        }
        return Arrays.stream(cells).sum();
    }

    static Loop funnel(int... steps) {
        byte[] rankOf = new byte[NAMES];
        Arrays.fill(rankOf, (byte) -1);
        for (int rank = 0; rank < steps.length; rank++) {
            rankOf[steps[rank]] = (byte) rank;
        }
        return (events, fromUser, toUser) -> events.funnel(rankOf, steps.length, fromUser, toUser);
    }

    /** Persons at all steps, by the latest start of a chain that reaches a step. */
    private long funnel(byte[] rankOf, int steps, int fromUser, int toUser) {
        long[] counts = new long[ShopEvents.COUNTRIES.length * steps];
        long[] latest = new long[steps];
        for (int user = fromUser; user < toUser; user++) {
            Arrays.fill(latest, Long.MIN_VALUE / 2);
            int reached = 0;
            for (int i = starts[user]; i < starts[user + 1] && reached < steps; i++) {
                int rank = rankOf[name[i]];
                if (rank < 0) {
                    continue;
                }
                if (rank == 0) {
                    latest[0] = at[i];
                    reached = Math.max(reached, 1);
                } else if (at[i] - latest[rank - 1] <= WEEK) {
                    latest[rank] = latest[rank - 1];
                    reached = Math.max(reached, rank + 1);
                }
            }
            for (int step = 0; step < reached; step++) {
                counts[country[user] * steps + step]++;
            }
        }
        return Arrays.stream(counts).sum();
    }

    private static int week(long time) {
        return (int) ((time - ShopEvents.START + 2 * DAY) / WEEK);
    }

    /** Cells of the triangle behind the first period. */
    long retention(int fromUser, int toUser) {
        long[] cells = new long[WEEKS * WEEKS];
        for (int user = fromUser; user < toUser; user++) {
            int cohort = -1;
            int weeks = 0;
            for (int i = starts[user]; i < starts[user + 1]; i++) {
                if (name[i] == 6 && cohort < 0) {
                    cohort = week(at[i]);
                } else if (name[i] == 1) {
                    weeks |= 1 << week(at[i]);
                }
            }
            for (int week = cohort + 1; cohort >= 0 && week < WEEKS; week++) {
                cells[cohort * WEEKS + week] += weeks >> week & 1;
            }
        }
        return Arrays.stream(cells).sum();
    }

    /** Persons who went, over all weeks. */
    long lifecycle(int fromUser, int toUser) {
        long[] cells = new long[4 * WEEKS];
        for (int user = fromUser; user < toUser; user++) {
            int weeks = 0;
            for (int i = starts[user]; i < starts[user + 1]; i++) {
                weeks |= 1 << week(at[i]);
            }
            for (int week = 0; week < WEEKS; week++) {
                int now = weeks >> week & 1;
                int before = week == 0 ? 0 : weeks >> week - 1 & 1;
                int ever = (weeks & (1 << week) - 1) == 0 ? 0 : 1;
                int state = now == 1 ? before == 1 ? 1 : 2 * ever : 3;
                cells[state * WEEKS + week] += now | before;
            }
        }
        return Arrays.stream(cells, 3 * WEEKS, 4 * WEEKS).sum();
    }

    /** Persons of the first countries with three product views in March and no purchase in its last week. */
    long segment(int fromUser, int toUser) {
        long found = 0;
        long march = ShopEvents.START + 59 * DAY;
        for (int user = fromUser; user < toUser; user++) {
            if (country[user] >= SEGMENT_COUNTRIES) {
                continue;
            }
            int views = 0;
            boolean bought = false;
            for (int i = starts[user]; i < starts[user + 1]; i++) {
                if (at[i] >= march && at[i] < march + 31 * DAY) {
                    views += name[i] == 1 ? 1 : 0;
                    bought |= name[i] == 4 && at[i] >= march + 24 * DAY;
                }
            }
            found += views >= 3 && !bought ? 1 : 0;
        }
        return found;
    }

    /** Persons at all nodes. */
    long paths(int fromUser, int toUser) {
        int[] last = new int[DEPTH * NAMES];
        long[] people = new long[DEPTH * NAMES];
        int[] lastOfEdge = new int[DEPTH * NAMES * NAMES];
        long[] edges = new long[3 * DEPTH * NAMES * NAMES];
        for (int user = fromUser; user < toUser; user++) {
            long seen = Long.MIN_VALUE / 2;
            long entered = 0;
            int taken = 0;
            int before = -1;
            for (int i = starts[user]; i < starts[user + 1]; i++) {
                taken = at[i] - seen >= 30 * 60_000 ? 0 : taken;
                seen = at[i];
                if (taken == DEPTH || taken > 0 && name[i] == before) {
                    continue;
                }
                int node = taken * NAMES + name[i];
                people[node] += last[node] == user + 1 ? 0 : 1;
                last[node] = user + 1;
                if (taken > 0) {
                    int edge = (taken * NAMES + before) * NAMES + name[i];
                    edges[3 * edge] += lastOfEdge[edge] == user + 1 ? 0 : 1;
                    lastOfEdge[edge] = user + 1;
                    edges[3 * edge + 1]++;
                    edges[3 * edge + 2] += at[i] - entered;
                }
                entered = at[i];
                before = name[i];
                taken++;
            }
        }
        return Arrays.stream(people).sum() + (Arrays.stream(edges).sum() < 0 ? 1 : 0);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
