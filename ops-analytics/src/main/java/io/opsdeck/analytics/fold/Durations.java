package io.opsdeck.analytics.fold;

import java.util.Arrays;

/** A growing bag of milliseconds, 8 bytes each, kept for exact medians and histograms. */
public final class Durations {

    private static final long[] NONE = {};

    private long[] millis = NONE;
    private int size;
    private long sum;

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

    /** A sorted copy. */
    public long[] sorted() {
        long[] sorted = Arrays.copyOf(millis, size);
        Arrays.sort(sorted);
        return sorted;
    }
}
