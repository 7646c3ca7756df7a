package io.opsdeck.analytics.fold;

import java.util.Arrays;

/** Conversions and revenue per value of touch, 40 bytes each. Shares are fractions; the number of conversions is exact. */
public final class AttributionTally implements FoldTally<AttributionFold, AttributionTally> {

    private final ValueRows rows = new ValueRows();
    private double[] shares = new double[16];
    private double[] amounts = new double[16];
    private long conversions;
    private long unattributed;
    private double unattributedAmount;

    @Override
    public void add(AttributionFold fold) {
        conversions += fold.conversions();
        unattributed += fold.unattributed();
        unattributedAmount += fold.unattributedAmount();
        for (int c = 0; c < fold.credits(); c++) {
            add(fold.code(c), fold.share(c), fold.amount(c));
        }
    }

    private void add(int code, double share, double amount) {
        int row = rows.row(code);
        if (row == shares.length) {
            shares = Arrays.copyOf(shares, row * 2);
            amounts = Arrays.copyOf(amounts, row * 2);
        }
        shares[row] += share;
        amounts[row] += amount;
    }

    @Override
    public long bytes() {
        return 40L * rows.size();
    }

    @Override
    public void merge(AttributionTally other) {
        conversions += other.conversions;
        unattributed += other.unattributed;
        unattributedAmount += other.unattributedAmount;
        for (int row = 0; row < other.rows.size(); row++) {
            add(other.rows.code(row), other.shares[row], other.amounts[row]);
        }
    }

    /** All conversions in the range. */
    public long conversions() {
        return conversions;
    }

    /** Conversions without a touch. */
    public long unattributed() {
        return unattributed;
    }

    public double unattributedAmount() {
        return unattributedAmount;
    }

    /** The values that earned something, in no particular order. */
    public int[] values() {
        return rows.codes();
    }

    /** Conversions the value earned, in parts. */
    public double conversions(int code) {
        int row = rows.find(code);
        return row < 0 ? 0 : shares[row];
    }

    /** Revenue the value earned. */
    public double amount(int code) {
        int row = rows.find(code);
        return row < 0 ? 0 : amounts[row];
    }
}
