package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.fold.FunnelPlan.Attribution;
import io.opsdeck.analytics.fold.FunnelPlan.Count;
import io.opsdeck.analytics.fold.FunnelPlan.Exclusion;
import io.opsdeck.analytics.fold.FunnelPlan.ExclusionMode;
import io.opsdeck.analytics.fold.FunnelPlan.Order;
import io.opsdeck.analytics.fold.FunnelPlan.Step;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands of small funnels against {@link FunnelReference}; then the same with planted bugs, each of which must show. */
class FunnelRandomTest {

    private static final long HOUR = 3_600_000;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final long BASE = Instant.parse("2025-10-26T15:00:00Z").toEpochMilli();
    private static final int ROUNDS = 18_000;
    private static final int PERSONS = 3;

    @Test
    void theFoldAgreesWithTheDefinition() {
        var coverage = new Coverage("funnel");
        for (int seed = 0; seed < ROUNDS; seed++) {
            var round = new Round(seed);
            assertThat(round.difference(round.plan, UnaryOperator.identity(), new FunnelReference(round.plan)))
                    .as("seed %d, %s, %s", seed, round.plan, round.people)
                    .isNull();
            round.record(coverage);
        }
        coverage.demand(
                80,
                "SEQUENTIAL step 1",
                "SEQUENTIAL step 2",
                "SEQUENTIAL step 3",
                "SEQUENTIAL step 4",
                "STRICT step 1",
                "STRICT step 2",
                "STRICT step 3",
                "ANY step 1",
                "ANY step 2",
                "ANY step 3",
                "ANY step 4",
                "plain converted",
                "gap decided",
                "exclusion by PERSON",
                "exclusion by CHAIN",
                "optional recorded",
                "optional with gap recorded",
                "TOTAL with two attempts",
                "FIRST with values",
                "LAST with values",
                "ALL with values",
                "STEP with values",
                "STEP with several values",
                "PROFILE with values",
                "no value",
                "window exactly hit",
                "tie used",
                "entry in the 25th hour of a day",
                "ended after the range",
                "empty slice",
                "rest counted once");
    }

    /** Bugs as they happen; the harness has to find each. */
    enum Bug {
        WINDOW_SHORT_BY_ONE {
            @Override
            FunnelPlan plan(FunnelPlan plan) {
                return plan.window() == 0
                        ? plan
                        : change(plan, plan.window() - 1, plan.from(), plan.steps(), plan.entries());
            }
        },
        WINDOW_LONG_BY_AN_HOUR {
            @Override
            FunnelPlan plan(FunnelPlan plan) {
                return change(plan, plan.window() + HOUR, plan.from(), plan.steps(), plan.entries());
            }
        },
        ENTRY_AT_THE_START_OF_THE_RANGE_LOST {
            @Override
            FunnelPlan plan(FunnelPlan plan) {
                return change(plan, plan.window(), plan.from() + 1, plan.steps(), plan.entries());
            }
        },
        TIES_IN_WRONG_ORDER {
            @Override
            List<Event> events(List<Event> events) {
                List<Event> turned = new ArrayList<>(events);
                Collections.reverse(turned);
                turned.sort(Comparator.comparingLong(Event::at));
                return turned;
            }
        },
        TIES_LOST {
            @Override
            List<Event> events(List<Event> events) {
                Set<Long> times = new HashSet<>();
                return events.stream().filter(event -> times.add(event.at())).toList();
            }
        },
        GAP_LIMITS_EXCLUSIVE {
            @Override
            FunnelReference reference(FunnelPlan plan) {
                return new FunnelReference(plan) {
                    @Override
                    boolean keepsGap(Step step, long before, long at) {
                        return at - before >= step.minGap() && at - before < step.maxGap();
                    }
                };
            }
        },
        EXCLUSION_AT_THE_FIRST_STEP_ITSELF {
            @Override
            FunnelReference reference(FunnelPlan plan) {
                return new FunnelReference(plan) {
                    @Override
                    int exclusionBegins() {
                        return 0;
                    }
                };
            }
        },
        EXCLUSION_AT_THE_SECOND_STEP_ITSELF {
            @Override
            FunnelReference reference(FunnelPlan plan) {
                return new FunnelReference(plan) {
                    @Override
                    int exclusionEnds() {
                        return -1;
                    }
                };
            }
        },
        OPTIONAL_STEP_COUNTED {
            @Override
            FunnelReference reference(FunnelPlan plan) {
                return new FunnelReference(plan) {
                    @Override
                    int optionalCounted(Map<Integer, Long> steps) {
                        return (int) steps.keySet().stream()
                                .filter(number -> plan.steps().get(number - 1).optional())
                                .count();
                    }
                };
            }
        },
        ONE_EVENT_FILLS_TWO_STEPS {
            @Override
            FunnelReference reference(FunnelPlan plan) {
                return new FunnelReference(plan) {
                    @Override
                    int sameEventAgain() {
                        return 0;
                    }
                };
            }
        },
        TREND_WITHOUT_DAYLIGHT_SAVING {
            @Override
            FunnelPlan plan(FunnelPlan plan) {
                return change(plan, plan.window(), plan.from(), plan.steps(), days(ZoneId.of("+02:00")));
            }
        },
        BREAKDOWN_BY_THE_WRONG_COLUMN {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream()
                        .map(event -> Event.of(event.at(), event.bits(), event.value() == 0 ? 1 : event.value()))
                        .toList();
            }
        };

