package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.RetentionPlan.Bracket;
import io.opsdeck.analytics.fold.RetentionPlan.Clock;
import io.opsdeck.analytics.fold.RetentionPlan.Cohort;
import io.opsdeck.analytics.fold.RetentionPlan.Mode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Retention by its definition: every cell asks every pair of a start and a return. */
class RetentionReference {

    final RetentionPlan plan;
    final LocalCalendar calendar;

    RetentionReference(RetentionPlan plan, LocalCalendar calendar) {
        this.plan = plan;
        this.calendar = calendar;
    }

    /** The cells a person is in, as "cohort/column"; the column after the last one says "returned at once". */
    Set<String> cells(List<Event> events) {
        Set<String> cells = new TreeSet<>();
        for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
            int start = start(events, cohort);
            if (start < 0) {
                continue;
            }
            cells.add(cohort + "/0");
            if (plan.startIsReturn() || returned(events, cohort, start, 0, 0)) {
                cells.add(cohort + "/" + (plan.columns() + 1));
            }
            for (int column = 1; column <= plan.columns(); column++) {
                if (column(events, cohort, start, column)) {
                    cells.add(cohort + "/" + column);
                }
            }
        }
        return cells;
    }

    private boolean column(List<Event> events, int cohort, int start, int column) {
        if (plan.brackets().isEmpty()) {
            int last = plan.mode() == Mode.ON ? column : Integer.MAX_VALUE;
            return returned(events, cohort, start, column, last);
        }
        Bracket bracket = plan.brackets().get(column - 1);
        return returned(events, cohort, start, bracket.from(), bracketEnd(bracket))
                || bracket.from() == 0 && plan.startIsReturn();
    }

    int bracketEnd(Bracket bracket) {
        return bracket.to();
    }

    private int start(List<Event> events, int cohort) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).is(plan.startMask())) {
                if (cohort(events.get(i).at()) == cohort) {
                    return i;
                }
                if (plan.cohort() == Cohort.FIRST && knows(events.get(i))) {
                    return -1;
                }
            }
        }
        return -1;
    }

    boolean knows(Event earlier) {
        return true;
    }

    private long cohort(long at) {
        boolean counts = at >= plan.cohorts().from() && at < plan.cohorts().to();
        return counts ? calendar.number(at) - calendar.number(plan.cohorts().start(0)) : -1;
    }

    private boolean returned(List<Event> events, int cohort, int start, int from, int to) {
        for (int i = 0; i < events.size(); i++) {
            if (!events.get(i).is(plan.returnMask())) {
                continue;
            }
            long period = period(cohort, events.get(start).at(), events.get(i).at());
            if (period >= from && period <= to && (period > 0 || isAfter(i, start))) {
                return true;
            }
        }
        return false;
    }

    boolean isAfter(int index, int start) {
        return index > start;
    }

    long period(int cohort, long start, long at) {
        return plan.clock() == Clock.CALENDAR
                ? calendar.number(at) - calendar.number(plan.cohorts().start(0)) - cohort
                : Math.floorDiv(at - start, plan.cohorts().unit().millis());
    }
}
