package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PathFoldTest {

    private static final long MINUTE = 60_000;
    private static final int ANY = 1;
    private static final int START = 2;
    private static final int END = 4;
    private static final int ROUNDS = 8_000;
    private static final int PERSONS = 4;

    @Test
    void aRunOfTheSameNodeIsOneNodeAtItsFirstEvent() {
        PathTally tally = tally(plan(0, 0, 4), "1@0 1@5 2@7 3@8");
        assertThat(nodes(tally)).containsExactly("1:1 1", "2:2 1", "3:3 1");
        assertThat(edges(tally)).containsExactly("1:1>2 1 1 420.0", "2:2>3 1 1 60.0");
    }

    @Test
    void aGapBeginsANewPath() {
        PathTally tally = tally(plan(0, 0, 4), "1@0 2@29 1@59 2@60");
        assertThat(nodes(tally)).containsExactly("1:1 1", "2:2 1");
        assertThat(edges(tally)).containsExactly("1:1>2 1 2 900.0");
    }

    @Test
    void aStartLeavesOutWhatWasBeforeAndTheDepthWhatComesLater() {
        PathTally tally = tally(plan(START, 0, 2), "1@0 5s@1 3@2 4@3");
        assertThat(nodes(tally)).containsExactly("1:5 1", "2:3 1");
        assertThat(tally(plan(START, 0, 2), "1@0 3@2").nodes()).isZero();
    }

    @Test
    void anEndIsAlwaysTheLastStep() {
        PathTally tally = tally(plan(0, END, 3), "1@0 2@1 3@2 9e@3 4@4");
        assertThat(nodes(tally)).containsExactly("1:2 1", "2:3 1", "3:9 1");
        assertThat(nodes(tally(plan(0, END, 3), "3@2 9e@3"))).containsExactly("2:3 1", "3:9 1");
    }

    @Test
    void startAndEndTogetherNeedBothInThisOrder() {
        assertThat(nodes(tally(plan(START, END, 4), "9e@0 5s@1 3@2 9e@3 4@4")))
                .containsExactly("1:5 1", "2:3 1", "3:9 1");
        assertThat(tally(plan(START, END, 4), "9e@0 5s@1").nodes()).isZero();
    }

    @Test
    void rareNodesAreMergedAndTheirPeopleCountedOnce() {
        PathPlan plan = plan(0, 0, 4);
        var fold = new PathFold(plan);
        var first = new PathTally();
        List<List<Event>> people =
                List.of(events("1@0 2@1"), events("1@0 2@1"), events("1@0 2@1"), events("1@0 3@1 4@100 1@200 4@201"));
        for (int p = 0; p < people.size(); p++) {
            fold.fold(Event.slice(plan.needs(), p, people.get(p)));
            first.add(fold);
        }
        PathKeep keep = first.keep(0.5);
        assertThat(keep.keepsAll()).isFalse();
        assertThat(first.keep(0.25).keepsAll()).isTrue();
        var merged = new PathFold(plan, keep);
        var second = new PathTally();
        for (int p = 0; p < people.size(); p++) {
            merged.fold(Event.slice(plan.needs(), p, people.get(p)));
            second.add(merged);
        }
        assertThat(nodes(second)).containsExactly("1:-1 1", "1:1 4", "2:-1 1", "2:2 3");
        assertThat(edges(second)).containsExactly("1:1>-1 1 2 60.0", "1:1>2 3 3 60.0");
        assertThat(merged.passes(2, PathFold.OTHER)).isTrue();
        assertThat(merged.goes(1, 1, PathFold.OTHER)).isTrue();
        assertThat(merged.goes(1, 1, 3)).isFalse();
    }

    @Test
    void theFoldAgreesWithTheDefinition() {
        var coverage = new Coverage("paths");
        for (int seed = 0; seed < ROUNDS; seed++) {
            var round = new Round(seed);
            assertThat(round.difference(new PathReference(round.plan), UnaryOperator.identity()))
                    .as("seed %d, %s, %s", seed, round.plan, round.people)
                    .isNull();
            round.record(coverage);
        }
        coverage.demand(
                100,
                "step 1",
                "step 2",
                "step 3",
                "step 4",
                "start",
                "end",
                "start and end",
                "neither",
                "two paths",
                "gap exactly hit",
                "collapsed",
                "cut by depth",
                "ignored event",
                "outside of the range",
                "tie",
                "merged rest",
                "empty slice");
    }

    /** Bugs as they happen; the harness has to find each. */
    enum Bug {
        GAP_LONG_BY_ONE {
            @Override
            PathReference reference(PathPlan plan) {
                return new PathReference(plan) {
                    @Override
                    boolean continues(long before, long at) {
                        return at - before <= plan.gap();
                    }
                };
            }
        },
        RUNS_NOT_COLLAPSED {
            @Override
            PathReference reference(PathPlan plan) {
                return new PathReference(plan) {
                    @Override
                    boolean isRun(int before, int now) {
                        return false;
                    }
                };
            }
        },
        DEPTH_LONG_BY_ONE {
            @Override
            PathReference reference(PathPlan plan) {
                return new PathReference(plan) {
                    @Override
                    int depth() {
                        return plan.depth() + 1;
                    }
                };
            }
        },
        START_USED_AS_END {
            @Override
            PathReference reference(PathPlan plan) {
                return new PathReference(plan) {
                    @Override
                    int afterStart() {
                        return 0;
                    }
                };
            }
        },
        RANGE_END_INCLUSIVE {
            @Override
            PathReference reference(PathPlan plan) {
                return new PathReference(plan) {
                    @Override
                    boolean inRange(long at) {
                        return at >= plan.from() && at <= plan.to();
                    }
                };
            }
        },
        TIES_IN_WRONG_ORDER {
            @Override
            List<Event> events(List<Event> events) {
                List<Event> turned = new ArrayList<>(events);
                java.util.Collections.reverse(turned);
                turned.sort(Comparator.comparingLong(Event::at));
                return turned;
            }
        },
        PEOPLE_COUNTED_PER_PATH {
            @Override
            PathReference reference(PathPlan plan) {
                return new PathReference(plan) {
                    @Override
                    boolean isFirst(Set<String> seen, String what) {
                        return true;
                    }
                };
            }
        };

        List<Event> events(List<Event> events) {
            return events;
        }

        PathReference reference(PathPlan plan) {
            return new PathReference(plan);
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsCaught(Bug bug) {
        Planted.isCaught("paths", bug, ROUNDS, seed -> {
            var round = new Round(seed);
            return round.difference(bug.reference(round.plan), bug::events);
        });
    }

    private static final class Round {

        private final Random random;
        final PathPlan plan;
        final List<List<Event>> people = new ArrayList<>();

        Round(int seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            plan = new PathPlan(
                    ANY,
                    random.nextBoolean() ? START : 0,
                    random.nextBoolean() ? END : 0,
                    1 + random.nextInt(5),
                    (2 + random.nextInt(4)) * MINUTE,
                    random.nextInt(3) * MINUTE,
                    (12 + random.nextInt(12)) * MINUTE);
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = new ArrayList<>();
                for (int count = random.nextInt(12); count > 0; count--) {
                    int bits = (random.nextInt(8) == 0 ? 0 : ANY)
                            | (random.nextInt(4) == 0 ? START : 0)
                            | (random.nextInt(4) == 0 ? END : 0);
                    events.add(Event.of(random.nextInt(26) * MINUTE, bits == 0 ? START : bits, random.nextInt(4)));
                }
                events.sort(Comparator.comparingLong(Event::at));
                people.add(events);
            }
        }

        @Nullable
        String difference(PathReference reference, UnaryOperator<List<Event>> changed) {
            PathTally tally = tally(new PathFold(plan), changed);
            Map<String, Long> all = reference.sums(people, Set.of());
            if (!all.equals(sums(tally))) {
                return "expected " + all + ", is " + sums(tally);
            }
            long persons = people.stream()
                    .filter(person -> !reference.paths(person).isEmpty())
                    .count();
            if (tally.persons() != persons) {
                return "expected " + persons + " persons";
            }
            Set<String> kept = kept(all, persons);
            if (kept.isEmpty()) {
                return null;
            }
            Map<String, Long> merged = reference.sums(people, kept);
            PathTally second = tally(new PathFold(plan, tally.keep(0.5)), changed);
            return merged.equals(sums(second)) ? null : "merged, expected " + merged + ", is " + sums(second);
        }

        Set<String> kept(Map<String, Long> sums, long persons) {
            Set<String> kept = new TreeSet<>();
            sums.forEach((what, number) -> {
                if (!what.contains(">") && number >= 0.5 * persons) {
                    kept.add(what.substring(0, what.indexOf(' ')));
                }
            });
            return kept;
        }

        private PathTally tally(PathFold fold, UnaryOperator<List<Event>> changed) {
            var slice = new PersonSlice(plan.needs());
            var tallies = List.of(new PathTally(), new PathTally());
            for (int p = 0; p < PERSONS; p++) {
                Event.fill(slice, plan.needs(), p, changed.apply(people.get(p)));
                fold.fold(slice);
                tallies.get(p % 2).add(fold);
            }
            tallies.get(0).merge(tallies.get(1));
            return tallies.get(0);
        }

        private static Map<String, Long> sums(PathTally tally) {
            Map<String, Long> sums = new TreeMap<>();
            for (int node = 0; node < tally.nodes(); node++) {
                sums.put(tally.step(node) + ":" + tally.code(node) + " people", tally.people(node));
            }
            for (int edge = 0; edge < tally.edges(); edge++) {
                int from = tally.edgeFrom(edge);
                int to = tally.edgeTo(edge);
                String name = tally.step(from) + ":" + tally.code(from) + ">" + tally.step(to) + ":" + tally.code(to);
                sums.put(name + " people", tally.edgePeople(edge));
                sums.put(name + " count", tally.edgeCount(edge));
                sums.put(name + " millis", Math.round(tally.edgeMeanSeconds(edge) * 1000 * tally.edgeCount(edge)));
            }
            return sums;
        }

        void record(Coverage coverage) {
            var reference = new PathReference(plan);
            Set<String> seen = new TreeSet<>();
            for (List<Event> person : people) {
                seen.add(person.isEmpty() ? "empty slice" : "events");
                List<List<PathReference.Node>> paths = reference.paths(person);
                seen.add(paths.size() > 1 ? "two paths" : "fewer");
                for (List<PathReference.Node> path : paths) {
                    path.forEach(node -> seen.add("step " + node.step()));
                    seen.add(
                            plan.startMask() == 0
                                    ? plan.endMask() == 0 ? "neither" : "end"
                                    : plan.endMask() == 0 ? "start" : "start and end");
                }
                for (List<Event> session : reference.sessions(person)) {
                    List<Event> nodes = reference.nodes(session);
                    seen.add(nodes.size() < session.size() ? "collapsed" : "no run");
                    seen.add(nodes.size() > plan.depth() ? "cut by depth" : "whole");
                }
                for (int i = 0; i < person.size(); i++) {
                    seen.add(person.get(i).is(ANY) ? "counted event" : "ignored event");
                    seen.add(reference.inRange(person.get(i).at()) ? "in the range" : "outside of the range");
                    if (i > 0) {
                        long gap = person.get(i).at() - person.get(i - 1).at();
                        seen.add(gap == plan.gap() ? "gap exactly hit" : "other gap");
                        seen.add(gap == 0 ? "tie" : "no tie");
                    }
                }
            }
            Map<String, Long> all = reference.sums(people, Set.of());
            Set<String> kept = kept(all, PERSONS);
            long nodes =
                    all.keySet().stream().filter(what -> !what.contains(">")).count();
            seen.add(!kept.isEmpty() && kept.size() < nodes ? "merged rest" : "nothing merged");
            seen.forEach(coverage::saw);
        }
    }

    private static PathPlan plan(int start, int end, int depth) {
        return new PathPlan(ANY, start, end, depth, 30 * MINUTE, 0, 1_000 * MINUTE);
    }

    private static PathTally tally(PathPlan plan, String events) {
        var fold = new PathFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events(events)));
        var tally = new PathTally();
        tally.add(fold);
        return tally;
    }

    private static List<String> nodes(PathTally tally) {
        List<String> nodes = new ArrayList<>();
        for (int node = 0; node < tally.nodes(); node++) {
            nodes.add(tally.step(node) + ":" + tally.code(node) + " " + tally.people(node));
        }
        nodes.sort(Comparator.naturalOrder());
        return nodes;
    }

    private static List<String> edges(PathTally tally) {
        List<String> edges = new ArrayList<>();
        for (int edge = 0; edge < tally.edges(); edge++) {
            edges.add(tally.step(tally.edgeFrom(edge)) + ":" + tally.code(tally.edgeFrom(edge)) + ">"
                    + tally.code(tally.edgeTo(edge)) + " " + tally.edgePeople(edge) + " " + tally.edgeCount(edge) + " "
                    + tally.edgeMeanSeconds(edge));
        }
        edges.sort(Comparator.naturalOrder());
        return edges;
    }

    /** {@code "5s@1"}: node 5 at minute 1, a start; e is an end. */
    private static List<Event> events(String text) {
        List<Event> events = new ArrayList<>();
        for (String event : text.split(" ")) {
            String node = event.substring(0, event.indexOf('@'));
            int bits = ANY | (node.endsWith("s") ? START : 0) | (node.endsWith("e") ? END : 0);
            int code = Integer.parseInt(node.replaceAll("[se]", ""));
            events.add(Event.of(Long.parseLong(event.substring(event.indexOf('@') + 1)) * MINUTE, bits, code));
        }
        return events;
    }
}