        FunnelPlan plan(FunnelPlan plan) {
            return plan;
        }

        List<Event> events(List<Event> events) {
            return events;
        }

        FunnelReference reference(FunnelPlan plan) {
            return new FunnelReference(plan);
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsCaught(Bug bug) {
        int seed = 0;
        while (seed < ROUNDS) {
            var round = new Round(seed++);
            if (round.difference(bug.plan(round.plan), bug::events, bug.reference(round.plan)) != null) {
                System.out.println("funnel, " + bug + ": caught in round " + seed);
                return;
            }
        }
        throw new AssertionError(bug + " was not caught");
    }

    private static FunnelPlan change(
            FunnelPlan plan, long window, long from, List<Step> steps, @Nullable Intervals entries) {
        return new FunnelPlan(
                steps,
                window,
                plan.order(),
                plan.tracked(),
                plan.exclusions(),
                plan.exclusionMode(),
                plan.count(),
                plan.attribution(),
                plan.breakdownStep(),
                from,
                plan.to(),
                plan.convertFrom(),
                plan.convertTo(),
                entries);
    }

    private static Intervals days(ZoneId zone) {
        return Intervals.calendar(Intervals.Unit.DAY, zone, DayOfWeek.MONDAY, BASE, BASE + 48 * HOUR);
    }

    /** One random plan and a few random people. */
    private static final class Round {

        private final Random random;
        final FunnelPlan plan;
        final List<List<Event>> people = new ArrayList<>();
        private final List<Integer> traits = new ArrayList<>();

        Round(int seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            plan = plan();
            for (int p = 0; p < PERSONS; p++) {
                people.add(events());
                traits.add(random.nextInt(3));
            }
        }

        private FunnelPlan plan() {
            int count = random.nextInt(8) == 0 ? 1 : 2 + random.nextInt(3);
            boolean usual = random.nextBoolean();
            boolean gaps = random.nextInt(5) < 2;
            boolean optional = random.nextInt(3) == 0;
            Order order = Order.values()[random.nextInt(3)];
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int mask = usual ? 1 << i : 1 << random.nextInt(3) | 1 << random.nextInt(3);
                Step step = i > 0 && optional && random.nextInt(3) == 0 ? Step.optional(mask) : Step.of(mask);
                if (gaps && order != Order.ANY && i > 0 && random.nextBoolean()) {
                    long least = random.nextInt(3) * HOUR;
                    step = step.gap(
                            least, random.nextBoolean() ? least + random.nextInt(4) * HOUR : FunnelPlan.NO_LIMIT);
                }
                steps.add(step);
            }
            long from = BASE + random.nextInt(3) * HOUR;
            long to = BASE + (4 + random.nextInt(10)) * HOUR;
            FunnelPlan.Builder plan = FunnelPlan.of(from, to, steps)
                    .window((random.nextBoolean() ? 1 + random.nextInt(6) : 8 + random.nextInt(8)) * HOUR)
                    .count(random.nextInt(3) == 0 ? Count.TOTAL : Count.UNIQUE)
                    .trend(days(BERLIN));
            if (order == Order.STRICT && random.nextBoolean()) {
                plan.strict(32);
            } else {
                plan.order(order);
            }
            List<Integer> required = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (!steps.get(i).optional()) {
                    required.add(i + 1);
                }
            }
            if (required.size() > 1 && order != Order.ANY && random.nextInt(5) < 2) {
                plan.exclusionMode(ExclusionMode.values()[random.nextInt(2)]);
                for (int x = random.nextInt(2); x >= 0; x--) {
                    int first = random.nextInt(required.size() - 1);
                    int second = first + 1 + random.nextInt(required.size() - first - 1);
                    plan.exclude(
                            random.nextInt(3) == 0 ? 16 | 1 << random.nextInt(4) : 16,
                            required.get(first),
                            required.get(second));
                }
            }
            Attribution attribution = Attribution.values()[random.nextInt(6)];
            plan.breakdown(attribution);
            if (attribution == Attribution.STEP) {
                plan.breakdownAt(required.get(random.nextInt(required.size())));
            }
            return plan.build();
        }

