package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opsdeck.analytics.fold.Intervals.Unit;
import io.opsdeck.analytics.fold.RetentionPlan.Bracket;
import io.opsdeck.analytics.fold.RetentionPlan.Clock;
import io.opsdeck.analytics.fold.RetentionPlan.Cohort;
import io.opsdeck.analytics.fold.RetentionPlan.Mode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetentionFoldTest {

    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final int START = 1;
    private static final int RETURN = 2;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int ROUNDS = 6_000;
    private static final int PERSONS = 4;

    @Test
    void aCellCountsWhoCameBackInThatPeriod() {
        RetentionTally tally = tally(plan(Cohort.FIRST, Mode.ON, RETURN), "S0 R26 R75");
        assertThat(row(tally, 0)).containsExactly(1L, 1L, 0L, 1L);
    }

    @Test
    void onOrAfterCountsEveryPeriodUpToTheLastReturn() {
        RetentionTally tally = tally(plan(Cohort.FIRST, Mode.ON_OR_AFTER, RETURN), "S0 R900");
        assertThat(row(tally, 0)).containsExactly(1L, 1L, 1L, 1L);
    }

    @Test
    void firstTimeLooksAtTheWholeHistory() {
        assertThat(row(tally(plan(Cohort.FIRST, Mode.ON, RETURN), "S-900 S1 R25"), 0))
                .containsExactly(0L, 0L, 0L, 0L);
        assertThat(row(tally(plan(Cohort.RECURRING, Mode.ON, RETURN), "S-900 S1 R25"), 0))
                .containsExactly(1L, 1L, 0L, 0L);
    }

    @Test
    void aRecurringPersonIsInEveryCohortOfItsStarts() {
        RetentionTally tally = tally(plan(Cohort.RECURRING, Mode.ON, RETURN), "S1 S25 R26");
        assertThat(row(tally, 0)).containsExactly(1L, 1L, 0L, 0L);
        assertThat(row(tally, 1)).containsExactly(1L, 0L, 0L, 0L);
        assertThat(tally.returnedAtOnce(0)).isZero();
        assertThat(tally.returnedAtOnce(1)).isEqualTo(1);
    }

    @Test
    void whereStartIsReturnTheStartItselfIsEnough() {
        RetentionTally tally = tally(plan(Cohort.FIRST, Mode.ON, START), "S0 S49");
        assertThat(tally.returnedAtOnce(0)).isEqualTo(1);
        assertThat(row(tally, 0)).containsExactly(1L, 0L, 1L, 0L);
    }

    @Test
    void rollingPeriodsCountFromThePersonsOwnStart() {
        RetentionPlan plan = plan(Cohort.FIRST, Mode.ON, Clock.ROLLING, RETURN, List.of(), Breakdown.NONE);
        assertThat(row(tally(plan, "S23 R25"), 0)).containsExactly(1L, 0L, 0L, 0L);
        assertThat(row(tally(plan, "S23 R47"), 0)).containsExactly(1L, 1L, 0L, 0L);
    }

    @Test
    void bracketsLookAtSeveralPeriodsTogether() {
        RetentionPlan plan = plan(
                Cohort.FIRST,
                Mode.ON,
                Clock.CALENDAR,
                RETURN,
                List.of(new Bracket(1, 2), new Bracket(3, 3)),
                Breakdown.NONE);
        assertThat(row(tally(plan, "S0 R50"), 0)).containsExactly(1L, 1L, 0L);
    }

    @Test
    void incompleteCellsAreLeftOutOfTheWeightedMean() {
        RetentionPlan plan = new RetentionPlan(
                START,
                RETURN,
                Cohort.FIRST,
                Mode.ON,
                Clock.CALENDAR,
                days(0, 3),
                2,
                List.of(),
                3 * DAY,
                Breakdown.NONE);
        var tally = new RetentionTally(plan);
        var fold = new RetentionFold(plan);
        int person = 0;
        for (String events : List.of("S0 R25", "S1", "S2 R26", "S24 R49", "S50 R74")) {
            fold.fold(Event.slice(plan.needs(), person++, events(events)));
            tally.add(fold);
        }
        assertThat(tally.isComplete(1, 1)).isTrue();
        assertThat(tally.isComplete(2, 1)).isFalse();
        assertThat(tally.isComplete(1, 2)).isFalse();
        assertThat(tally.weightedMean(1)).isCloseTo(3 / 4.0, within(1e-12));
        assertThat(tally.simpleMean(1)).isCloseTo((2 / 3.0 + 1) / 2, within(1e-12));
        assertThat(tally.weightedMean(2)).isZero();
    }

    @Test
    void aBreakdownNeedsTheSameValueAtStartAndReturn() {
        List<Event> events =
                List.of(Event.of(0, START, 7), Event.of(25 * HOUR, RETURN, 8), Event.of(50 * HOUR, RETURN, 7));
        RetentionPlan plan = plan(Cohort.FIRST, Mode.ON, Clock.CALENDAR, RETURN, List.of(), Breakdown.EVENT);
        var fold = new RetentionFold(plan);
        fold.fold(Event.slice(plan.needs(), 3, events));
        var tally = new RetentionTally(plan);
        tally.add(fold);
        assertThat(tally.values()).containsExactly(7);
        assertThat(tally.count(7, 0, 1)).isZero();
        assertThat(tally.count(7, 0, 2)).isEqualTo(1);
        assertThat(tally.count(0, 1)).isEqualTo(1);
        assertThat(fold.returned(0, 1)).isTrue();
        assertThat(fold.returned(7, 0, 1)).isFalse();
    }

    @Test
    void theFoldAgreesWithTheDefinition() {
        var coverage = new Coverage("retention");
        for (int seed = 0; seed < ROUNDS; seed++) {
            var round = new Round(seed);
            assertThat(round.difference(new RetentionReference(round.plan, round.calendar), List::copyOf))
                    .as("seed %d, %s, %s", seed, round.plan, round.people)
                    .isNull();
            round.record(coverage);
        }
        coverage.demand(
                100,
                "FIRST column 0",
                "FIRST column 1",
                "FIRST column 2",
                "RECURRING column 0",
                "RECURRING column 1",
                "RECURRING column 3",
                "ON",
                "ON_OR_AFTER",
                "CALENDAR",
                "ROLLING",
                "brackets",
                "HOUR",
                "DAY",
                "WEEK",
                "MONTH",
                "start is return",
                "returned at once",
                "several values",
                "rest counted once",
                "incomplete cell",
                "complete cell",
                "known before the range",
                "empty slice");
    }

    private interface Change {
        List<Event> of(List<Event> events);
    }

    /** Bugs as they happen; the harness has to find each. */
    enum Bug {
        DAYS_OF_24_HOURS {
            @Override
            RetentionReference reference(Round round) {
                return new RetentionReference(round.plan, round.calendar) {
                    @Override
                    long period(int cohort, long start, long at) {
                        return plan.clock() == Clock.ROLLING
                                ? super.period(cohort, start, at)
                                : Math.floorDiv(
                                                at - plan.cohorts().start(0),
                                                plan.cohorts().unit().millis())
                                        - cohort;
                    }
                };
            }
        },
        PERIOD_OFF_BY_ONE_MILLISECOND {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream()
                        .map(event -> new Event(event.at() - 1, event.bits(), event.value(), 0, 0))
                        .toList();
            }
        },
        HISTORY_IGNORED {
            @Override
            RetentionReference reference(Round round) {
                return new RetentionReference(round.plan, round.calendar) {
                    @Override
                    boolean knows(Event earlier) {
                        return earlier.at() >= plan.cohorts().from();
                    }
                };
            }
        },
        RETURN_BEFORE_THE_START_COUNTED {
            @Override
            RetentionReference reference(Round round) {
                return new RetentionReference(round.plan, round.calendar) {
                    @Override
                    boolean isAfter(int index, int start) {
                        return true;
                    }
                };
            }
        },
        START_TAKEN_FOR_A_RETURN {
            @Override
            RetentionReference reference(Round round) {
                return new RetentionReference(round.plan, round.calendar) {
                    @Override
                    boolean isAfter(int index, int start) {
                        return index >= start;
                    }
                };
            }
        },
        BRACKET_ENDS_TOO_EARLY {
            @Override
            RetentionReference reference(Round round) {
                return new RetentionReference(round.plan, round.calendar) {
                    @Override
                    int bracketEnd(Bracket bracket) {
                        return Math.max(bracket.from(), bracket.to() - 1);
                    }
                };
            }
        },
        WEEK_BEGINS_ON_ANOTHER_DAY {
            @Override
            RetentionReference reference(Round round) {
                return new RetentionReference(
                        round.plan, new LocalCalendar(round.calendar.unit, BERLIN, round.calendar.weekStart.plus(1)));
            }
        },
        TIES_LOST {
            @Override
            List<Event> events(List<Event> events) {
                Set<Long> times = new TreeSet<>();
                return events.stream().filter(event -> times.add(event.at())).toList();
            }
        },
        VALUES_MIXED_UP {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream()
                        .map(event -> Event.of(event.at(), event.bits(), Math.min(event.value(), 1)))
                        .toList();
            }
        };

        List<Event> events(List<Event> events) {
            return events;
        }

        RetentionReference reference(Round round) {
            return new RetentionReference(round.plan, round.calendar);
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsCaught(Bug bug) {
        Planted.isCaught("retention", bug, ROUNDS, seed -> {
            var round = new Round(seed);
            return round.difference(bug.reference(round), bug::events);
        });
    }

    private static final class Round {

        private final Random random;
        final LocalCalendar calendar;
        final RetentionPlan plan;
        final List<List<Event>> people = new ArrayList<>();
        final List<Integer> traits = new ArrayList<>();

        Round(int seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            Unit unit = Unit.values()[1 + random.nextInt(4)];
            calendar = new LocalCalendar(unit, BERLIN, DayOfWeek.of(1 + random.nextInt(7)));
            long base = Instant.parse(random.nextBoolean() ? "2025-03-29T00:00:00Z" : "2025-10-25T00:00:00Z")
                    .toEpochMilli();
            int size = 1 + random.nextInt(4);
            Intervals cohorts = Intervals.calendar(unit, BERLIN, calendar.weekStart, base, base + size * unit.millis());
            int periods = random.nextInt(5);
            List<Bracket> brackets = new ArrayList<>();
            if (random.nextInt(4) == 0) {
                for (int b = random.nextInt(3); b >= 0; b--) {
                    int from = random.nextInt(periods + 1);
                    brackets.add(new Bracket(from, from + random.nextInt(periods - from + 1)));
                }
            }
            if (random.nextInt(4) == 0) {
                cohorts = cohorts.clip(base, base + size * unit.millis());
            }
            plan = new RetentionPlan(
                    START,
                    random.nextInt(4) == 0 ? START : RETURN,
                    Cohort.values()[random.nextInt(2)],
                    Mode.values()[random.nextInt(2)],
                    Clock.values()[random.nextInt(2)],
                    cohorts,
                    periods,
                    brackets,
                    cohorts.start(0) + random.nextInt(8) * unit.millis(),
                    Breakdown.values()[random.nextInt(3)]);
            for (int p = 0; p < PERSONS; p++) {
                people.add(events(base, size + periods + 2, unit));
                traits.add(random.nextInt(3));
            }
        }

        private List<Event> events(long base, int span, Unit unit) {
            List<Event> events = new ArrayList<>();
            for (int size = random.nextInt(9); size > 0; size--) {
                long at = base + (long) ((random.nextDouble() * span - 1) * unit.millis());
                if (random.nextInt(3) == 0) {
                    at = plan.cohorts()
                            .followedBy(plan.periods())
                            .start(random.nextInt(plan.cohorts().size() + plan.periods()));
                }
                long whole = Math.floorDiv(at, HOUR) * HOUR;
                events.add(Event.of(whole, 1 + random.nextInt(3), random.nextInt(3)));
            }
            events.sort(Comparator.comparingLong(Event::at));
            return events;
        }

        @Nullable
        String difference(RetentionReference reference, Change change) {
            var fold = new RetentionFold(plan);
            var slice = new PersonSlice(plan.needs());
            var tallies = List.of(new RetentionTally(plan), new RetentionTally(plan));
            var rest = RetentionTally.ofValues(plan, 1);
            Map<String, Long> sums = new TreeMap<>();
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = people.get(p);
                Event.fill(slice, plan.needs(), p, change.of(events));
                slice.trait = traits.get(p);
                fold.fold(slice);
                tallies.get(p % 2).add(fold);
                rest.add(fold);
                Set<String> expected = reference.cells(events);
                Map<Integer, Set<String>> byValue = byValue(reference, events, traits.get(p));
                expected.forEach(cell -> sums.merge(cell, 1L, Long::sum));
                Set<String> others = new TreeSet<>();
                byValue.forEach((value, cells) -> {
                    cells.forEach(cell -> sums.merge(value + "=" + cell, 1L, Long::sum));
                    if (value != 1) {
                        others.addAll(cells);
                    }
                });
                others.forEach(cell -> sums.merge("other=" + cell, 1L, Long::sum));
                String difference = differ(fold, expected, byValue);
                if (difference != null) {
                    return "person " + p + ": " + difference;
                }
            }
            tallies.get(0).merge(tallies.get(1));
            return differ(tallies.get(0), rest, sums);
        }

        Map<Integer, Set<String>> byValue(RetentionReference reference, List<Event> events, int trait) {
            Map<Integer, Set<String>> byValue = new TreeMap<>();
            if (plan.breakdown() == Breakdown.PROFILE) {
                byValue.put(trait, reference.cells(events));
            }
            if (plan.breakdown() == Breakdown.EVENT) {
                int first = events.stream()
                        .filter(event -> event.is(START))
                        .findFirst()
                        .map(Event::value)
                        .orElse(-1);
                for (int value = 0; value < 3; value++) {
                    int own = value;
                    List<Event> ofValue = events.stream()
                            .filter(event -> event.value() == own)
                            .toList();
                    if (plan.cohort() == Cohort.RECURRING || first == value) {
                        byValue.put(value, reference.cells(ofValue));
                    }
                }
            }
            return byValue;
        }

        private @Nullable String differ(RetentionFold fold, Set<String> expected, Map<Integer, Set<String>> byValue) {
            for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
                for (int column = 0; column <= plan.columns() + 1; column++) {
                    String cell = cohort + "/" + column;
                    if (fold.returned(cohort, column) != expected.contains(cell)) {
                        return cell + " should be " + expected.contains(cell);
                    }
                    for (int value = 0; value < 3; value++) {
                        boolean there = byValue.getOrDefault(value, Set.of()).contains(cell);
                        if (fold.returned(value, cohort, column) != there) {
                            return value + "=" + cell + " should be " + there;
                        }
                    }
                }
            }
            return null;
        }

        private @Nullable String differ(RetentionTally tally, RetentionTally rest, Map<String, Long> sums) {
            for (int column = 0; column <= plan.columns(); column++) {
                long returned = 0;
                long size = 0;
                for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
                    String cell = cohort + "/" + column;
                    if (tally.count(cohort, column) != sums.getOrDefault(cell, 0L)) {
                        return "sum of " + cell;
                    }
                    for (int value = 0; value < 3; value++) {
                        if (tally.count(value, cohort, column) != sums.getOrDefault(value + "=" + cell, 0L)) {
                            return "sum of " + value + "=" + cell;
                        }
                    }
                    if (rest.count(RetentionTally.OTHER, cohort, column) != sums.getOrDefault("other=" + cell, 0L)) {
                        return "sum of other=" + cell;
                    }
                    if (tally.isComplete(cohort, column) != isComplete(cohort, column)) {
                        return "completeness of " + cell;
                    }
                    if (isComplete(cohort, column)) {
                        returned += sums.getOrDefault(cell, 0L);
                        size += sums.getOrDefault(cohort + "/0", 0L);
                    }
                }
                double mean = tally.weightedMean(column);
                if (size == 0 ? !Double.isNaN(mean) : Math.abs(mean - returned / (double) size) > 1e-12) {
                    return "mean of column " + column;
                }
            }
            return null;
        }

        /** No instant from the watermark on may still belong to the cell. */
        private boolean isComplete(int cohort, int column) {
            int period = column == 0 || plan.brackets().isEmpty()
                    ? column
                    : plan.brackets().get(column - 1).to();
            long origin = calendar.number(plan.cohorts().start(0));
            long lastStart =
                    plan.cohorts().start(cohort) + plan.cohorts().unit().millis() * 9 / 10 / HOUR * HOUR;
            while (calendar.number(lastStart) - origin <= cohort) {
                lastStart += HOUR;
            }
            if (plan.clock() == Clock.ROLLING && column > 0) {
                return plan.completeUntil()
                        >= lastStart + (period + 1) * plan.cohorts().unit().millis();
            }
            return calendar.number(plan.completeUntil()) - origin > cohort + period;
        }

        void record(Coverage coverage) {
            var reference = new RetentionReference(plan, calendar);
            Set<String> seen = new TreeSet<>();
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = people.get(p);
                Set<String> cells = reference.cells(events);
                for (String cell : cells) {
                    int column = Integer.parseInt(cell.substring(cell.indexOf('/') + 1));
                    seen.add(column > plan.columns() ? "returned at once" : plan.cohort() + " column " + column);
                    if (column > 0 && column <= plan.columns()) {
                        seen.add(plan.mode().name());
                        seen.add(plan.clock().name());
                        seen.add(plan.cohorts().unit().name());
                        seen.add(plan.brackets().isEmpty() ? "no brackets" : "brackets");
                        seen.add(plan.startIsReturn() ? "start is return" : "start is not return");
                    }
                }
                Map<Integer, Set<String>> byValue = byValue(reference, events, traits.get(p));
                long values = byValue.values().stream()
                        .filter(each -> !each.isEmpty())
                        .count();
                if (values > 1) {
                    seen.add("several values");
                }
                if (!byValue.getOrDefault(0, Set.of()).isEmpty()
                        && !byValue.getOrDefault(2, Set.of()).isEmpty()) {
                    seen.add("rest counted once");
                }
                if (plan.cohort() == Cohort.FIRST
                        && cells.isEmpty()
                        && events.stream()
                                .anyMatch(event -> event.is(START)
                                        && event.at() >= plan.cohorts().from())) {
                    seen.add("known before the range");
                }
                if (events.isEmpty()) {
                    seen.add("empty slice");
                }
                for (int column = 0; column <= plan.columns(); column++) {
                    seen.add(isComplete(0, column) ? "complete cell" : "incomplete cell");
                }
            }
            seen.forEach(coverage::saw);
        }
    }

    private static RetentionPlan plan(Cohort cohort, Mode mode, int returnMask) {
        return plan(cohort, mode, Clock.CALENDAR, returnMask, List.of(), Breakdown.NONE);
    }

    private static RetentionPlan plan(
            Cohort cohort, Mode mode, Clock clock, int returnMask, List<Bracket> brackets, Breakdown breakdown) {
        return new RetentionPlan(START, returnMask, cohort, mode, clock, days(0, 2), 3, brackets, 100 * DAY, breakdown);
    }

    private static Intervals days(int from, int count) {
        return Intervals.calendar(Unit.DAY, ZoneId.of("UTC"), DayOfWeek.MONDAY, from * DAY, (from + count) * DAY);
    }

    private static RetentionTally tally(RetentionPlan plan, String events) {
        var fold = new RetentionFold(plan);
        fold.fold(Event.slice(plan.needs(), 0, events(events)));
        var tally = new RetentionTally(plan);
        tally.add(fold);
        return tally;
    }

    private static List<Long> row(RetentionTally tally, int cohort) {
        List<Long> row = new ArrayList<>();
        for (int column = 0; column <= tally.columns(); column++) {
            row.add(tally.count(cohort, column));
        }
        return row;
    }

    /** {@code "S0 R26"}: a start at hour 0, a return at hour 26. */
    private static List<Event> events(String text) {
        List<Event> events = new ArrayList<>();
        for (String event : text.split(" ")) {
            events.add(Event.of(Long.parseLong(event.substring(1)) * HOUR, event.charAt(0) == 'S' ? START : RETURN));
        }
        return events;
    }
}
