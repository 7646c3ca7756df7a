package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.RetentionPlan.Bracket;
import io.opsdeck.analytics.fold.RetentionPlan.Clock;
import io.opsdeck.analytics.fold.RetentionPlan.Cohort;
import io.opsdeck.analytics.fold.RetentionPlan.Mode;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One person's cells of a retention table ({@link RetentionPlan} says what counts). One pass over the events notes the
 * intervals with a start and those with a return, walking the boundaries along; then each cohort of the person looks at
 * the returns from its own interval on; first-time persons on the calendar
 * need no notes. Events + cohorts × distinct return intervals (rolling: × return events); 12 bytes
 * per distinct interval and per cell.
 */
public final class RetentionFold implements PersonFold {

    private final RetentionPlan plan;
    private final Intervals cohorts;
    private final Intervals periods;
    private final boolean calendar;
    private final int startColumn;
    private final long[] seen;
    private int farthest;

    private int starts;
    private int[] startCohort = new int[8];
    private int[] startIndex = new int[8];
    private int returns;
    private int[] returnPeriod = new int[8];
    private int[] returnIndex = new int[8];

    private final ValueGroups groups = new ValueGroups();
    private final RetentionCells overall = new RetentionCells();
    private final RetentionCells byValue = new RetentionCells();
    private int person;

