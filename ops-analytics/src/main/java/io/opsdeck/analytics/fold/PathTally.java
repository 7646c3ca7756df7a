package io.opsdeck.analytics.fold;

import java.util.Arrays;

/**
 * Nodes and edges of all paths: hash tables from (step, node) and (node, node) to rows of counters. A person counts once
 * per node and edge, by the ordinal noted last. About 40 bytes per node, 56 per edge.
 */
public final class PathTally implements FoldTally<PathFold, PathTally> {

    private final PairRows nodes = new PairRows();
    private final PairRows edges = new PairRows();
    private long persons;
    private long[] nodePeople = new long[16];
    private int[] nodeLast = new int[16];
    private long[] edgePeople = new long[16];
    private int[] edgeLast = new int[16];
    private long[] edgeCount = new long[16];
    private long[] edgeMillis = new long[16];

    @Override
    public void add(PathFold fold) {
        if (fold.size() == 0) {
            return;
        }
        persons++;
        int mark = fold.person() + 1;
        int before = -1;
        for (int i = 0; i < fold.size(); i++) {
            int node = node(fold.step(i), fold.code(i));
            if (nodeLast[node] != mark) {
                nodeLast[node] = mark;
                nodePeople[node]++;
            }
            if (fold.isLinked(i)) {
                int edge = edge(before, node);
                if (edgeLast[edge] != mark) {
                    edgeLast[edge] = mark;
                    edgePeople[edge]++;
                }
                edgeCount[edge]++;
                edgeMillis[edge] += fold.at(i) - fold.at(i - 1);
            }
            before = node;
        }
    }

    private int node(int step, int code) {
        int row = nodes.row(step, code);
        if (row == nodePeople.length) {
            nodePeople = Arrays.copyOf(nodePeople, row * 2);
            nodeLast = Arrays.copyOf(nodeLast, row * 2);
        }
        return row;
    }

    private int edge(int from, int to) {
        int row = edges.row(from, to);
        if (row == edgePeople.length) {
            edgePeople = Arrays.copyOf(edgePeople, row * 2);
            edgeLast = Arrays.copyOf(edgeLast, row * 2);
            edgeCount = Arrays.copyOf(edgeCount, row * 2);
            edgeMillis = Arrays.copyOf(edgeMillis, row * 2);
        }
        return row;
    }

    @Override
    public void merge(PathTally other) {
        persons += other.persons;
        int[] mine = new int[other.nodes()];
        for (int i = 0; i < mine.length; i++) {
            mine[i] = node(other.step(i), other.code(i));
            nodePeople[mine[i]] += other.nodePeople[i];
        }
        for (int i = 0; i < other.edges(); i++) {
            int edge = edge(mine[other.edgeFrom(i)], mine[other.edgeTo(i)]);
            edgePeople[edge] += other.edgePeople[i];
            edgeCount[edge] += other.edgeCount[i];
            edgeMillis[edge] += other.edgeMillis[i];
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
        return nodePeople[node];
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
        return edgePeople[edge];
    }

    /** Transitions. */
    public long edgeCount(int edge) {
        return edgeCount[edge];
    }

    /** Mean time from the first event of one node to the first event of the next. */
    public double edgeMeanSeconds(int edge) {
        return edgeMillis[edge] / 1000.0 / edgeCount[edge];
    }
}
