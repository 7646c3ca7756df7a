package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.LifecyclePlan.State;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The three by their definition, on sets of numbered periods. */
class ActivityReference {

    private final LocalCalendar calendar;

    ActivityReference(LocalCalendar calendar) {
        this.calendar = calendar;
    }

    long number(long at) {
        return calendar.number(at);
    }

    int window(int window) {
        return window;
    }

    boolean before(Set<Long> active, long now, long first) {
        return active.contains(now - 1);
    }

    boolean isNew(long known, long now, Set<Long> active) {
        return number(known) >= now;
    }

    final Set<Long> active(List<Event> events) {
        Set<Long> active = new TreeSet<>();
        events.stream().filter(event -> event.is(1)).forEach(event -> active.add(number(event.at())));
        return active;
    }

    @Nullable
    final State state(List<Event> events, long known, long now, long first) {
        Set<Long> active = active(events);
        boolean before = before(active, now, first);
        if (!active.contains(now)) {
            return before ? State.DORMANT : null;
        }
        if (before) {
            return State.RETURNING;
        }
        return isNew(known, now, active) ? State.NEW : State.RESURRECTING;
    }
}
