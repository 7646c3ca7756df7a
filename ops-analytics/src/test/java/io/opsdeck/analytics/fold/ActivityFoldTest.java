package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opsdeck.analytics.fold.Intervals.Unit;
import io.opsdeck.analytics.fold.LifecyclePlan.NewBy;
import io.opsdeck.analytics.fold.LifecyclePlan.State;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lifecycle, stickiness and active users: all three ask in which intervals a person was active. */
class ActivityFoldTest {

    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int ROUNDS = 5_000;
    private static final int PERSONS = 4;

    @Test
    void aPersonIsNewThenReturningThenDormantThenResurrecting() {
        var plan = new LifecyclePlan(1, days(5), NewBy.FIRST_EVENT);
        var fold = new LifecycleFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events(0, 24, 96)));
        assertThat(fold.is(State.NEW, 0)).isTrue();
        assertThat(fold.is(State.RETURNING, 1)).isTrue();
        assertThat(fold.is(State.DORMANT, 2)).isTrue();
        assertThat(fold.is(State.DORMANT, 3)).isFalse();
        assertThat(fold.is(State.RESURRECTING, 4)).isTrue();
        assertThat(fold.is(State.NEW, 4)).isFalse();
    }

    @Test
    void whoWasCreatedEarlierResurrectsWithTheFirstEvent() {
        var plan = new LifecyclePlan(1, days(5), NewBy.CREATED);
        var fold = new LifecycleFold(plan);
        PersonSlice slice = Event.slice(plan.needs(), 1, events(48));
        slice.created = 0;
        fold.fold(slice);
        assertThat(fold.is(State.RESURRECTING, 2)).isTrue();
        slice.created = 50 * HOUR;
        fold.fold(slice);
        assertThat(fold.is(State.NEW, 2)).isTrue();
    }

    @Test
    void theIntervalBeforeTheRangeIsLookedAtToo() {
        var plan = new LifecyclePlan(1, days(2), NewBy.FIRST_EVENT);
        var fold = new LifecycleFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events(-10, 3)));
        assertThat(fold.is(State.RETURNING, 0)).isTrue();
        fold.fold(Event.slice(plan.needs(), 1, events(-10)));
        assertThat(fold.is(State.DORMANT, 0)).isTrue();
        fold.fold(Event.slice(plan.needs(), 1, events(-30, 3)));
        assertThat(fold.is(State.RESURRECTING, 0)).isTrue();
    }

    @Test
    void quickRatioAndChurnAreTakenFromTheStates() {
        var plan = new LifecyclePlan(1, days(2), NewBy.FIRST_EVENT);
        var fold = new LifecycleFold(plan);
        var tally = new LifecycleTally(plan);
        int person = 0;
        for (List<Event> events : List.of(events(0, 24), events(0), events(1), events(25))) {
            fold.fold(Event.slice(plan.needs(), person++, events));
            tally.add(fold);
        }
        assertThat(tally.count(State.DORMANT, 1)).isEqualTo(2);
        assertThat(tally.quickRatio(1)).isEqualTo(0.5);
        assertThat(tally.churn(1)).isCloseTo(2 / 3.0, within(1e-12));
    }

    @Test
    void threeDaysOfSevenCountInBucketThreeOnly() {
        var plan = new StickinessPlan(1, days(7));
        var fold = new StickinessFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events(0, 1, 30, 100, 500)));
        var tally = new StickinessTally(plan);
        tally.add(fold);
        assertThat(fold.active()).isEqualTo(3);
        assertThat(tally.exactly(3)).isEqualTo(1);
        assertThat(tally.exactly(2)).isZero();
        assertThat(tally.atLeast(2)).isEqualTo(1);
        assertThat(tally.atLeast(4)).isZero();
    }

    @Test
    void aPersonIsActiveForAsManyDaysAsTheWindowIsLong() {
        var plan = new ActivePlan(1, days(10), 7, Breakdown.NONE);
        var fold = new ActiveFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events(-120, 48)));
        var tally = new ActiveTally(plan);
        tally.add(fold);
        List<Long> counts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            counts.add(tally.count(i));
        }
        assertThat(counts).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 0L);
        assertThat(tally.stickiness(1)).isCloseTo(1 / 7.0, within(1e-12));
        assertThat(fold.activeIn(9)).isFalse();
    }

    @Test
    void theFoldsAgreeWithTheDefinition() {
        var coverage = new Coverage("lifecycle, stickiness, active");
        for (int seed = 0; seed < ROUNDS; seed++) {
            var round = new Round(seed);
            assertThat(round.difference(new ActivityReference(round.calendar), UnaryOperator.identity()))
                    .as("seed %d, %s, window %d, %s", seed, round.intervals, round.window, round.people)
                    .isNull();
            round.record(coverage);
        }
        coverage.demand(
                100,
                "NEW",
                "RETURNING",
                "RESURRECTING",
                "DORMANT",
                "FIRST_EVENT",
                "CREATED",
                "DAY",
                "WEEK",
                "MONTH",
                "HOUR",
                "1 intervals",
                "2 intervals",
                "3 intervals",
                "clipped",
                "active by window alone",
                "several values",
                "rest counted once",
                "PROFILE",
                "EVENT",
                "empty slice",
                "active on a day of 25 hours");
    }

    /** Bugs as they happen; the harness has to find each. */
    enum Bug {
        DAYS_OF_24_HOURS {
            @Override
            ActivityReference reference(Round round) {
                return new ActivityReference(round.calendar) {
                    @Override
                    long number(long at) {
                        return Math.floorDiv(
                                at - round.intervals.start(0),
                                round.intervals.unit().millis());
                    }
                };
            }
        },
        INTERVAL_OFF_BY_ONE_MILLISECOND {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream()
                        .map(event -> Event.of(event.at() - 1, event.bits(), event.value()))
                        .toList();
            }
        },
        WINDOW_LONG_BY_ONE {
            @Override
            ActivityReference reference(Round round) {
                return new ActivityReference(round.calendar) {
                    @Override
                    int window(int window) {
                        return window + 1;
                    }
                };
            }
        },
        INTERVAL_BEFORE_THE_RANGE_FORGOTTEN {
            @Override
            ActivityReference reference(Round round) {
                return new ActivityReference(round.calendar) {
                    @Override
                    boolean before(Set<Long> active, long now, long first) {
                        return now > first && super.before(active, now, first);
                    }
                };
            }
        },
        HISTORY_FORGOTTEN {
            @Override
            ActivityReference reference(Round round) {
                return new ActivityReference(round.calendar) {
                    @Override
                    boolean isNew(long known, long now, Set<Long> active) {
                        return active.stream()
                                .noneMatch(earlier -> earlier < now && earlier >= number(round.intervals.start(0)));
                    }
                };
            }
        },
        OTHER_EVENTS_COUNTED {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream()
                        .map(event -> Event.of(event.at(), 1, event.value()))
                        .toList();
            }
        };

        List<Event> events(List<Event> events) {
            return events;
        }

        ActivityReference reference(Round round) {
            return new ActivityReference(round.calendar);
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsCaught(Bug bug) {
        Planted.isCaught("activity", bug, ROUNDS, seed -> {
            var round = new Round(seed);
            return round.difference(bug.reference(round), bug::events);
        });
    }

    private static final class Round {

        private final Random random;
        final LocalCalendar calendar;
        final Intervals intervals;
        final Intervals clipped;
        final int window;
        private final NewBy newBy;
        private final Breakdown breakdown;
        final List<List<Event>> people = new ArrayList<>();
        private final List<Integer> traits = new ArrayList<>();
        private final List<Long> created = new ArrayList<>();

        Round(int seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            Unit unit = Unit.values()[1 + random.nextInt(4)];
            calendar = new LocalCalendar(unit, BERLIN, DayOfWeek.of(1 + random.nextInt(7)));
            long base = Instant.parse(random.nextBoolean() ? "2025-03-29T00:00:00Z" : "2025-10-25T00:00:00Z")
                    .toEpochMilli();
            int size = 1 + random.nextInt(5);
            intervals = Intervals.calendar(unit, BERLIN, calendar.weekStart, base, base + size * unit.millis());
            clipped = random.nextBoolean() ? intervals.clip(base, base + size * unit.millis()) : intervals;
            window = 1 + random.nextInt(4);
            newBy = NewBy.values()[random.nextInt(2)];
            breakdown = Breakdown.values()[random.nextInt(3)];
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = new ArrayList<>();
                for (int count = random.nextInt(8); count > 0; count--) {
                    long at = base + (long) ((random.nextDouble() * (size + 4) - 3) * unit.millis());
                    if (random.nextInt(3) == 0) {
                        at = intervals.precededBy(2).start(random.nextInt(intervals.size() + 2));
                    }
                    events.add(Event.of(Math.floorDiv(at, HOUR) * HOUR, 1 + random.nextInt(3), random.nextInt(3)));
                }
                events.sort(Comparator.comparingLong(Event::at));
                people.add(events);
                traits.add(random.nextInt(3));
                created.add(
                        random.nextInt(4) == 0
                                ? Long.MAX_VALUE
                                : base + (long) ((random.nextDouble() * (size + 3) - 2) * unit.millis()) / HOUR * HOUR);
            }
        }

        @Nullable
        String difference(ActivityReference reference, UnaryOperator<List<Event>> changed) {
            var lifecycle = new LifecyclePlan(1, clipped, newBy);
            var stickiness = new StickinessPlan(1, clipped);
            var active = new ActivePlan(1, clipped, window, breakdown);
            var lifecycleFold = new LifecycleFold(lifecycle);
            var stickinessFold = new StickinessFold(stickiness);
            var activeFold = new ActiveFold(active);
            var lifecycles = List.of(new LifecycleTally(lifecycle), new LifecycleTally(lifecycle));
            var sticky = List.of(new StickinessTally(stickiness), new StickinessTally(stickiness));
            var actives = List.of(new ActiveTally(active), new ActiveTally(active));
            var rest = ActiveTally.ofValues(active, 1);
            var slice = new PersonSlice(active.needs());
            for (int p = 0; p < PERSONS; p++) {
                fold(lifecycleFold, lifecycle.needs(), slice, changed, p);
                fold(stickinessFold, stickiness.needs(), slice, changed, p);
                fold(activeFold, active.needs(), slice, changed, p);
                lifecycles.get(p % 2).add(lifecycleFold);
                sticky.get(p % 2).add(stickinessFold);
                actives.get(p % 2).add(activeFold);
                rest.add(activeFold);
                for (int i = 0; i < intervals.size(); i++) {
                    State expected = state(reference, p, i);
                    for (State state : State.values()) {
                        if (lifecycleFold.is(state, i) != (state == expected)) {
                            return "person " + p + " is not " + expected + " in " + i;
                        }
                    }
                    if (activeFold.activeIn(i) != isActive(reference, people.get(p), i)) {
                        return "person " + p + ", window of " + i;
                    }
                    for (int value = 0; value < 3; value++) {
                        if (activeFold.activeIn(value, i) != isActive(reference, p, value, i)) {
                            return "person " + p + " with value " + value + ", window of " + i;
                        }
                    }
                }
                if (stickinessFold.active() != distinct(reference, p)) {
                    return "person " + p + " is active in " + stickinessFold.active();
                }
            }
            lifecycles.get(0).merge(lifecycles.get(1));
            sticky.get(0).merge(sticky.get(1));
            actives.get(0).merge(actives.get(1));
            return differ(reference, lifecycles.get(0), sticky.get(0), actives.get(0), rest);
        }

        private void fold(
                PersonFold fold, FoldNeeds needs, PersonSlice slice, UnaryOperator<List<Event>> changed, int p) {
            Event.fill(slice, needs, p, changed.apply(people.get(p)));
            slice.trait = traits.get(p);
            slice.created = created.get(p);
            fold.fold(slice);
        }

        private @Nullable String differ(
                ActivityReference reference,
                LifecycleTally lifecycle,
                StickinessTally sticky,
                ActiveTally active,
                ActiveTally rest) {
            for (int i = 0; i < intervals.size(); i++) {
                int interval = i;
                for (State state : State.values()) {
                    if (lifecycle.count(state, i) != count(p -> state(reference, p, interval) == state)) {
                        return state + " in " + i;
                    }
                }
                if (active.count(i) != count(p -> isActive(reference, people.get(p), interval))) {
                    return "active in " + i;
                }
                for (int value = 0; value < 3; value++) {
                    int own = value;
                    if (active.count(value, i) != count(p -> isActive(reference, p, own, interval))) {
                        return "active in " + i + " with value " + value;
                    }
                }
                long others = count(p -> isActive(reference, p, 0, interval) || isActive(reference, p, 2, interval));
                if (rest.count(ActiveTally.OTHER, i) != others) {
                    return "active in " + i + " with one of the rest";
                }
                double mean = 0;
                for (int back = 0; back < window; back++) {
                    long day = reference.number(intervals.start(0)) + i - back;
                    mean += count(p -> reference.active(people.get(p)).contains(day)) / (double) window;
                }
                long all = active.count(i);
                double expected = mean / all;
                if (all > 0 && Math.abs(active.stickiness(i) - expected) > 1e-9) {
                    return "stickiness in " + i;
                }
            }
            for (int days = 1; days <= intervals.size(); days++) {
                int number = days;
                if (sticky.exactly(days) != count(p -> distinct(reference, p) == number)
                        || sticky.atLeast(days) != count(p -> distinct(reference, p) >= number)) {
                    return "active in " + days + " intervals";
                }
            }
            return null;
        }

        private interface Condition {
            boolean holds(int person);
        }

        private static long count(Condition condition) {
            long count = 0;
            for (int p = 0; p < PERSONS; p++) {
                count += condition.holds(p) ? 1 : 0;
            }
            return count;
        }

        private @Nullable State state(ActivityReference reference, int p, int interval) {
            List<Event> own =
                    people.get(p).stream().filter(event -> event.is(1)).toList();
            if (own.isEmpty()) {
                return null;
            }
            long known = newBy == NewBy.CREATED
                    ? Math.min(own.get(0).at(), created.get(p))
                    : own.get(0).at();
            long first = reference.number(intervals.start(0));
            return reference.state(own, known, first + interval, first);
        }

        private boolean isActive(ActivityReference reference, int p, int value, int interval) {
            List<Event> events = people.get(p);
            return switch (breakdown) {
                case NONE -> false;
                case PROFILE -> traits.get(p) == value && isActive(reference, events, interval);
                case EVENT ->
                    isActive(
                            reference,
                            events.stream()
                                    .filter(event -> event.value() == value)
                                    .toList(),
                            interval);
            };
        }

        private boolean isActive(ActivityReference reference, List<Event> events, int interval) {
            long last = reference.number(intervals.start(0)) + interval;
            return reference.active(events).stream()
                    .anyMatch(day -> day <= last && day > last - reference.window(window));
        }

        private int distinct(ActivityReference reference, int p) {
            List<Event> inside = people.get(p).stream()
                    .filter(event -> event.at() >= clipped.from() && event.at() < clipped.to())
                    .toList();
            return reference.active(inside).size();
        }

        void record(Coverage coverage) {
            var reference = new ActivityReference(calendar);
            Set<String> seen = new TreeSet<>();
            for (int p = 0; p < PERSONS; p++) {
                if (people.get(p).isEmpty()) {
                    seen.add("empty slice");
                }
                if (distinct(reference, p) > 0) {
                    seen.add(distinct(reference, p) + " intervals");
                    seen.add(intervals.unit().name());
                    seen.add(clipped == intervals ? "whole" : "clipped");
                }
                for (int i = 0; i < intervals.size(); i++) {
                    State state = state(reference, p, i);
                    if (state != null) {
                        seen.add(state.name());
                        seen.add(newBy.name());
                    }
                    boolean now = reference.active(people.get(p)).contains(reference.number(intervals.start(i)));
                    if (!now && isActive(reference, people.get(p), i)) {
                        seen.add("active by window alone");
                    }
                    boolean first = isActive(reference, p, 0, i);
                    boolean third = isActive(reference, p, 2, i);
                    if (first && isActive(reference, p, 1, i)) {
                        seen.add("several values");
                    }
                    if (first && third) {
                        seen.add("rest counted once");
                    }
                    if (first || third) {
                        seen.add(breakdown.name());
                    }
                    if (now && intervals.end(i) - intervals.start(i) == 25 * HOUR) {
                        seen.add("active on a day of 25 hours");
                    }
                }
            }
            seen.forEach(coverage::saw);
        }
    }

    private static Intervals days(int count) {
        return Intervals.calendar(Unit.DAY, ZoneId.of("UTC"), DayOfWeek.MONDAY, 0, count * DAY);
    }

    private static List<Event> events(long... hours) {
        List<Event> events = new ArrayList<>();
        for (long hour : hours) {
            events.add(Event.of(hour * HOUR, 1));
        }
        return events;
    }
}
