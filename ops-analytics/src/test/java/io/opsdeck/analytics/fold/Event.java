package io.opsdeck.analytics.fold;

import java.util.List;

/** An event as the slow references see it. */
record Event(long at, int bits, int value, int key, double amount) {

    static Event of(long at, int bits) {
        return new Event(at, bits, 0, 0, Double.NaN);
    }

    static Event of(long at, int bits, int value) {
        return new Event(at, bits, value, 0, Double.NaN);
    }

    boolean is(int mask) {
        return (bits & mask) != 0;
    }

    /** The slice of one person with these events. */
    static PersonSlice slice(FoldNeeds needs, int person, List<Event> events) {
        var slice = new PersonSlice(needs);
        fill(slice, person, events);
        return slice;
    }

    static void fill(PersonSlice slice, int person, List<Event> events) {
        slice.begin(person);
        for (Event event : events) {
            slice.add(event.at, event.bits, event.value, event.key, event.amount);
        }
    }
}
