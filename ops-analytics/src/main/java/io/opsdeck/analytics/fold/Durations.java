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
        long[] copy = Arrays.copyOf(millis, size);
        long below = nth(copy, (size - 1) / 2);
        return (below + (size % 2 == 0 ? next(copy, size / 2) : below)) / 2000.0;
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
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            least = Math.min(least, millis[i]);
            most = Math.max(most, millis[i]);
        }
        long[] copy = Arrays.copyOf(millis, size);
        long range = most - least + 1;
        double width = 2 * (quantile(copy, 0.75) - quantile(copy, 0.25)) / Math.cbrt(size);
        long wanted = width == 0 ? MOST_BINS : (long) Math.ceil((range - 1) / width);
        long step = -Math.floorDiv(-range, Math.max(LEAST_BINS, Math.min(MOST_BINS, wanted)));
        long[] counts = new long[(int) -Math.floorDiv(-range, step)];
        for (int i = 0; i < size; i++) {
            counts[(int) ((millis[i] - least) / step)]++;
        }
        for (int i = 0; i < counts.length; i++) {
            bins.add(new Bin(least + i * step, least + (i + 1) * step, counts[i]));
        }
        return bins;
    }

    private static double quantile(long[] copy, double share) {
        double place = share * (copy.length - 1);
        int below = (int) place;
        long low = nth(copy, below);
        long high = below + 1 < copy.length ? next(copy, below + 1) : low;
        return low + (place - below) * (high - low);
    }

    /**
     * The value that would stand at {@code place} if the array were sorted, which is moved there: smaller ones stand before
     * it afterwards, larger ones behind it. Linear in the mean (Hoare 1961, FIND), with the middle of three as pivot.
     */
    private static long nth(long[] values, int place) {
        int low = 0;
        int high = values.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            long a = values[low];
            long b = values[middle];
            long c = values[high];
            long pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
            int left = low;
            int right = high;
            while (left <= right) {
                while (values[left] < pivot) {
                    left++;
                }
                while (values[right] > pivot) {
                    right--;
                }
                if (left <= right) {
                    long moved = values[left];
                    values[left++] = values[right];
                    values[right--] = moved;
                }
            }
            if (place <= right) {
                high = right;
            } else if (place >= left) {
                low = left;
            } else {
                return values[place];
            }
        }
        return values[place];
    }

    /** The value at {@code place} in order, after {@link #nth} of the place before. */
    private static long next(long[] values, int place) {
        long least = Long.MAX_VALUE;
        for (int i = place; i < values.length; i++) {
            least = Math.min(least, values[i]);
        }
        return least;
    }

    /** A sorted copy. */
    long[] sorted() {
        long[] sorted = Arrays.copyOf(millis, size);
        Arrays.sort(sorted);
        return sorted;
    }
}
