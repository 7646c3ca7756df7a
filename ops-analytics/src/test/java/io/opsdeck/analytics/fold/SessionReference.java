package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Sessions as lists of events, sums as a map from what to how many. */
class SessionReference {

    private final SessionPlan plan;
    private final LocalCalendar calendar;

    SessionReference(SessionPlan plan, LocalCalendar calendar) {
        this.plan = plan;
        this.calendar = calendar;
    }

    long number(long at) {
        return calendar.number(at) - calendar.number(plan.intervals().start(0));
    }

    boolean continues(long before, long at) {
        return at - before < plan.gap();
    }

    final List<List<Event>> sessions(List<Event> events) {
        List<List<Event>> sessions = new ArrayList<>();
        for (Event event : events) {
            if (!event.is(1)) {
                continue;
            }
            List<Event> last = sessions.isEmpty() ? List.of() : sessions.get(sessions.size() - 1);
            if (last.isEmpty() || !continues(last.get(last.size() - 1).at(), event.at())) {
                last = new ArrayList<>();
                sessions.add(last);
            }
            last.add(event);
        }
        return sessions;
    }

    final void sum(List<Event> events, int trait, Map<String, Long> sums) {
        for (List<Event> session : sessions(events)) {
            long first = session.get(0).at();
            long last = session.get(session.size() - 1).at();
            int value = plan.breakdown() == Breakdown.EVENT ? session.get(0).value() : trait;
            Set<Long> touched = new TreeSet<>();
            session.forEach(event -> touched.add(number(event.at())));
            long begun = number(first);
            add(sums, value, begun, "begun", 1);
            add(sums, value, begun, "length", last - first);
            add(sums, value, begun, "events", session.size());
            add(sums, value, begun, "bounces", session.size() == 1 ? 1 : 0);
            for (long interval : plan.daily() ? touched : Set.of(begun)) {
                add(sums, value, interval, "count", 1);
            }
        }
    }

    private void add(Map<String, Long> sums, int value, long interval, String what, long number) {
        sums.merge(interval + " " + what, number, Long::sum);
        if (plan.breakdown() != Breakdown.NONE) {
            sums.merge(value + ": " + interval + " " + what, number, Long::sum);
        }
    }
}