        private List<Event> events() {
            List<Event> events = new ArrayList<>();
            int matchers = 2 + random.nextInt(3);
            for (int size = random.nextInt(12); size > 0; size--) {
                int bits = 1 << random.nextInt(random.nextInt(4) == 0 ? 6 : matchers);
                bits |= random.nextInt(6) == 0 ? 1 << random.nextInt(matchers) : 0;
                if (plan.needs().everyEvent() && random.nextInt(5) == 0) {
                    bits = 0;
                }
                events.add(Event.of(BASE + random.nextInt(16) * HOUR, bits, random.nextInt(3)));
            }
            events.sort(Comparator.comparingLong(Event::at));
            return events;
        }

        /** What fold and tally say otherwise than the reference, null if nothing. */
        @Nullable
        String difference(FunnelPlan folded, UnaryOperator<List<Event>> changed, FunnelReference reference) {
            var fold = new FunnelFold(folded);
            var slice = new PersonSlice(folded.needs());
            var tallies = List.of(new FunnelTally(folded), new FunnelTally(folded));
            var rest = FunnelTally.ofValues(folded, 1);
            var expected = new Sums(reference);
            for (int p = 0; p < PERSONS; p++) {
                Event.fill(slice, folded.needs(), p, changed.apply(people.get(p)));
                slice.trait = traits.get(p);
                fold.fold(slice);
                tallies.get(p % 2).add(fold);
                rest.add(fold);
                List<FunnelReference.Outcome> overall = reference.overall(people.get(p), traits.get(p));
                List<FunnelReference.Outcome> byValue = reference.byValue(people.get(p), traits.get(p));
                expected.add(overall, byValue);
                boolean told = folded.attribution() == Attribution.NONE
                        || folded.attribution() == Attribution.ALL
                        || folded.attribution() == Attribution.STEP;
                String difference = differ(overall, outcomes(fold, fold.chains()), !told);
                difference = difference == null ? differ(byValue, outcomes(fold, fold.byValue()), true) : difference;
                difference = difference == null ? asked(fold, overall, byValue) : difference;
                if (difference != null) {
                    return "person " + p + ": " + difference;
                }
            }
            tallies.get(0).merge(tallies.get(1));
            return expected.difference(tallies.get(0), rest);
        }

        /** Whether the questions that lead to people answer as the chains do. */
        private @Nullable String asked(
                FunnelFold fold, List<FunnelReference.Outcome> overall, List<FunnelReference.Outcome> byValue) {
            for (int number = 1; number <= plan.steps().size(); number++) {
                int step = number;
                int before = number - 1;
                while (before > 0 && plan.steps().get(before - 1).optional()) {
                    before--;
                }
                int neighbour = before;
                Predicate<FunnelReference.Outcome> did = chain -> chain.steps().containsKey(step);
                Predicate<FunnelReference.Outcome> dropped =
                        did.negate().and(chain -> chain.steps().containsKey(neighbour));
                if (fold.reached(step) != overall.stream().anyMatch(did)
                        || fold.droppedBefore(step) != overall.stream().anyMatch(dropped)) {
                    return "asked for step " + step;
                }
                for (int code = 0; code < 3; code++) {
                    int value = code;
                    Predicate<FunnelReference.Outcome> own = chain -> chain.value() == value;
                    if (fold.reached(value, step) != byValue.stream().anyMatch(own.and(did))
                            || fold.droppedBefore(value, step)
                                    != byValue.stream().anyMatch(own.and(dropped))) {
                        return "asked for step " + step + " of value " + value;
                    }
                }
            }
            Intervals days = plan.entries();
            for (int i = 0; days != null && i < days.size(); i++) {
                long start = days.start(i);
                long end = days.end(i);
                Predicate<FunnelReference.Outcome> entered =
                        chain -> chain.steps().get(1) >= start && chain.steps().get(1) < end;
                Predicate<FunnelReference.Outcome> converted =
                        entered.and(chain -> chain.reached() == plan.requiredSteps());
                if (fold.entered(i, false) != overall.stream().anyMatch(entered)
                        || fold.entered(i, true) != overall.stream().anyMatch(converted)) {
                    return "asked for entries of day " + i;
                }
            }
            return null;
        }

