package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * The intervals in whose window one person is active, as disjoint ascending ranges: each active interval covers itself and
 * the ones after it up to the window's length. Time is events + active intervals, whatever the window.
 */
public final class ActiveFold implements PersonFold {

    private final ActivePlan plan;
    private final Intervals intervals;
    private final ValueGroups groups = new ValueGroups();
    private int person;
    private int ranges;
    private int[] code = new int[8];
    private int[] first = new int[8];
    private int[] last = new int[8];
    private int overallRanges;
    private int days;
    private int[] day = new int[8];

    public ActiveFold(ActivePlan plan) {
        this.plan = plan;
        intervals = plan.intervals().precededBy(plan.window() - 1);
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    /** Whether the person is active in the window that ends with this interval. */
    public boolean activeIn(int interval) {
        for (int r = 0; r < overallRanges; r++) {
            if (first[r] <= interval && interval <= last[r]) {
                return true;
            }
        }
        return false;
    }

    /** The same with this value. */
    public boolean activeIn(int value, int interval) {
        for (int r = overallRanges; r < ranges; r++) {
            if (code[r] == value && first[r] <= interval && interval <= last[r]) {
                return true;
            }
        }
        return false;
    }

    int ranges() {
        return ranges;
    }

    int overallRanges() {
        return overallRanges;
    }

    int code(int range) {
        return code[range];
    }

    int first(int range) {
        return first[range];
    }

    int last(int range) {
        return last[range];
    }

    /** Number of intervals with an event, those before the first one included. */
    int days() {
        return days;
    }

    int day(int i) {
        return day[i];
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        ranges = 0;
        days = 0;
        cover(slice.at, slice.bits, 0, slice.size, 0, true);
        overallRanges = ranges;
        switch (plan.breakdown()) {
            case NONE -> {}
            case PROFILE -> {
                for (int r = 0; r < overallRanges; r++) {
                    add(slice.trait, first[r], last[r]);
                }
            }
            case EVENT -> {
                groups.group(slice);
                for (int g = 0; g < groups.size(); g++) {
                    cover(groups.at, groups.bits, groups.from(g), groups.to(g), groups.code(g), false);
                }
            }
        }
    }

    private void cover(long[] at, int[] bits, int from, int to, int value, boolean noteDays) {
        int mask = plan.mask();
        int size = plan.intervals().size();
        int start = ranges;
        long next = intervals.from();
        for (int i = from; i < to; i++) {
            long time = at[i];
            if (time < next || (bits[i] & mask) == 0) {
                continue;
            }
            int index = intervals.indexOf(time);
            if (index < 0) {
                return;
            }
            next = intervals.end(index);
            if (noteDays) {
                noteDay(index);
            }
            int begin = Math.max(0, index - plan.window() + 1);
            int end = Math.min(size - 1, index);
            if (ranges > start && begin <= last[ranges - 1] + 1) {
                last[ranges - 1] = end;
            } else {
                add(value, begin, end);
            }
        }
    }

    private void noteDay(int index) {
        if (days == day.length) {
            day = Arrays.copyOf(day, days * 2);
        }
        day[days++] = index;
    }

    private void add(int value, int begin, int end) {
        if (ranges == code.length) {
            code = Arrays.copyOf(code, ranges * 2);
            first = Arrays.copyOf(first, ranges * 2);
            last = Arrays.copyOf(last, ranges * 2);
        }
        code[ranges] = value;
        first[ranges] = begin;
        last[ranges++] = end;
    }
}
