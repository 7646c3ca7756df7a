package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Chains of one person: per chain its breakdown value, the steps it did as bits, and a time per step in one flat array
 * that only grows. Steps are numbered from 1.
 */
public final class FunnelChains {

    private final int steps;
    private int size;
    private int[] value = new int[1];
    private int[] reached = new int[1];
    private int[] done = new int[1];
    private long[] at;

    FunnelChains(int steps) {
        this.steps = steps;
        at = new long[steps];
    }

    void clear() {
        size = 0;
    }

    int begin(int code) {
        if (size == value.length) {
            value = Arrays.copyOf(value, size * 2);
            reached = Arrays.copyOf(reached, size * 2);
            done = Arrays.copyOf(done, size * 2);
            at = Arrays.copyOf(at, size * 2 * steps);
        }
        value[size] = code;
        reached[size] = 0;
        done[size] = 0;
        return size++;
    }

    void mark(int chain, int step, long time) {
        done[chain] |= 1 << (step - 1);
        at[chain * steps + step - 1] = time;
    }

    void reach(int chain, int required) {
        reached[chain] = required;
    }

    void assign(int chain, int code) {
        value[chain] = code;
    }

    void copy(FunnelChains from, int chain) {
        int copy = begin(from.value[chain]);
        reached[copy] = from.reached[chain];
        done[copy] = from.done[chain];
        System.arraycopy(from.at, chain * steps, at, copy * steps, steps);
    }

    void removeLast() {
        size--;
    }

    public int size() {
        return size;
    }

    /** Dictionary code of the chain's breakdown value. */
    public int value(int chain) {
        return value[chain];
    }

    /** How many required steps it reached. */
    public int reached(int chain) {
        return reached[chain];
    }

    public boolean did(int chain, int step) {
        return (done[chain] >>> (step - 1) & 1) != 0;
    }

    int done(int chain) {
        return done[chain];
    }

    /** Epoch milliseconds of the step's event, of a step that was done. */
    public long at(int chain, int step) {
        return at[chain * steps + step - 1];
    }
}