        private static @Nullable String differ(
                List<FunnelReference.Outcome> expected, List<FunnelReference.Outcome> actual, boolean withValue) {
            Function<FunnelReference.Outcome, String> text =
                    outcome -> (withValue ? outcome.value() : "") + " " + outcome.reached() + " " + outcome.steps();
            List<String> one = expected.stream().map(text).sorted().toList();
            List<String> other = actual.stream().map(text).sorted().toList();
            return one.equals(other) ? null : "expected " + one + ", is " + other;
        }

        private static List<FunnelReference.Outcome> outcomes(FunnelFold fold, FunnelChains chains) {
            List<FunnelReference.Outcome> outcomes = new ArrayList<>();
            for (int c = 0; c < chains.size(); c++) {
                Map<Integer, Long> steps = new TreeMap<>();
                for (int step = 1; step <= fold.plan().steps().size(); step++) {
                    if (chains.did(c, step)) {
                        steps.put(step, chains.at(c, step));
                    }
                }
                outcomes.add(new FunnelReference.Outcome(chains.value(c), chains.reached(c), steps));
            }
            return outcomes;
        }

        void record(Coverage coverage) {
            var reference = new FunnelReference(plan);
            boolean plain = plan.order() == Order.SEQUENTIAL && plan.count() == Count.UNIQUE;
            plain &= plan.exclusions().isEmpty() && plan.steps().stream().noneMatch(Step::limited);
            Set<String> seen = new HashSet<>();
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = people.get(p);
                if (events.isEmpty()) {
                    seen.add("empty slice");
                }
                List<FunnelReference.Outcome> overall = reference.overall(events, traits.get(p));
                List<FunnelReference.Outcome> byValue = reference.byValue(events, traits.get(p));
                for (FunnelReference.Outcome chain : overall) {
                    seen.add(plan.order() + " step " + chain.reached());
                    List<Long> times = new ArrayList<>(chain.steps().values());
                    long first = chain.steps().get(1);
                    long last = times.stream().mapToLong(time -> time).max().orElseThrow();
                    seenIf(seen, plain && chain.reached() == plan.requiredSteps(), "plain converted");
                    seenIf(seen, last - first == plan.window() && last > first, "window exactly hit");
                    seenIf(seen, new HashSet<>(times).size() < times.size(), "tie used");
                    seenIf(seen, last >= plan.to(), "ended after the range");
                    seenIf(seen, first == BASE + 7 * HOUR, "entry in the 25th hour of a day");
                    for (int number : chain.steps().keySet()) {
                        Step step = plan.steps().get(number - 1);
                        seenIf(seen, step.optional(), "optional recorded");
                        seenIf(seen, step.optional() && step.limited(), "optional with gap recorded");
                    }
                }
                seenIf(seen, overall.size() > 1, "TOTAL with two attempts");
                seenIf(seen, changes(reference, events, p, false), "exclusion by " + plan.exclusionMode());
                seenIf(seen, changes(reference, events, p, true), "gap decided");
                for (FunnelReference.Outcome chain : byValue) {
                    seenIf(seen, chain.value() != 0, plan.attribution() + " with values");
                    seenIf(seen, chain.value() == 0, "no value");
                }
                seenIf(
                        seen,
                        plan.count() == Count.UNIQUE && byValue.size() > 1,
                        plan.attribution() + " with several values");
                seenIf(
                        seen,
                        plan.count() == Count.UNIQUE
                                && byValue.stream()
                                                .filter(chain -> chain.value() != 1)
                                                .count()
                                        > 1,
                        "rest counted once");
            }
            seen.forEach(coverage::saw);
        }

        /** Whether the exclusions, or the gap limits, change what is said of the person. */
        private boolean changes(FunnelReference reference, List<Event> events, int p, boolean gaps) {
            List<Step> steps = new ArrayList<>();
            plan.steps().forEach(step -> steps.add(gaps ? step.gap(0, FunnelPlan.NO_LIMIT) : step));
            List<Exclusion> exclusions = gaps ? plan.exclusions() : List.of();
            if (steps.equals(plan.steps()) && exclusions.equals(plan.exclusions())) {
                return false;
            }
            var free = new FunnelPlan(
                    steps,
                    plan.window(),
                    plan.order(),
                    plan.tracked(),
                    exclusions,
                    plan.exclusionMode(),
                    plan.count(),
                    plan.attribution(),
                    plan.breakdownStep(),
                    plan.from(),
                    plan.to(),
                    plan.convertFrom(),
                    plan.convertTo(),
                    plan.entries());
            return !reference
                    .overall(events, traits.get(p))
                    .equals(new FunnelReference(free).overall(events, traits.get(p)));
        }

        private static void seenIf(Set<String> seen, boolean there, String what) {
            if (there) {
                seen.add(what);
            }
        }
    }

    /** The tally by its definition: lists of everything. */
    private static final class Sums {

        private final FunnelReference reference;
        private final FunnelPlan plan;
        private final List<FunnelReference.Outcome> overall = new ArrayList<>();
        private final Map<Integer, List<FunnelReference.Outcome>> values = new HashMap<>();
        private final long[] rest;

        Sums(FunnelReference reference) {
            this.reference = reference;
            this.plan = reference.plan;
            rest = new long[plan.steps().size() + 1];
        }

        void add(List<FunnelReference.Outcome> all, List<FunnelReference.Outcome> byValue) {
            overall.addAll(all);
            Set<Integer> done = new HashSet<>();
            for (FunnelReference.Outcome chain : byValue) {
                values.computeIfAbsent(chain.value(), value -> new ArrayList<>())
                        .add(chain);
                for (int number : chain.steps().keySet()) {
                    boolean required = !plan.steps().get(number - 1).optional();
                    if (chain.value() != 1 && required && (plan.count() == Count.TOTAL || done.add(number))) {
                        rest[number]++;
                    }
                }
            }
        }

        @Nullable
        String difference(FunnelTally tally, FunnelTally restTally) {
            String difference = differ("overall", overall, tally.overall());
            Set<Integer> codes = new HashSet<>(values.keySet());
            for (int code : tally.values()) {
                codes.add(code);
            }
            for (int code : codes) {
                difference = difference == null
                        ? differ("value " + code, values.getOrDefault(code, List.of()), tally.of(code))
                        : difference;
            }
            for (int number = 1; difference == null && number < rest.length; number++) {
                long count = restTally.of(FunnelTally.OTHER).count(number);
                if (!plan.steps().get(number - 1).optional() && count != rest[number]) {
                    difference = "rest at step " + number + ": expected " + rest[number] + ", is " + count;
                }
            }
            return difference == null ? times(tally) : difference;
        }

        private @Nullable String times(FunnelTally tally) {
            List<Long> took = new ArrayList<>();
            Intervals days = plan.entries();
            long[] entered = new long[days == null ? 0 : days.size()];
            long[] converted = new long[entered.length];
            for (FunnelReference.Outcome chain : overall) {
                Long first = chain.steps().get(plan.convertFrom());
                Long last = chain.steps().get(plan.convertTo());
                if (first != null && last != null && plan.convertFrom() < plan.convertTo()) {
                    took.add(last - first);
                }
                for (int i = 0; days != null && i < entered.length; i++) {
                    if (chain.steps().get(1) >= days.start(i) && chain.steps().get(1) < days.end(i)) {
                        entered[i]++;
                        converted[i] += chain.reached() >= reference.required.size() ? 1 : 0;
                    }
                }
            }
            Collections.sort(took);
            if (!took.equals(java.util.Arrays.stream(tally.conversions().sorted())
                    .boxed()
                    .toList())) {
                return "conversions: expected " + took;
            }
            for (int i = 0; i < entered.length; i++) {
                if (entered[i] != tally.entered(i) || converted[i] != tally.converted(i)) {
                    return "trend of day " + i;
                }
            }
            return null;
        }

        private @Nullable String differ(String what, List<FunnelReference.Outcome> chains, FunnelTally.Group group) {
            for (int number = 1; number <= plan.steps().size(); number++) {
                int step = number;
                int before = number - 1;
                while (before > 0 && plan.steps().get(before - 1).optional()) {
                    before--;
                }
                int neighbour = before;
                List<Long> gaps = chains.stream()
                        .filter(chain -> chain.steps().containsKey(step) && neighbour > 0)
                        .filter(chain -> plan.order() != Order.ANY
                                || !plan.steps().get(step - 1).optional())
                        .map(chain -> chain.steps().get(step) - chain.steps().get(neighbour))
                        .sorted()
                        .toList();
                long count = chains.stream()
                        .filter(chain -> chain.steps().containsKey(step))
                        .count();
                if (count != group.count(step)) {
                    return what + " at step " + step + ": expected " + count + ", is " + group.count(step);
                }
                if (!gaps.equals(java.util.Arrays.stream(group.gaps(step).sorted())
                        .boxed()
                        .toList())) {
                    return what + ", gaps at step " + step + ": expected " + gaps;
                }
            }
            return null;
        }
    }
}
