package io.opsdeck.analytics.store;

import java.util.Arrays;
import java.util.Map;

/**
 * Which ordinals are one person now. Rows keep the ordinal that they were written with until their month is written
 * again; who reads them asks here. Four bytes a person once anybody is merged. Immutable.
 */
public final class Merges {

    static final Merges NONE = new Merges(new int[0], new int[0], new int[0]);

    private final int[] canonical;
    private final int[] starts;
    private final int[] members;

    private Merges(int[] canonical, int[] starts, int[] members) {
        this.canonical = canonical;
        this.starts = starts;
        this.members = members;
    }

    /** @param merged a person and the one it was merged into, which may be merged itself */
    static Merges of(Map<Integer, Integer> merged, int persons) {
        if (merged.isEmpty()) {
            return NONE;
        }
        int[] canonical = new int[persons];
        Arrays.setAll(canonical, person -> person);
        int[] counts = new int[persons + 1];
        for (int person : merged.keySet()) {
            int to = person;
            for (int hops = 0; merged.containsKey(to) && hops <= merged.size(); hops++) {
                to = merged.get(to);
            }
            canonical[person] = to;
            counts[to + 1]++;
        }
        for (int person = 0; person < persons; person++) {
            counts[person + 1] += counts[person];
        }
        int[] members = new int[merged.size()];
        int[] next = Arrays.copyOf(counts, persons);
        for (int person = 0; person < persons; person++) {
            if (canonical[person] != person) {
                members[next[canonical[person]]++] = person;
            }
        }
        return new Merges(canonical, counts, members);
    }

    public boolean isEmpty() {
        return members.length == 0;
    }

    /** The person that an ordinal belongs to now. */
    public int canonical(int person) {
        return person < canonical.length ? canonical[person] : person;
    }

    /** How many other ordinals belong to this person. */
    public int members(int person) {
        return person + 1 < starts.length ? starts[person + 1] - starts[person] : 0;
    }

    /** One of them. */
    public int member(int person, int number) {
        return members[starts[person] + number];
    }
}
