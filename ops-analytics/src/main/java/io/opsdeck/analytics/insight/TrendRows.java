package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.PersonSlice;
import io.opsdeck.analytics.fold.RowFold;
import java.util.Arrays;

/**
 * Puts each event into its interval and value, as {@link TrendFold} does, in whatever order they come. Who has been seen in
 * a cell is a bit by person, row and interval, at most 8 MB of them.
 */
final class TrendRows implements RowFold<TrendTally> {

    private static final int MOST_WORDS = 1 << 20;

    private final TrendFold.Plan plan;
    private final boolean events;
    private final int rows;
    private final int words;
    private final long[] seen;
    private final byte[] had = new byte[PERSONS];
    private int[] touched = new int[PERSONS];
    private int size;

    /** @param events whether events are counted, and not only who had one */
    TrendRows(TrendFold.Plan plan, boolean events) {
        this.plan = plan;
        this.events = events;
        this.rows = plan.series() * plan.rows();
        this.words = words(plan);
        this.seen = new long[PERSONS * rows * words];
    }

    private static int words(TrendFold.Plan plan) {
        return (plan.intervals().size() + Long.SIZE) / Long.SIZE;
    }

    /** Whether order says nothing and the bits are not too many. */
    static boolean fits(TrendFold.Plan plan) {
        return !plan.once()
                && !plan.byTrait()
                && (long) PERSONS * plan.series() * plan.rows() * words(plan) <= MOST_WORDS;
    }

    @Override
    public void rows(int[] persons, PersonSlice slice, TrendTally tally) {
        Intervals intervals = plan.intervals();
        int whole = intervals.size();
        int width = whole + 1;
        boolean byValue = slice.value.length > 0;
        boolean measured = slice.amount.length > 0;
        if (touched.length < size + slice.size * plan.series() + 1) {
            touched = Arrays.copyOf(touched, 2 * (size + slice.size * plan.series()) + 1);
        }
        long[] bitsOf = seen;
        int[] places = touched;
        int placed = size;
        int rowsOfAll = plan.rows();
        for (int i = 0; i < slice.size; i++) {
            int interval = intervals.indexOf(slice.at[i]);
            if (interval < 0) {
                continue;
            }
            int row = byValue ? plan.row(slice.value[i]) : 0;
            for (int bits = slice.bits[i]; bits != 0; bits &= bits - 1) {
                int line = Integer.numberOfTrailingZeros(bits) * rowsOfAll + row;
                int first = line * width;
                int place = (persons[i] * rows + line) * words;
                tally.see(first + interval, see(bitsOf, place, interval));
                int once = see(bitsOf, place, whole);
                places[placed] = place;
                placed += once;
                tally.see(first + whole, once);
                if (events) {
                    tally.count(first + interval);
                }
                if (measured) {
                    tally.measure(first + interval, slice.amount[i]);
                }
            }
        }
        size = placed;
    }

    /** 1 the first time, 0 from then on; without a branch. */
    private static int see(long[] seen, int place, int interval) {
        int at = place + (interval >>> 6);
        long before = seen[at];
        seen[at] = before | 1L << interval;
        return (int) (~(before >>> interval) & 1);
    }

    @Override
    public int end(int first, TrendTally tally) {
        int persons = 0;
        for (int i = 0; i < size; i++) {
            int person = touched[i] / (rows * words);
            persons += 1 - had[person];
            had[person] = 1;
            tally.person(touched[i] / words % rows, first + person);
            Arrays.fill(seen, touched[i], touched[i] + words, 0);
        }
        Arrays.fill(had, (byte) 0);
        size = 0;
        return persons;
    }
}
