package io.opsdeck.analytics.fold;

/** The number of distinct intervals in which one person is active: one pass, a comparison per event, no memory. */
public final class StickinessFold implements PersonFold {

    private final StickinessPlan plan;
    private int person;
    private int active;

    public StickinessFold(StickinessPlan plan) {
        this.plan = plan;
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    /** In how many intervals the person was active. */
    public int active() {
        return active;
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        active = 0;
        Intervals intervals = plan.intervals();
        long from = intervals.from();
        long to = intervals.to();
        int mask = plan.mask();
        for (int i = 0; i < slice.size; i++) {
            long time = slice.at[i];
            if (time < from || (slice.bits[i] & mask) == 0) {
                continue;
            }
            if (time >= to) {
                return;
            }
            active++;
            from = intervals.end(intervals.indexOf(time));
        }
    }
}
