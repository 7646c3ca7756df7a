package io.opsdeck.analytics.store;

import java.util.Arrays;

/**
 * Which ordinals are one person now. Rows keep the ordinal that they were written with until their month is written
 * again; who reads them asks here. Eight bytes a person once anybody is merged. Immutable.
 */
public final class Merges {

    static final Merges NONE = new Merges(new int[0], new int[] {0}, new int[0], new int[0], 0);

    private final int[] canonical;
    private final int[] starts;
    private final int[] members;
    private final int[] numbers;
    private final int newest;

    private Merges(int[] canonical, int[] starts, int[] members, int[] numbers, int newest) {
        this.canonical = canonical;
        this.starts = starts;
        this.members = members;
        this.numbers = numbers;
        this.newest = newest;
    }

    /**
     * @param canonical who each person is now
     * @param numbers of the merge that took each person away
     */
    static Merges of(int[] canonical, int[] numbers, int newest) {
        int persons = canonical.length;
        int[] starts = new int[persons + 1];
        for (int person = 0; person < persons; person++) {
            starts[canonical[person] + 1] += canonical[person] == person ? 0 : 1;
        }
        for (int person = 0; person < persons; person++) {
            starts[person + 1] += starts[person];
        }
        int[] members = new int[starts[persons]];
        int[] numbersOf = new int[members.length];
        int[] next = Arrays.copyOf(starts, persons);
        for (int person = 0; person < persons; person++) {
            if (canonical[person] != person) {
                int place = next[canonical[person]]++;
                members[place] = person;
                numbersOf[place] = numbers[person];
            }
        }
        return new Merges(canonical.clone(), starts, members, numbersOf, newest);
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

    /** The merge that took that one away. */
    public int number(int person, int number) {
        return numbers[starts[person] + number];
    }

    /** The merge that came last. They are counted from 1 on. */
    public int newest() {
        return newest;
    }
}
