package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldTally;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Events, persons and amounts per cell of a trend. Sums are compensated, so that they do not depend on how persons were
 * spread over threads by more than a unit in the last place; percentiles keep every amount, 8 bytes each.
 */
final class TrendTally implements FoldTally<TrendFold, TrendTally> {

    private static final double[] NOTHING = {};

    private final boolean amounts;
    private final boolean all;
    private final long[] events;
    private final long[] people;
    private final long[] measured;
    private final double[] sums;
    private final double[] lost;
    private final double[] least;
    private final double[] most;
    private final double[][] every;
    private final int width;

    /** By line, where tallies of several ranges are to be joined; else nobody. */
    private final BitSet[] persons;

    private long kept;

    /**
     * @param amounts whether numbers are measured
     * @param all whether each of them is needed
     */
    TrendTally(TrendFold.Plan plan, boolean amounts, boolean all) {
        this(plan, amounts, all, 0);
    }

    private TrendTally(TrendFold.Plan plan, boolean amounts, boolean all, int lines) {
        int cells = plan.cells();
        this.width = plan.intervals().size() + 1;
        this.persons = new BitSet[lines];
        Arrays.setAll(persons, line -> new BitSet());
        this.amounts = amounts;
        this.all = all;
        this.events = new long[cells];
        this.people = new long[cells];
        int measuredCells = amounts ? cells : 0;
        this.measured = new long[measuredCells];
        this.sums = new double[measuredCells];
        this.lost = new double[measuredCells];
        this.least = new double[measuredCells];
        this.most = new double[measuredCells];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        Arrays.fill(most, Double.NEGATIVE_INFINITY);
        this.every = new double[all ? cells : 0][];
        Arrays.fill(every, NOTHING);
    }

    /** One that knows who was seen in each line over its range, so that it can be joined with those of other ranges. */
    static TrendTally ofRange(TrendFold.Plan plan, boolean amounts) {
        return new TrendTally(plan, amounts, false, plan.series() * plan.rows());
    }

    @Override
    public void add(TrendFold fold) {
        for (int i = 0; i < fold.seenSize; i++) {
            people[fold.seen[i]]++;
        }
        for (int i = 0; persons.length > 0 && i < fold.seenSize; i++) {
            if (fold.seen[i] % width == width - 1) {
                persons[fold.seen[i] / width].set(fold.person);
            }
        }
        for (int i = 0; i < fold.size; i++) {
            events[fold.cells[i]]++;
        }
        for (int i = 0; amounts && i < fold.size; i++) {
            measure(fold.cells[i], fold.amounts[i]);
        }
    }

    /** Somebody was seen in a line. */
    void person(int line, int ordinal) {
        if (persons.length > 0) {
            persons[line].set(ordinal);
        }
    }

    /** Takes over what was counted in a part of the range that no other part overlaps. */
    void join(TrendTally part, int offset) {
        for (int line = 0; line < persons.length; line++) {
            for (int i = 0; i < part.width - 1; i++) {
                int cell = line * width + offset + i;
                int from = line * part.width + i;
                events[cell] += part.events[from];
                people[cell] += part.people[from];
                if (amounts && part.measured[from] > 0) {
                    take(cell, part, from);
                }
            }
            persons[line].or(part.persons[line]);
        }
    }

    /** Everything is joined: counts who was seen in each line; returns how many were seen at all. */
    long joined() {
        var anybody = new BitSet();
        for (int line = 0; line < persons.length; line++) {
            people[line * width + width - 1] = persons[line].cardinality();
            anybody.or(persons[line]);
        }
        return anybody.cardinality();
    }

    /** So many more persons, none or one. */
    void see(int cell, int more) {
        people[cell] += more;
    }

    void count(int cell) {
        events[cell]++;
    }

