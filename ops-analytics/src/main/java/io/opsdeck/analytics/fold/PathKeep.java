package io.opsdeck.analytics.fold;

/** The nodes that are drawn by themselves; all others are {@link PathFold#OTHER}, step by step. */
public final class PathKeep {

    private final PairRows kept = new PairRows();
    private final int dropped;

    PathKeep(PathTally tally, double minShare) {
        int count = 0;
        double least = minShare * tally.persons();
        for (int node = 0; node < tally.nodes(); node++) {
            if (tally.people(node) >= least) {
                kept.row(tally.step(node), tally.code(node));
            } else {
                count++;
            }
        }
        dropped = count;
    }

    /** Whether every node is kept, so that no second pass is needed. */
    public boolean keepsAll() {
        return dropped == 0;
    }

    boolean keeps(int step, int code) {
        return kept.find(step, code) >= 0;
    }
}
