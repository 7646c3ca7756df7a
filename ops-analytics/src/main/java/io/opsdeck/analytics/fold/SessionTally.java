package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.List;

/** Sums of sessions per interval, over all and per value; 40 bytes per interval and value. */
public final class SessionTally implements FoldTally<SessionFold, SessionTally> {

    /** The code of the group that holds every value outside of those that were asked for. */
    public static final int OTHER = ValueRows.OTHER;

    /** The figures of all sessions or of one value, by interval. */
    public static final class Group {
        private final long[] count;
        private final long[] begun;
        private final long[] length;
        private final long[] events;
        private final long[] bounces;

        private Group(int intervals) {
            count = new long[intervals];
            begun = new long[intervals];
            length = new long[intervals];
            events = new long[intervals];
            bounces = new long[intervals];
        }

        /** Sessions in the interval; with a daily plan each counts in every interval it touches. */
        public long count(int interval) {
            return count[interval];
        }

        /** Sessions that began in the interval: what length, events and bounces belong to. */
        public long begun(int interval) {
            return begun[interval];
        }

        /** Sum of their lengths in milliseconds. */
        public long length(int interval) {
            return length[interval];
        }

        public long events(int interval) {
            return events[interval];
        }

        /** How many of them had a single event. */
        public long bounces(int interval) {
            return bounces[interval];
        }

        /** NaN where no session began. */
        public double meanSeconds(int interval) {
            return length[interval] / 1000.0 / begun[interval];
        }

        /** NaN where no session began. */
        public double bounceRate(int interval) {
            return bounces[interval] / (double) begun[interval];
        }

        private void merge(Group other) {
            for (int i = 0; i < count.length; i++) {
                count[i] += other.count[i];
                begun[i] += other.begun[i];
                length[i] += other.length[i];
                events[i] += other.events[i];
                bounces[i] += other.bounces[i];
            }
        }
    }

    private final SessionPlan plan;
    private final Group overall;
    private final ValueRows rows;
    private final List<Group> groups = new ArrayList<>();

    public SessionTally(SessionPlan plan) {
        this(plan, new ValueRows());
    }

    /** Counts these values and, as {@link #OTHER}, all the rest. */
    public static SessionTally ofValues(SessionPlan plan, int... kept) {
        return new SessionTally(plan, ValueRows.fixed(kept));
    }

    private SessionTally(SessionPlan plan, ValueRows rows) {
        this.plan = plan;
        this.rows = rows;
        overall = new Group(plan.intervals().size());
    }

    @Override
    public void add(SessionFold fold) {
        boolean split = plan.breakdown() != Breakdown.NONE;
        for (int s = 0; s < fold.sessions(); s++) {
            add(overall, fold, s);
            if (split) {
                add(group(rows.row(fold.code(s))), fold, s);
            }
        }
        for (int p = 0; p < fold.pieces(); p++) {
            overall.count[fold.pieceInterval(p)]++;
            if (split) {
                group(rows.row(fold.pieceCode(p))).count[fold.pieceInterval(p)]++;
            }
        }
    }

    private static void add(Group group, SessionFold fold, int session) {
        int interval = fold.interval(session);
        group.begun[interval]++;
        group.length[interval] += fold.length(session);
        group.events[interval] += fold.events(session);
        group.bounces[interval] += fold.events(session) == 1 ? 1 : 0;
    }

    private Group group(int row) {
        while (groups.size() <= row) {
            groups.add(new Group(plan.intervals().size()));
        }
        return groups.get(row);
    }

    @Override
    public long bytes() {
        return 40L * plan.intervals().size() * (groups.size() + 1);
    }

    @Override
    public void merge(SessionTally other) {
        overall.merge(other.overall);
        for (int row = 0; row < other.groups.size(); row++) {
            group(rows.row(other.rows.code(row))).merge(other.groups.get(row));
        }
    }

    public Group overall() {
        return overall;
    }

    /** The values that were seen, in no particular order. */
    public int[] values() {
        return rows.codes();
    }

    /** The figures of a value, all zero where it was not seen. */
    public Group of(int code) {
        int row = rows.find(code);
        return row < 0 || row >= groups.size() ? new Group(plan.intervals().size()) : groups.get(row);
    }
}