    /** An amount, NaN where an event has none. */
    void measure(int cell, double amount) {
        if (Double.isNaN(amount)) {
            return;
        }
        if (all) {
            double[] kept = every[cell];
            int size = (int) measured[cell];
            if (kept.length == size) {
                kept = Arrays.copyOf(kept, Math.max(8, 2 * size));
                every[cell] = kept;
            }
            kept[size] = amount;
            this.kept++;
        }
        measured[cell]++;
        plus(cell, amount);
        least[cell] = Math.min(least[cell], amount);
        most[cell] = Math.max(most[cell], amount);
    }

    /** Neumaier's summation. */
    private void plus(int cell, double amount) {
        double before = sums[cell];
        double after = before + amount;
        lost[cell] += Math.abs(before) >= Math.abs(amount) ? before - after + amount : amount - after + before;
        sums[cell] = after;
    }

    /** What a tally takes before it has counted anything. */
    static long bytes(TrendFold.Plan plan, boolean amounts, boolean all) {
        return plan.cells() * (16L + (amounts ? 40 : 0) + (all ? 8 : 0));
    }

    @Override
    public long bytes() {
        long seen = 0;
        for (BitSet line : persons) {
            seen += line.size() / 8;
        }
        return 8L * (events.length + people.length + 5L * measured.length + every.length) + 16 * kept + seen;
    }

    @Override
    public void merge(TrendTally other) {
        for (int cell = 0; cell < events.length; cell++) {
            events[cell] += other.events[cell];
            people[cell] += other.people[cell];
        }
        for (int cell = 0; cell < measured.length; cell++) {
            if (other.measured[cell] == 0) {
                continue;
            }
            if (all) {
                int mine = (int) measured[cell];
                int more = (int) other.measured[cell];
                double[] both = Arrays.copyOf(every[cell], mine + more);
                System.arraycopy(other.every[cell], 0, both, mine, more);
                every[cell] = both;
            }
            take(cell, other, cell);
        }
        for (int line = 0; line < persons.length; line++) {
            persons[line].or(other.persons[line]);
        }
    }

    private void take(int cell, TrendTally other, int from) {
        measured[cell] += other.measured[from];
        plus(cell, other.sums[from]);
        lost[cell] += other.lost[from];
        least[cell] = Math.min(least[cell], other.least[from]);
        most[cell] = Math.max(most[cell], other.most[from]);
    }

    long events(int cell) {
        return events[cell];
    }

    long people(int cell) {
        return people[cell];
    }

    /** NaN where nothing was measured and the measure has no value then. */
    double value(InsightQuery.Measure measure, int... cells) {
        long count = 0;
        long persons = 0;
        long numbers = 0;
        double sum = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int cell : cells) {
            count += events[cell];
            persons += people[cell];
            if (amounts) {
                numbers += measured[cell];
                sum += sums[cell] + lost[cell];
                low = Math.min(low, least[cell]);
                high = Math.max(high, most[cell]);
            }
        }
        return switch (measure) {
            case TOTAL -> count;
            case UNIQUE -> persons;
            case ACTIVE, STICKINESS, SESSIONS, SESSION_LENGTH, BOUNCE_RATE ->
                throw new IllegalArgumentException(measure + " is no sum over events");
            case PER_USER -> persons == 0 ? Double.NaN : count / (double) persons;
            case SUM -> sum;
            case AVERAGE -> numbers == 0 ? Double.NaN : sum / numbers;
            case MIN -> numbers == 0 ? Double.NaN : low;
            case MAX -> numbers == 0 ? Double.NaN : high;
            case MEDIAN -> percentile(0.5, cells);
            case P90 -> percentile(0.9, cells);
            case P95 -> percentile(0.95, cells);
            case P99 -> percentile(0.99, cells);
        };
    }

    /** Between the two neighbours in proportion, as percentile_cont of SQL. */
    private double percentile(double share, int... cells) {
        int size = 0;
        for (int cell : cells) {
            size += (int) measured[cell];
        }
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = new double[size];
        int filled = 0;
        for (int cell : cells) {
            System.arraycopy(every[cell], 0, sorted, filled, (int) measured[cell]);
            filled += (int) measured[cell];
        }
        Arrays.sort(sorted);
        double place = share * (size - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(size - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
