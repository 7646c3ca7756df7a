package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A growing bag of milliseconds, 8 bytes each, kept for exact medians and histograms. */
public final class Durations {

    private static final long LEAST_BINS = 5;
    private static final long MOST_BINS = 60;
    private static final long[] NONE = {};

    private long[] millis = NONE;
    private int size;
    private long sum;

    /** How many durations lie in {@code [from, to)} milliseconds. */
    public record Bin(long from, long to, long count) {}

    void add(long duration) {
        if (size == millis.length) {
            millis = Arrays.copyOf(millis, Math.max(16, size * 2));
        }
        millis[size++] = duration;
        sum += duration;
    }

    void addAll(Durations other) {
        if (size + other.size > millis.length) {
            millis = Arrays.copyOf(millis, Math.max(size + other.size, millis.length * 2));
        }
        System.arraycopy(other.millis, 0, millis, size, other.size);
        size += other.size;
        sum += other.sum;
    }

    public int size() {
        return size;
    }

    public long sum() {
        return sum;
    }

    /** NaN if empty. */
    public double meanSeconds() {
        return size == 0 ? Double.NaN : sum / 1000.0 / size;
    }

    /** The middle one, or the mean of the two in the middle; NaN if empty. */
    public double medianSeconds() {
        if (size == 0) {
            return Double.NaN;
        }
        long[] sorted = sorted();
        return (sorted[(size - 1) / 2] + sorted[size / 2]) / 2000.0;
    }

    /**
     * Counts in bins of equal width, by the rule of Freedman and Diaconis (1981): width 2·IQR·n^(−1/3), but 5 to 60 bins.
     * Edges are whole milliseconds, so where all durations are nearly alike there are fewer. Empty if this is empty.
     */
    public List<Bin> histogram() {
        List<Bin> bins = new ArrayList<>();
        if (size == 0) {
            return bins;
        }
        long[] sorted = sorted();
        long least = sorted[0];
        long range = sorted[size - 1] - least + 1;
        double width = 2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / Math.cbrt(size);
        long wanted = width == 0 ? MOST_BINS : (long) Math.ceil((range - 1) / width);
        long step = -Math.floorDiv(-range, Math.max(LEAST_BINS, Math.min(MOST_BINS, wanted)));
        int i = 0;
        for (long from = least; from < least + range; from += step) {
            int first = i;
            while (i < size && sorted[i] < from + step) {
                i++;
            }
            bins.add(new Bin(from, from + step, i - first));
        }
        return bins;
    }

    private static double quantile(long[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** A sorted copy. */
    public long[] sorted() {
        long[] sorted = Arrays.copyOf(millis, size);
        Arrays.sort(sorted);
        return sorted;
    }
}
