package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.PersonFold;
import io.opsdeck.analytics.fold.PersonSlice;

/**
 * Puts each event of a person into its interval and value. A cell is one interval of one value of one series. Keeps the
 * person's cells by number, so that a person counts once in each; cells are cleared by a stamp and not one by one.
 */
final class TrendFold implements PersonFold {

    /**
     * What is counted.
     *
     * @param rowOf the row of each value's number, those that are not shown share the last one
     * @param byTrait whether the value is that of the person and not of each event
     * @param once whether a person counts in the first interval alone, so that persons add up over time
     */
    record Plan(Intervals intervals, int series, int rows, int[] rowOf, boolean byTrait, boolean once) {

        int cells() {
            return series * rows * (intervals.size() + 1);
        }

        /** The cell after the last interval of a row stands for the whole range. */
        int cell(int one, int row, int interval) {
            return (one * rows + row) * (intervals.size() + 1) + interval;
        }

        int row(int value) {
            return rowOf.length == 0 ? 0 : rowOf[value];
        }
    }

    private final Plan plan;
    private final boolean events;
    private final int[] stamps;
    private int stamp;
    int person;
    int[] seen = new int[130];
    int seenSize;
    int[] cells = new int[64];
    double[] amounts = new double[64];
    int size;

    /** @param events whether events are counted, and not only who had one */
    TrendFold(Plan plan, boolean events) {
        this.plan = plan;
        this.events = events;
        this.stamps = new int[plan.cells()];
    }

    Plan plan() {
        return plan;
    }

    /** Whether the last person has an event in a cell. */
    boolean has(int cell) {
        return stamps[cell] == stamp;
    }

    @Override
    public void fold(PersonSlice slice) {
        stamp++;
        person = slice.person;
        seenSize = 0;
        size = 0;
        reserve(slice.size * plan.series);
        Intervals intervals = plan.intervals;
        int width = intervals.size() + 1;
        int height = plan.rows * width;
        boolean byValue = slice.value.length > 0;
        boolean measured = slice.amount.length > 0;
        int ofPerson = plan.byTrait ? plan.row(slice.trait) : 0;
        for (int i = 0; i < slice.size; i++) {
            int interval = intervals.indexOf(slice.at[i]);
            if (interval < 0) {
                continue;
            }
            int row = (byValue ? plan.row(slice.value[i]) : ofPerson) * width;
            for (int bits = slice.bits[i]; bits != 0; bits &= bits - 1) {
                int first = Integer.numberOfTrailingZeros(bits) * height + row;
                if (measured) {
                    amounts[size] = slice.amount[i];
                }
                if (events) {
                    cells[size++] = first + interval;
                }
                int range = first + width - 1;
                if (!plan.once || stamps[range] != stamp) {
                    see(first + interval);
                }
                see(range);
            }
        }
    }

    /** Room for so many events, each of which may be the first in its interval and in the range. */
    private void reserve(int events) {
        if (events > cells.length) {
            int room = Math.max(events, 2 * cells.length);
            cells = new int[room];
            amounts = new double[room];
            seen = new int[2 * room + 1];
        }
    }

    /** Without a branch: whether a person was seen in a cell before cannot be predicted. */
    private void see(int cell) {
        seen[seenSize] = cell;
        seenSize += stamps[cell] == stamp ? 0 : 1;
        stamps[cell] = stamp;
    }
}
