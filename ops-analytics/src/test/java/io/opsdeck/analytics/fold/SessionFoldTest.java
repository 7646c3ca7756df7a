package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.fold.Intervals.Unit;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionFoldTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int ROUNDS = 6_000;
    private static final int PERSONS = 3;

    @Test
    void eventsLessThanThirtyMinutesApartAreOneSession() {
        SessionTally tally = tally(false, 0, 29 * MINUTE, 59 * MINUTE, 59 * MINUTE + 30 * MINUTE - 1);
        assertThat(tally.overall().count(0)).isEqualTo(2);
        assertThat(tally.overall().length(0)).isEqualTo(29 * MINUTE + 30 * MINUTE - 1);
        assertThat(tally.overall().bounces(0)).isZero();
    }

    @Test
    void aSingleEventBounces() {
        SessionTally tally = tally(false, 0, HOUR, HOUR);
        assertThat(tally.overall().bounces(0)).isEqualTo(1);
        assertThat(tally.overall().bounceRate(0)).isEqualTo(0.5);
        assertThat(tally.overall().events(0)).isEqualTo(3);
    }

    @Test
    void midnightCutsDailyCountsButNotTheLength() {
        for (boolean daily : new boolean[] {true, false}) {
            SessionTally tally = tally(daily, DAY - 10 * MINUTE, DAY + 10 * MINUTE);
            assertThat(tally.overall().count(0)).isEqualTo(1);
            assertThat(tally.overall().count(1)).isEqualTo(daily ? 1 : 0);
            assertThat(tally.overall().begun(1)).isZero();
            assertThat(tally.overall().meanSeconds(0)).isEqualTo(1_200);
        }
    }

    @Test
    void aSessionThatBeganBeforeTheRangeIsNotCounted() {
        SessionTally tally = tally(false, -10 * MINUTE, 10 * MINUTE);
        assertThat(tally.overall().count(0)).isZero();
        assertThat(tally(true, -10 * MINUTE, 10 * MINUTE).overall().count(0)).isEqualTo(1);
    }

    @Test
    void theFoldAgreesWithTheDefinition() {
        var coverage = new Coverage("sessions");
        for (int seed = 0; seed < ROUNDS; seed++) {
            var round = new Round(seed);
            assertThat(round.difference(new SessionReference(round.plan, round.calendar), UnaryOperator.identity()))
                    .as("seed %d, %s, %s", seed, round.plan, round.people)
                    .isNull();
            round.record(coverage);
        }
        coverage.demand(
                100,
                "session",
                "two sessions",
                "bounce",
                "gap exactly hit",
                "daily over midnight",
                "over midnight uncut",
                "began before the range",
                "began after the range",
                "NONE",
                "EVENT",
                "PROFILE",
                "no value",
                "tie",
                "day of 25 hours",
                "ignored event",
                "empty slice");
    }

    /** Bugs as they happen; the harness has to find each. */
    enum Bug {
        GAP_LONG_BY_ONE {
            @Override
            SessionReference reference(Round round) {
                return new SessionReference(round.plan, round.calendar) {
                    @Override
                    boolean continues(long before, long at) {
                        return at - before <= round.plan.gap();
                    }
                };
            }
        },
        DAYS_OF_24_HOURS {
            @Override
            SessionReference reference(Round round) {
                return new SessionReference(round.plan, round.calendar) {
                    @Override
                    long number(long at) {
                        return Math.floorDiv(at - round.plan.intervals().start(0), DAY);
                    }
                };
            }
        },
        LENGTH_CUT_AT_MIDNIGHT {
            @Override
            SessionReference reference(Round round) {
                return new SessionReference(round.plan, round.calendar) {
                    @Override
                    boolean continues(long before, long at) {
                        return super.continues(before, at) && (!round.plan.daily() || number(before) == number(at));
                    }
                };
            }
        },
        BEGINNING_BEFORE_THE_RANGE_FORGOTTEN {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream()
                        .filter(event -> event.at() >= Round.BASE + DAY)
                        .toList();
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

        SessionReference reference(Round round) {
            return new SessionReference(round.plan, round.calendar);
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsCaught(Bug bug) {
        Planted.isCaught("sessions", bug, ROUNDS, seed -> {
            var round = new Round(seed);
            return round.difference(bug.reference(round), bug::events);
        });
    }

    private static final class Round {

        static final long BASE = Instant.parse("2025-10-24T22:00:00Z").toEpochMilli();
        private final Random random;
        final LocalCalendar calendar = new LocalCalendar(Unit.DAY, BERLIN, DayOfWeek.MONDAY);
        final SessionPlan plan;
        final List<List<Event>> people = new ArrayList<>();
        private final List<Integer> traits = new ArrayList<>();

        Round(int seed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            Intervals days = Intervals.calendar(
                    Unit.DAY, BERLIN, DayOfWeek.MONDAY, BASE + DAY, BASE + (2 + random.nextInt(2)) * DAY);
            plan = new SessionPlan(
                    1,
                    days,
                    (1 + random.nextInt(3)) * HOUR,
                    random.nextBoolean(),
                    Breakdown.values()[random.nextInt(3)]);
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = new ArrayList<>();
                long at = BASE + (long) (random.nextDouble() * 3 * DAY) / HOUR * HOUR;
                if (random.nextBoolean()) {
                    at = BASE + (1 + random.nextInt(2)) * DAY + (random.nextInt(8) - 5) * HOUR;
                }
                for (int count = random.nextInt(9); count > 0; count--) {
                    events.add(Event.of(at, random.nextInt(6) == 0 ? 2 : 1, random.nextInt(3)));
                    at += random.nextInt(5) == 0 ? random.nextInt(30) * HOUR : random.nextInt(4) * HOUR;
                }
                events.sort(Comparator.comparingLong(Event::at));
                people.add(events);
                traits.add(random.nextInt(3));
            }
        }

        @Nullable
        String difference(SessionReference reference, UnaryOperator<List<Event>> changed) {
            var fold = new SessionFold(plan);
            var slice = new PersonSlice(plan.needs());
            var tallies = List.of(new SessionTally(plan), new SessionTally(plan));
            Map<String, Long> sums = new TreeMap<>();
            for (int p = 0; p < PERSONS; p++) {
                Event.fill(slice, plan.needs(), p, changed.apply(people.get(p)));
                slice.trait = traits.get(p);
                fold.fold(slice);
                tallies.get(p % 2).add(fold);
                Map<String, Long> own = new TreeMap<>();
                reference.sum(people.get(p), traits.get(p), own);
                for (int i = 0; i < plan.intervals().size(); i++) {
                    if (fold.hasSession(i) != own.getOrDefault(i + " count", 0L) > 0) {
                        return "person " + p + ", interval " + i;
                    }
                    for (int value = 0; value < 3 && plan.breakdown() != Breakdown.NONE; value++) {
                        if (fold.hasSession(value, i) != own.getOrDefault(value + ": " + i + " count", 0L) > 0) {
                            return "person " + p + ", interval " + i + ", value " + value;
                        }
                    }
                }
                own.forEach((what, number) -> sums.merge(what, number, Long::sum));
            }
            tallies.get(0).merge(tallies.get(1));
            String difference = differ(tallies.get(0).overall(), "", sums);
            for (int value = 0; value < 3 && plan.breakdown() != Breakdown.NONE; value++) {
                difference = difference == null ? differ(tallies.get(0).of(value), value + ": ", sums) : difference;
            }
            return difference;
        }

        private @Nullable String differ(SessionTally.Group group, String prefix, Map<String, Long> sums) {
            for (int i = 0; i < plan.intervals().size(); i++) {
                Map<String, Long> actual = Map.of(
                        "count", group.count(i),
                        "begun", group.begun(i),
                        "length", group.length(i),
                        "events", group.events(i),
                        "bounces", group.bounces(i));
                for (var each : actual.entrySet()) {
                    long expected = sums.getOrDefault(prefix + i + " " + each.getKey(), 0L);
                    if (each.getValue() != expected) {
                        return prefix + i + " " + each + ", expected " + expected;
                    }
                }
            }
            return null;
        }

        void record(Coverage coverage) {
            var reference = new SessionReference(plan, calendar);
            Set<String> seen = new TreeSet<>();
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = people.get(p);
                seen.add(events.isEmpty() ? "empty slice" : "events");
                List<List<Event>> inside = new ArrayList<>();
                for (List<Event> session : reference.sessions(events)) {
                    long first = session.get(0).at();
                    long last = session.get(session.size() - 1).at();
                    if (first < plan.intervals().from()) {
                        seen.add(last >= plan.intervals().from() ? "began before the range" : "before");
                    } else if (first >= plan.intervals().to()) {
                        seen.add("began after the range");
                    } else {
                        inside.add(session);
                        seen.add("session");
                        seen.add(plan.breakdown().name());
                        seen.add(session.size() == 1 ? "bounce" : "longer");
                        seen.add(session.get(0).value() == 0 ? "no value" : "value");
                        if (reference.number(first) != reference.number(last)) {
                            seen.add(plan.daily() ? "daily over midnight" : "over midnight uncut");
                        }
                        if (reference.number(first) == 0) {
                            seen.add("day of 25 hours");
                        }
                    }
                }
                seen.add(inside.size() > 1 ? "two sessions" : "fewer");
                for (int i = 1; i < events.size(); i++) {
                    long gap = events.get(i).at() - events.get(i - 1).at();
                    seen.add(gap == plan.gap() ? "gap exactly hit" : "other gap");
                    seen.add(gap == 0 ? "tie" : "no tie");
                    seen.add(events.get(i).is(1) ? "counted event" : "ignored event");
                }
            }
            seen.forEach(coverage::saw);
        }
    }

    private static SessionTally tally(boolean daily, long... times) {
        Intervals days = Intervals.calendar(Unit.DAY, ZoneId.of("UTC"), DayOfWeek.MONDAY, 0, 2 * DAY);
        var plan = new SessionPlan(1, days, SessionPlan.DEFAULT_GAP, daily, Breakdown.NONE);
        List<Event> events = new ArrayList<>();
        for (long time : times) {
            events.add(Event.of(time, 1));
        }
        var fold = new SessionFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events));
        var tally = new SessionTally(plan);
        tally.add(fold);
        return tally;
    }
}
