package io.opsdeck.analytics.store;

import java.util.Arrays;

/**
 * Who was merged into whom, by ordinal and in the order of the log. Each person names the one that it is now and not the
 * next of a chain, here and in the file. Eight bytes a person once anybody is merged. Used by the store's writer alone.
 */
final class MergedPersons {

    private int[] canonical = {};

    /** The number of the merge that took the person away, 0 where there was none. */
    private int[] numbers = {};

    private int count;
    private Merges merges = Merges.NONE;

    /** How many merges were read, from the first one on. */
    int count() {
        return count;
    }

    int canonical(int person) {
        return person < canonical.length ? canonical[person] : person;
    }

    /**
     * Merges a person into another, which may be merged itself.
     *
     * @return the number of the merge, or 0 where they were one person already
     */
    int merge(int person, int into) {
        int now = root(into);
        if (now == root(person)) {
            return 0;
        }
        set(person, now, count + 1);
        return count;
    }

    /** What the file says. */
    void set(int person, int now, int number) {
        int known = canonical.length;
        int most = Math.max(person, now);
        if (most >= known) {
            canonical = Arrays.copyOf(canonical, Math.max(most + 1, 2 * known));
            numbers = Arrays.copyOf(numbers, canonical.length);
            for (int next = known; next < canonical.length; next++) {
                canonical[next] = next;
            }
        }
        canonical[person] = now;
        numbers[person] = number;
        count = Math.max(count, number);
    }

    private int root(int person) {
        int now = canonical(person);
        while (canonical(now) != now) {
            now = canonical(now);
        }
        return now;
    }

    /**
     * Lets all who were merged into a person that has been merged since name the one that it is now.
     *
     * @return whether there were any
     */
    boolean settle() {
        boolean any = false;
        for (int person = 0; person < canonical.length; person++) {
            int now = root(person);
            any |= canonical[person] != now;
            canonical[person] = now;
        }
        return any;
    }

    /** What is known now. */
    Merges merges() {
        if (merges.newest() != count) {
            merges = Merges.of(canonical, numbers, count);
        }
        return merges;
    }
}
