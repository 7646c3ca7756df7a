package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Nodes and edges of all paths: hash tables from (step, node) and (node, node) to rows, whose counters lie side by side, two
 * longs for a node and four for an edge. A person counts once per node and edge, by the ordinal noted last; that is written
 * without a branch, which nobody could predict. About 40 bytes per node, 56 per edge.
 */
public final class PathTally implements FoldTally<PathFold, PathTally> {

    private static final int LAST = 0;
    private static final int PEOPLE = 1;
    private static final int COUNT = 2;
    private static final int MILLIS = 3;

    private final PairRows nodes = new PairRows();
    private final PairRows edges = new PairRows();
    private long persons;
    private long[] nodeCounters = new long[64];
    private long[] edgeCounters = new long[64];

    @Override
    public void add(PathFold fold) {
        int size = fold.size();
        if (size == 0) {
            return;
        }
        persons++;
        long mark = fold.person() + 1L;
        int before = -1;
        for (int i = 0; i < size; i++) {
            int row = nodes.row(fold.step(i), fold.code(i));
            long[] counters = roomForNode(row);
            int n = row * 2;
            counters[n + PEOPLE] += counters[n + LAST] == mark ? 0 : 1;
            counters[n + LAST] = mark;
            if (fold.isLinked(i)) {
                int link = edges.row(before, row);
                counters = roomForEdge(link);
                int e = link * 4;
                counters[e + PEOPLE] += counters[e + LAST] == mark ? 0 : 1;
                counters[e + LAST] = mark;
                counters[e + COUNT]++;
                counters[e + MILLIS] += fold.at(i) - fold.at(i - 1);
            }
            before = row;
        }
    }

    private long[] roomForNode(int row) {
        if (row * 2 == nodeCounters.length) {
            nodeCounters = Arrays.copyOf(nodeCounters, row * 4);
        }
        return nodeCounters;
    }

    private long[] roomForEdge(int row) {
        if (row * 4 == edgeCounters.length) {
            edgeCounters = Arrays.copyOf(edgeCounters, row * 8);
        }
        return edgeCounters;
    }

    @Override
    public long bytes() {
        return 40L * nodes.size() + 56L * edges.size();
    }

    @Override
    public void merge(PathTally other) {
        persons += other.persons;
        int[] mine = new int[other.nodes()];
        for (int i = 0; i < mine.length; i++) {
            mine[i] = nodes.row(other.step(i), other.code(i));
            roomForNode(mine[i])[mine[i] * 2 + PEOPLE] += other.people(i);
        }
        for (int i = 0; i < other.edges(); i++) {
            int link = edges.row(mine[other.edgeFrom(i)], mine[other.edgeTo(i)]);
            long[] counters = roomForEdge(link);
            for (int field = PEOPLE; field <= MILLIS; field++) {
                counters[link * 4 + field] += other.edgeCounters[i * 4 + field];
            }
        }
    }

    /** Which nodes are on the paths of at least this share of the persons; a second pass with it merges the rest. */
    public PathKeep keep(double minShare) {
        return new PathKeep(this, minShare);
    }

    /** Persons with a path. */
    public long persons() {
        return persons;
    }

    public int nodes() {
        return nodes.size();
    }

    /** The node's step, from 1 on. */
    public int step(int node) {
        return nodes.first(node);
    }

    /** The node's value, or {@link PathFold#OTHER}. */
    public int code(int node) {
        return nodes.second(node);
    }

    public long people(int node) {
        return nodeCounters[node * 2 + PEOPLE];
    }

    public int edges() {
        return edges.size();
    }

    /** The node an edge comes from; its step is the edge's step. */
    public int edgeFrom(int edge) {
        return edges.first(edge);
    }

    public int edgeTo(int edge) {
        return edges.second(edge);
    }

    public long edgePeople(int edge) {
        return edgeCounters[edge * 4 + PEOPLE];
    }

    /** Transitions. */
    public long edgeCount(int edge) {
        return edgeCounters[edge * 4 + COUNT];
    }

    /** Mean time from the first event of one node to the first event of the next. */
    public double edgeMeanSeconds(int edge) {
        return edgeCounters[edge * 4 + MILLIS] / 1000.0 / edgeCount(edge);
    }
}