    public RetentionFold(RetentionPlan plan) {
        this.plan = plan;
        cohorts = plan.cohorts();
        periods = cohorts.followedBy(plan.periods());
        calendar = plan.clock() == Clock.CALENDAR;
        startColumn = plan.columns() + 1;
        seen = new long[plan.periods() / 64 + 1];
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    RetentionCells cells() {
        return overall;
    }

    RetentionCells cellsByValue() {
        return byValue;
    }

    /** Whether the person is counted in the column of the cohort; column 0 is the cohort itself. */
    public boolean returned(int cohort, int column) {
        return overall.has(cohort, column);
    }

    /** The same for a breakdown value. */
    public boolean returned(int code, int cohort, int column) {
        return byValue.has(code, cohort, column);
    }

    /** The same for any value that is not {@code shown}. */
    public boolean returnedAmongOthers(IntPredicate shown, int cohort, int column) {
        for (int i = 0; i < byValue.size; i++) {
            if (byValue.cohort[i] == cohort && byValue.column[i] == column && !shown.test(byValue.code[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether the person came back already in the start period. */
    public boolean returnedAtOnce(int cohort) {
        return overall.has(cohort, startColumn);
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        overall.clear();
        byValue.clear();
        evaluate(slice.at, slice.bits, 0, slice.size, 0, overall);
        if (overall.size == 0) {
            return;
        }
        switch (plan.breakdown()) {
            case NONE -> {}
            case PROFILE -> {
                for (int i = 0; i < overall.size; i++) {
                    byValue.add(slice.trait, overall.cohort[i], overall.column[i]);
                }
            }
            case EVENT -> foldValues(slice);
        }
    }

    private void foldValues(PersonSlice slice) {
        groups.group(slice);
        int first = 0;
        while ((slice.bits[first] & plan.startMask()) == 0) {
            first++;
        }
        for (int g = 0; g < groups.size(); g++) {
            int code = groups.code(g);
            if (plan.cohort() == Cohort.RECURRING || code == slice.value[first]) {
                evaluate(groups.at, groups.bits, groups.from(g), groups.to(g), code, byValue);
            }
        }
    }

    private void evaluate(long[] at, int[] bits, int from, int to, int code, RetentionCells out) {
        starts = 0;
        returns = 0;
        int first = from;
        if (plan.cohort() == Cohort.FIRST) {
            while (first < to && (bits[first] & plan.startMask()) == 0) {
                first++;
            }
            int cohort = first == to ? -1 : cohorts.indexOf(at[first]);
            if (cohort < 0) {
                return;
            }
            if (calendar) {
                lookAfter(at, bits, first, to, cohort);
                write(code, cohort, out);
                return;
            }
        }
        collect(at, bits, first, to);
        for (int s = 0; s < starts; s++) {
            look(at, bits, s, to);
            write(code, startCohort[s], out);
        }
    }

    /** A first-time person on the calendar, in one pass: in each period the first return tells, the others are skipped. */
    private void lookAfter(long[] at, int[] bits, int first, int to, int cohort) {
        Arrays.fill(seen, 0);
        farthest = -1;
        int returnMask = plan.returnMask();
        int last = periods.size();
        int period = cohort;
        long end = periods.end(cohort);
        long next = at[first];
        for (int i = first + 1; i < to; i++) {
            long time = at[i];
            if (time < next || (bits[i] & returnMask) == 0) {
                continue;
            }
            while (time >= end) {
                period++;
                end = period < last ? periods.end(period) : Long.MAX_VALUE;
            }
            see(period - cohort);
            next = end;
        }
        if (plan.startIsReturn()) {
            see(0);
        }
    }

    private void collect(long[] at, int[] bits, int from, int to) {
        int startMask = plan.startMask();
        int returnMask = plan.returnMask();
        int wanted = startMask | (calendar ? returnMask : 0);
        boolean once = plan.cohort() == Cohort.FIRST;
        long earliest = cohorts.from();
        long latest = cohorts.to();
        int size = periods.size();
        long origin = periods.start(0);
        int period = 0;
        for (int i = from; i < to; i++) {
            long time = at[i];
            int b = bits[i] & wanted;
            if (b == 0 || time < origin) {
                continue;
            }
            while (period < size && time >= periods.end(period)) {
                period++;
            }
            if ((b & startMask) != 0
                    && time >= earliest
                    && time < latest
                    && (starts == 0 || !once && startCohort[starts - 1] != period)) {
                addStart(period, i);
            }
            if (calendar && (b & returnMask) != 0) {
                if (returns == 0 || returnPeriod[returns - 1] != period) {
                    addReturn(period);
                }
                returnIndex[returns - 1] = i;
            }
        }
    }

    private void addStart(int period, int index) {
        if (starts == startCohort.length) {
            startCohort = Arrays.copyOf(startCohort, starts * 2);
            startIndex = Arrays.copyOf(startIndex, starts * 2);
        }
        startCohort[starts] = period;
        startIndex[starts++] = index;
    }

    private void addReturn(int period) {
        if (returns == returnPeriod.length) {
            returnPeriod = Arrays.copyOf(returnPeriod, returns * 2);
            returnIndex = Arrays.copyOf(returnIndex, returns * 2);
        }
        returnPeriod[returns++] = period;
    }

    /** Notes the periods in which the person of this start came back, and the last one. */
    private void look(long[] at, int[] bits, int s, int to) {
        Arrays.fill(seen, 0);
        farthest = -1;
        if (calendar) {
            for (int r = 0; r < returns; r++) {
                int period = returnPeriod[r] - startCohort[s];
                if (period > 0 || period == 0 && returnIndex[r] > startIndex[s]) {
                    see(period);
                }
            }
        } else {
            long origin = at[startIndex[s]];
            for (int i = startIndex[s] + 1; i < to; i++) {
                if ((bits[i] & plan.returnMask()) != 0) {
                    see((int) Math.min((at[i] - origin) / cohorts.unit().millis(), Integer.MAX_VALUE));
                }
            }
        }
        if (plan.startIsReturn()) {
            see(0);
        }
    }

    private void see(int period) {
        farthest = Math.max(farthest, period);
        if (period <= plan.periods()) {
            seen[period >>> 6] |= 1L << period;
        }
    }

    private boolean seen(int period) {
        return (seen[period >>> 6] >>> period & 1) != 0;
    }

    private void write(int code, int cohort, RetentionCells out) {
        out.add(code, cohort, 0);
        if (seen(0)) {
            out.add(code, cohort, startColumn);
        }
        if (!plan.brackets().isEmpty()) {
            for (int b = 0; b < plan.brackets().size(); b++) {
                Bracket bracket = plan.brackets().get(b);
                int period = bracket.from();
                while (period <= bracket.to() && !seen(period)) {
                    period++;
                }
                if (period <= bracket.to()) {
                    out.add(code, cohort, b + 1);
                }
            }
            return;
        }
        int last = Math.min(farthest, plan.periods());
        for (int period = 1; period <= last; period++) {
            if (plan.mode() == Mode.ON_OR_AFTER || seen(period)) {
                out.add(code, cohort, period);
            }
        }
    }
}
