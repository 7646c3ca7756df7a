package io.opsdeck.analytics.fold;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Paths as lists of nodes, built by copying and cutting lists. */
class PathReference {

    record Node(int step, int code, long at) {}

    final PathPlan plan;

    PathReference(PathPlan plan) {
        this.plan = plan;
    }

    boolean continues(long before, long at) {
        return at - before < plan.gap();
    }

    boolean isRun(int before, int now) {
        return before == now;
    }

    int depth() {
        return plan.depth();
    }

    int afterStart() {
        return 1;
    }

    boolean inRange(long at) {
        return at >= plan.from() && at < plan.to();
    }

    boolean isFirst(Set<String> seen, String what) {
        return seen.add(what);
    }

    final List<List<Event>> sessions(List<Event> events) {
        List<List<Event>> sessions = new ArrayList<>();
        for (Event event : events) {
            if (!event.is(plan.mask()) || !inRange(event.at())) {
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

    private static int first(List<Event> events, int mask, int from) {
        for (int i = from; i < events.size(); i++) {
            if (events.get(i).is(mask)) {
                return i;
            }
        }
        return -1;
    }

    final List<Event> nodes(List<Event> events) {
        List<Event> nodes = new ArrayList<>();
        for (Event event : events) {
            if (nodes.isEmpty() || !isRun(nodes.get(nodes.size() - 1).value(), event.value())) {
                nodes.add(event);
            }
        }
        return nodes;
    }

    final List<Node> path(List<Event> session) {
        boolean started = plan.startMask() != 0;
        boolean ended = plan.endMask() != 0;
        int start = started ? first(session, plan.startMask(), 0) : 0;
        if (start < 0) {
            return List.of();
        }
        int end = ended ? first(session, plan.endMask(), started ? start + afterStart() : 0) : session.size() - 1;
        if (end < 0) {
            return List.of();
        }
        List<Event> nodes = nodes(session.subList(start, end + 1));
        int surplus = Math.max(0, nodes.size() - depth());
        boolean backward = ended && !started;
        List<Event> kept = backward ? nodes.subList(surplus, nodes.size()) : nodes.subList(0, nodes.size() - surplus);
        List<Node> path = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            int step = backward ? depth() - kept.size() + i + 1 : i + 1;
            path.add(new Node(step, kept.get(i).value(), kept.get(i).at()));
        }
        return path;
    }

    final List<List<Node>> paths(List<Event> events) {
        return sessions(events).stream()
                .map(this::path)
                .filter(path -> !path.isEmpty())
                .toList();
    }

    /** Sums of people, transitions and milliseconds by node and edge. */
    final Map<String, Long> sums(List<List<Event>> people, Set<String> kept) {
        Map<String, Long> sums = new TreeMap<>();
        for (List<Event> person : people) {
            Set<String> seen = new HashSet<>();
            for (List<Node> path : paths(person)) {
                for (int i = 0; i < path.size(); i++) {
                    String node = name(path.get(i), kept);
                    if (isFirst(seen, node)) {
                        sums.merge(node + " people", 1L, Long::sum);
                    }
                    if (i > 0) {
                        String edge = name(path.get(i - 1), kept) + ">" + node;
                        if (isFirst(seen, edge)) {
                            sums.merge(edge + " people", 1L, Long::sum);
                        }
                        sums.merge(edge + " count", 1L, Long::sum);
                        sums.merge(
                                edge + " millis",
                                path.get(i).at() - path.get(i - 1).at(),
                                Long::sum);
                    }
                }
            }
        }
        return sums;
    }

    private static String name(Node node, Set<String> kept) {
        String name = node.step() + ":" + node.code();
        return kept.isEmpty() || kept.contains(name) ? name : node.step() + ":" + PathFold.OTHER;
    }
}
