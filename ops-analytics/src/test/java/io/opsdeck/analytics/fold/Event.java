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
        fill(slice, needs, person, events);
        return slice;
    }

    /** Hands over what the plan says it needs and nothing else, so that a plan that asks for too little shows. */
    static void fill(PersonSlice slice, FoldNeeds needs, int person, List<Event> events) {
        slice.begin(person);
        for (Event event : events) {
            if (event.at < needs.from() || event.at >= needs.until() || event.bits == 0 && !needs.everyEvent()) {
                continue;
            }
            slice.add(event.at, event.bits, event.value, event.key, event.amount);
        }
    }
}
