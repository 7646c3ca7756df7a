package io.opsdeck.analytics.fold;

/** A retention table: persons per cohort and column, over all and per value; 8 bytes per cell and value. */
public final class RetentionTally implements FoldTally<RetentionFold, RetentionTally> {

    /** The code of the group that holds every value outside of those that were asked for. */
    public static final int OTHER = ValueRows.OTHER;

    private final RetentionPlan plan;
    private final int width;
    private final PersonCounts counts;
    private final boolean[] complete;

    public RetentionTally(RetentionPlan plan) {
        this(plan, new ValueRows());
    }

    /** Counts these values and, as {@link #OTHER}, all the rest, each person once per cell. */
    public static RetentionTally ofValues(RetentionPlan plan, int... kept) {
        return new RetentionTally(plan, ValueRows.fixed(kept));
    }

    private RetentionTally(RetentionPlan plan, ValueRows rows) {
        this.plan = plan;
        width = plan.columns() + 2;
        counts = new PersonCounts(plan.cohorts().size() * width, rows);
        complete = new boolean[plan.cohorts().size() * width];
        Intervals periods = plan.cohorts().followedBy(plan.periods());
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            for (int column = 0; column <= plan.columns(); column++) {
                complete[cohort * width + column] = end(periods, cohort, column) <= plan.completeUntil();
            }
        }
    }

    private long end(Intervals periods, int cohort, int column) {
        int last = column == 0 || plan.brackets().isEmpty()
                ? column
                : plan.brackets().get(column - 1).to();
        if (plan.clock() == RetentionPlan.Clock.CALENDAR || column == 0) {
            return periods.end(cohort + last);
        }
        return periods.end(cohort) + (last + 1L) * periods.unit().millis();
    }

    @Override
    public void add(RetentionFold fold) {
        RetentionCells cells = fold.cells();
        for (int i = 0; i < cells.size; i++) {
            counts.add(cells.cohort[i] * width + cells.column[i]);
        }
        RetentionCells byValue = fold.cellsByValue();
        for (int i = 0; i < byValue.size; i++) {
            counts.add(byValue.code[i], byValue.cohort[i] * width + byValue.column[i], fold.person());
        }
    }

    @Override
    public long bytes() {
        return counts.bytes();
    }

    @Override
    public void merge(RetentionTally other) {
        counts.merge(other.counts);
    }

    /** Number of the last column. */
    public int columns() {
        return plan.columns();
    }

    /** Persons of the cohort in the column; column 0 is the size of the cohort. */
    public long count(int cohort, int column) {
        return counts.count(cohort * width + column);
    }

    /** Persons of the cohort who came back in the start period already. */
    public long returnedAtOnce(int cohort) {
        return counts.count(cohort * width + width - 1);
    }

    /** The same for one value. */
    public long count(int code, int cohort, int column) {
        return counts.count(code, cohort * width + column);
    }

    /** The same for one value. */
    public long returnedAtOnce(int code, int cohort) {
        return counts.count(code, cohort * width + width - 1);
    }

    /** The values that were seen, in no particular order. */
    public int[] values() {
        return counts.values();
    }

    /** Whether the whole period of the cell has passed. */
    public boolean isComplete(int cohort, int column) {
        return complete[cohort * width + column];
    }

    /** Returned by size over the cohorts whose cell is complete, NaN if there are none: large cohorts weigh more. */
    public double weightedMean(int column) {
        long returned = 0;
        long size = 0;
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            if (isComplete(cohort, column)) {
                returned += count(cohort, column);
                size += count(cohort, 0);
            }
        }
        return returned / (double) size;
    }

    /** The mean of the shares of the cohorts whose cell is complete and which are not empty, NaN if there are none. */
    public double simpleMean(int column) {
        double sum = 0;
        int cohorts = 0;
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            if (isComplete(cohort, column) && count(cohort, 0) > 0) {
                sum += count(cohort, column) / (double) count(cohort, 0);
                cohorts++;
            }
        }
        return sum / cohorts;
    }
}
