package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.AttributionPlan.Model;
import java.util.Arrays;

/**
 * The shares that the touches of one person earn ({@link AttributionPlan} says how). One pass notes the touches, 4 bytes
 * each, and a pointer follows the look-back; each conversion then looks at its touches only. 28 bytes per share.
 */
public final class AttributionFold implements PersonFold {

    private final AttributionPlan plan;
    private final int[] direct;
    private int person;
    private int touches;
    private int[] touch = new int[16];
    private int keys;
    private int[] keyEvent = new int[4];
    private int credits;
    private int[] code = new int[16];
    private double[] share = new double[16];
    private double[] amount = new double[16];
    private long[] conversion = new long[16];
    private int conversions;
    private int unattributed;
    private double unattributedAmount;

    public AttributionFold(AttributionPlan plan) {
        this.plan = plan;
        direct = plan.direct().stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    /** Conversions of the person in the range. */
    public int conversions() {
        return conversions;
    }

    /** Conversions without a touch. */
    public int unattributed() {
        return unattributed;
    }

    double unattributedAmount() {
        return unattributedAmount;
    }

    /** Number of shares; a value may have several. */
    public int credits() {
        return credits;
    }

    /** The value that earns the share. */
    public int code(int credit) {
        return code[credit];
    }

    /** Which part of a conversion it is. */
    public double share(int credit) {
        return share[credit];
    }

    /** The same part of the conversion's amount. */
    public double amount(int credit) {
        return amount[credit];
    }

    /** When the conversion happened. */
    public long conversionAt(int credit) {
        return conversion[credit];
    }

    /** Whether the value earns something of a conversion of the person. */
    public boolean earns(int value) {
        for (int c = 0; c < credits; c++) {
            if (code[c] == value && share[c] > 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        touches = 0;
        keys = 0;
        credits = 0;
        conversions = 0;
        unattributed = 0;
        unattributedAmount = 0;
        int first = 0;
        for (int i = 0; i < slice.size; i++) {
            int bits = slice.bits[i];
            long time = slice.at[i];
            if (time >= plan.to()) {
                return;
            }
            if ((bits & plan.conversionMask()) != 0 && time >= plan.from()) {
                while (first < touches && time - slice.at[touch[first]] > plan.lookback()) {
                    first++;
                }
                convert(slice, i, first);
                if (plan.firstOnly()) {
                    return;
                }
            }
            if ((bits & plan.touchMask()) != 0) {
                touch = touches == touch.length ? Arrays.copyOf(touch, touches * 2) : touch;
                touch[touches++] = i;
            }
            if ((bits & plan.keyMask()) != 0) {
                keyEvent = keys == keyEvent.length ? Arrays.copyOf(keyEvent, keys * 2) : keyEvent;
                keyEvent[keys++] = i;
            }
        }
    }

    private void convert(PersonSlice slice, int at, int first) {
        double worth = plan.revenue() && !Double.isNaN(slice.amount[at]) ? slice.amount[at] : 0;
        conversions++;
        int last = plan.keyMask() == 0 ? touches : touchesBeforeKey(slice, at, first);
        if (first >= last) {
            unattributed++;
            unattributedAmount += worth;
            return;
        }
        long time = slice.at[at];
        switch (plan.model()) {
            case FIRST -> credit(slice, touch[first], 1, worth, time);
            case LAST -> credit(slice, touch[last - 1], 1, worth, time);
            case LAST_NON_DIRECT -> credit(slice, touch[lastNonDirect(slice, first, last)], 1, worth, time);
            case LINEAR, POSITION, TIME_DECAY -> spread(slice, first, last, worth, time);
        }
    }

    private void spread(PersonSlice slice, int first, int last, double worth, long time) {
        double sum = 0;
        for (int t = first; t < last; t++) {
            sum += weight(slice, t, first, last);
        }
        for (int t = first; t < last; t++) {
            credit(slice, touch[t], weight(slice, t, first, last) / sum, worth, time);
        }
    }

    private double weight(PersonSlice slice, int t, int first, int last) {
        int count = last - first;
        if (plan.model() == Model.LINEAR) {
            return 1;
        }
        if (plan.model() == Model.POSITION) {
            return t == first || t == last - 1 ? 0.4 : 0.2 / (count - 2);
        }
        long younger = slice.at[touch[last - 1]] - slice.at[touch[t]];
        return Math.pow(2, -younger / (double) plan.halfLife());
    }

    /** The number of touches that have a key event with the conversion's key behind them. */
    private int touchesBeforeKey(PersonSlice slice, int at, int first) {
        int k = keys - 1;
        while (k >= 0 && plan.sharedKey() && (slice.key[at] == 0 || slice.key[keyEvent[k]] != slice.key[at])) {
            k--;
        }
        int last = touches;
        while (last > first && (k < 0 || touch[last - 1] >= keyEvent[k])) {
            last--;
        }
        return last;
    }

    private int lastNonDirect(PersonSlice slice, int first, int last) {
        for (int t = last - 1; t >= first; t--) {
            if (Arrays.binarySearch(direct, slice.value[touch[t]]) < 0) {
                return t;
            }
        }
        return last - 1;
    }

    private void credit(PersonSlice slice, int event, double part, double worth, long time) {
        if (credits == code.length) {
            code = Arrays.copyOf(code, credits * 2);
            share = Arrays.copyOf(share, credits * 2);
            amount = Arrays.copyOf(amount, credits * 2);
            conversion = Arrays.copyOf(conversion, credits * 2);
        }
        code[credits] = slice.value[event];
        share[credits] = part;
        amount[credits] = part * worth;
        conversion[credits++] = time;
    }
}
