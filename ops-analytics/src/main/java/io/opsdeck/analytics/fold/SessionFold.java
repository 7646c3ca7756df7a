package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * The sessions of one person that touch the intervals: one pass; 28 bytes per session and, for daily counts, 8 per day a
 * session touches.
 */
public final class SessionFold implements PersonFold {

    private final SessionPlan plan;
    private int person;
    private int sessions;
    private int[] interval = new int[8];
    private int[] code = new int[8];
    private long[] start = new long[8];
    private long[] end = new long[8];
    private int[] events = new int[8];
    private int pieces;
    private int[] pieceInterval = new int[8];
    private int[] pieceCode = new int[8];

    public SessionFold(SessionPlan plan) {
        this.plan = plan;
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    /** Sessions that began within the intervals. */
    public int sessions() {
        return sessions;
    }

    /** The interval in which the session began. */
    public int interval(int session) {
        return interval[session];
    }

    public int code(int session) {
        return code[session];
    }

    public long length(int session) {
        return end[session] - start[session];
    }

    public int events(int session) {
        return events[session];
    }

    int pieces() {
        return pieces;
    }

    int pieceInterval(int piece) {
        return pieceInterval[piece];
    }

    int pieceCode(int piece) {
        return pieceCode[piece];
    }

    /** Whether a session counts in this interval. */
    public boolean hasSession(int at) {
        for (int p = 0; p < pieces; p++) {
            if (pieceInterval[p] == at) {
                return true;
            }
        }
        return false;
    }

    /** The same with this value. */
    public boolean hasSession(int value, int at) {
        for (int p = 0; p < pieces; p++) {
            if (pieceInterval[p] == at && pieceCode[p] == value) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        sessions = 0;
        pieces = 0;
        Intervals intervals = plan.intervals();
        int mask = plan.mask();
        long last = Long.MIN_VALUE / 2;
        int value = 0;
        boolean inside = false;
        long pieceEnd = Long.MIN_VALUE;
        for (int i = 0; i < slice.size; i++) {
            if ((slice.bits[i] & mask) == 0) {
                continue;
            }
            long time = slice.at[i];
            boolean begins = time - last >= plan.gap();
            last = time;
            if (begins) {
                if (time >= intervals.to()) {
                    return;
                }
                value = plan.breakdown() == Breakdown.EVENT ? slice.value[i] : slice.trait;
                inside = time >= intervals.from();
                pieceEnd = Long.MIN_VALUE;
                if (inside) {
                    begin(intervals.indexOf(time), value, time);
                }
            }
            if (inside) {
                end[sessions - 1] = time;
                events[sessions - 1]++;
            }
            if (time >= pieceEnd && (begins ? inside : plan.daily())) {
                int index = intervals.indexOf(time);
                if (index >= 0) {
                    addPiece(index, value);
                    pieceEnd = intervals.end(index);
                }
            }
        }
    }

    private void begin(int index, int value, long time) {
        if (sessions == interval.length) {
            interval = Arrays.copyOf(interval, sessions * 2);
            code = Arrays.copyOf(code, sessions * 2);
            start = Arrays.copyOf(start, sessions * 2);
            end = Arrays.copyOf(end, sessions * 2);
            events = Arrays.copyOf(events, sessions * 2);
        }
        interval[sessions] = index;
        code[sessions] = value;
        start[sessions] = time;
        events[sessions++] = 0;
    }

    private void addPiece(int index, int value) {
        if (pieces == pieceInterval.length) {
            pieceInterval = Arrays.copyOf(pieceInterval, pieces * 2);
            pieceCode = Arrays.copyOf(pieceCode, pieces * 2);
        }
        pieceInterval[pieces] = index;
        pieceCode[pieces++] = value;
    }
}
