package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.opsdeck.analytics.fold.AttributionPlan.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AttributionFoldTest {

    private static final long DAY = 86_400_000;
    private static final int CONVERSION = 1;
    private static final int TOUCH = 2;
    private static final int KEY = 4;
    private static final int ROUNDS = 8_000;
    private static final int PERSONS = 3;

    @Test
    void touchesLoseHalfTheirWeightInSevenDays() {
        List<Event> events = List.of(touch(0, 1), touch(7, 2), touch(10, 3), conversion(10, 100));
        AttributionFold fold = fold(plan(Model.TIME_DECAY), events);
        assertThat(fold.share(0)).isCloseTo(0.1757, within(5e-5));
        assertThat(fold.share(1)).isCloseTo(0.3514, within(5e-5));
        assertThat(fold.share(2)).isCloseTo(0.4729, within(5e-5));
        assertThat(fold.amount(2)).isCloseTo(47.29, within(5e-3));
    }

    @ParameterizedTest
    @CsvSource({
        "FIRST, 1, 0, 0, 0",
        "LAST, 0, 0, 0, 1",
        "LINEAR, .25, .25, .25, .25",
        "POSITION, .4, .1, .1, .4",
        "LAST_NON_DIRECT, 0, 0, 1, 0"
    })
    void aModelSharesAConversionAmongItsTouches(Model model, double a, double b, double c, double d) {
        List<Event> events = List.of(touch(0, 1), touch(1, 2), touch(2, 3), touch(3, 9), conversion(4, 10));
        AttributionTally tally = tally(plan(model), events);
        double[] shares = {a, b, c, d};
        for (int i = 0; i < 4; i++) {
            assertThat(tally.conversions(i == 3 ? 9 : i + 1)).isCloseTo(shares[i], within(1e-12));
            assertThat(tally.amount(i == 3 ? 9 : i + 1)).isCloseTo(shares[i] * 10, within(1e-12));
        }
        assertThat(tally.conversions()).isEqualTo(1);
        assertThat(tally.unattributed()).isZero();
    }

    @Test
    void oneTouchGetsAllAndTwoGetHalfByPosition() {
        assertThat(fold(plan(Model.POSITION), List.of(touch(0, 1), conversion(1, 1)))
                        .share(0))
                .isEqualTo(1);
        AttributionFold two = fold(plan(Model.POSITION), List.of(touch(0, 1), touch(1, 2), conversion(1, 1)));
        assertThat(two.share(0)).isEqualTo(0.5);
        assertThat(two.share(1)).isEqualTo(0.5);
    }

    @Test
    void onlyDirectTouchesAreBetterThanNone() {
        AttributionTally tally =
                tally(plan(Model.LAST_NON_DIRECT), List.of(touch(0, 9), touch(1, 9), conversion(2, 1)));
        assertThat(tally.conversions(9)).isEqualTo(1);
    }

    @Test
    void theLookBackIsInclusiveAndEndsAtTheConversion() {
        List<Event> events = List.of(touch(0, 1), conversion(30, 5), touch(30, 2));
        assertThat(fold(plan(Model.LINEAR), events).credits()).isEqualTo(1);
        List<Event> late = List.of(new Event(-1, TOUCH, 1, 0, 0), conversion(30, 5));
        AttributionTally tally = tally(plan(Model.LINEAR), late);
        assertThat(tally.unattributed()).isEqualTo(1);
        assertThat(tally.unattributedAmount()).isEqualTo(5);
    }

    @Test
    void aKeyEventOfTheSameProductMustLieBetween() {
        AttributionPlan plan = new AttributionPlan(
                CONVERSION, TOUCH, KEY, true, Model.LINEAR, 30 * DAY, 7 * DAY, List.of(), false, false, 0, 100 * DAY);
        List<Event> events = List.of(
                touch(0, 1),
                new Event(DAY, KEY, 0, 5, 0),
                touch(2, 2),
                new Event(3 * DAY, KEY, 0, 6, 0),
                new Event(4 * DAY, CONVERSION, 0, 5, 0));
        AttributionFold fold = fold(plan, events);
        assertThat(fold.credits()).isEqualTo(1);
        assertThat(fold.earns(1)).isTrue();
        assertThat(fold.earns(2)).isFalse();
    }

    @Test
    void aConversionWithoutAnAmountStillCounts() {
        AttributionTally tally = tally(plan(Model.LAST), List.of(touch(0, 1), conversion(1, Double.NaN)));
        assertThat(tally.conversions(1)).isEqualTo(1);
        assertThat(tally.amount(1)).isZero();
    }

    @Test
    void theFoldAgreesWithTheDefinition() {
        var coverage = new Coverage("attribution");
        for (int seed = 0; seed < ROUNDS; seed++) {
            var round = new Round(seed);
            assertThat(round.difference(new AttributionReference(round.plan), UnaryOperator.identity()))
                    .as("seed %d, %s, %s", seed, round.plan, round.people)
                    .isNull();
            round.record(coverage);
        }
        coverage.demand(
                100,
                "FIRST",
                "LAST",
                "LAST_NON_DIRECT",
                "LINEAR",
                "POSITION",
                "TIME_DECAY",
                "1 touches",
                "2 touches",
                "3 touches",
                "4 touches",
                "unattributed",
                "two conversions",
                "first only",
                "look-back exactly hit",
                "touch at the conversion",
                "shared key decided",
                "any key",
                "all direct",
                "no value",
                "no amount",
                "touch before the range",
                "empty slice");
    }

    /** Bugs as they happen; the harness has to find each. */
    enum Bug {
        LOOK_BACK_SHORT_BY_ONE {
            @Override
            AttributionReference reference(AttributionPlan plan) {
                return new AttributionReference(plan) {
                    @Override
                    boolean inLookback(long touch, long conversion) {
                        return conversion - touch < plan.lookback();
                    }
                };
            }
        },
        TOUCH_AFTER_THE_CONVERSION_COUNTED {
            @Override
            AttributionReference reference(AttributionPlan plan) {
                return new AttributionReference(plan) {
                    @Override
                    boolean isBefore(int touch, int conversion, List<Event> events) {
                        return touch != conversion
                                && events.get(touch).at()
                                        <= events.get(conversion).at();
                    }
                };
            }
        },
        CONVERSION_IS_ITS_OWN_TOUCH {
            @Override
            AttributionReference reference(AttributionPlan plan) {
                return new AttributionReference(plan) {
                    @Override
                    boolean isBefore(int touch, int conversion, List<Event> events) {
                        return touch <= conversion;
                    }
                };
            }
        },
        KEY_NOT_COMPARED {
            @Override
            AttributionReference reference(AttributionPlan plan) {
                return new AttributionReference(plan) {
                    @Override
                    boolean shares(Event key, Event conversion) {
                        return true;
                    }
                };
            }
        },
        KEY_BEFORE_THE_TOUCH {
            @Override
            AttributionReference reference(AttributionPlan plan) {
                return new AttributionReference(plan) {
                    @Override
                    int firstKey(int touch) {
                        return 0;
                    }
                };
            }
        },
        HALF_LIFE_DOUBLED {
            @Override
            AttributionPlan plan(AttributionPlan plan) {
                return new AttributionPlan(
                        plan.conversionMask(),
                        plan.touchMask(),
                        plan.keyMask(),
                        plan.sharedKey(),
                        plan.model(),
                        plan.lookback(),
                        plan.halfLife() * 2,
                        plan.direct(),
                        plan.firstOnly(),
                        plan.revenue(),
                        plan.from(),
                        plan.to());
            }
        },
        EVENTS_BEFORE_THE_RANGE_MISSING {
            @Override
            List<Event> events(List<Event> events) {
                return events.stream().filter(event -> event.at() >= 10 * DAY).toList();
            }
        },
        TIES_LOST {
            @Override
            List<Event> events(List<Event> events) {
                Set<Long> times = new TreeSet<>();
                return events.stream().filter(event -> times.add(event.at())).toList();
            }
        };

        AttributionPlan plan(AttributionPlan plan) {
            return plan;
        }

        List<Event> events(List<Event> events) {
            return events;
        }

        AttributionReference reference(AttributionPlan plan) {
            return new AttributionReference(plan);
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void aPlantedBugIsCaught(Bug bug) {
        Planted.isCaught("attribution", bug, ROUNDS, seed -> {
            var round = new Round(seed, bug::plan);
            return round.difference(bug.reference(new Round(seed).plan), bug::events);
        });
    }

    private static final class Round {

        private final Random random;
        final AttributionPlan plan;
        private final AttributionPlan folded;
        final List<List<Event>> people = new ArrayList<>();

        Round(int seed) {
            this(seed, UnaryOperator.identity());
        }

        Round(int seed, UnaryOperator<AttributionPlan> changed) {
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            boolean keyed = random.nextInt(3) == 0;
            plan = new AttributionPlan(
                    CONVERSION,
                    TOUCH,
                    keyed ? KEY : 0,
                    random.nextBoolean(),
                    Model.values()[random.nextInt(6)],
                    random.nextInt(12) * DAY,
                    (1 + random.nextInt(10)) * DAY,
                    List.of(0, 2),
                    random.nextInt(3) == 0,
                    random.nextBoolean(),
                    10 * DAY,
                    (14 + random.nextInt(8)) * DAY);
            folded = changed.apply(plan);
            for (int p = 0; p < PERSONS; p++) {
                List<Event> events = new ArrayList<>();
                for (int count = random.nextInt(12); count > 0; count--) {
                    int bits = random.nextInt(8) == 0 ? 1 + random.nextInt(7) : 1 << random.nextInt(keyed ? 3 : 2);
                    double amount = random.nextInt(4) == 0 ? Double.NaN : random.nextInt(100);
                    events.add(new Event(random.nextInt(24) * DAY, bits, random.nextInt(4), random.nextInt(3), amount));
                }
                events.sort(Comparator.comparingLong(Event::at));
                people.add(events);
            }
        }

        @Nullable
        String difference(AttributionReference reference, UnaryOperator<List<Event>> changed) {
            var fold = new AttributionFold(folded);
            var slice = new PersonSlice(folded.needs());
            var tallies = List.of(new AttributionTally(), new AttributionTally());
            Map<String, Double> sums = new HashMap<>();
            for (int p = 0; p < PERSONS; p++) {
                Event.fill(slice, folded.needs(), p, changed.apply(people.get(p)));
                fold.fold(slice);
                tallies.get(p % 2).add(fold);
                Map<String, Double> own = new HashMap<>();
                reference.sum(people.get(p), own);
                for (int value = 0; value < 4; value++) {
                    if (fold.earns(value) != own.getOrDefault(value + " share", 0.0) > 0) {
                        return "person " + p + ", value " + value;
                    }
                }
                own.forEach((what, number) -> sums.merge(what, number, Double::sum));
            }
            tallies.get(0).merge(tallies.get(1));
            AttributionTally tally = tallies.get(0);
            Map<String, Double> actual = new HashMap<>();
            actual.put("conversions", (double) tally.conversions());
            actual.put("unattributed", (double) tally.unattributed());
            actual.put("unattributed amount", tally.unattributedAmount());
            for (int value = 0; value < 4; value++) {
                actual.put(value + " share", tally.conversions(value));
                actual.put(value + " amount", tally.amount(value));
            }
            for (var each : actual.entrySet()) {
                double expected = sums.getOrDefault(each.getKey(), 0.0);
                if (Math.abs(expected - each.getValue()) > 1e-9) {
                    return each + ", expected " + expected;
                }
            }
            return null;
        }

        void record(Coverage coverage) {
            var reference = new AttributionReference(plan);
            Set<String> seen = new TreeSet<>();
            for (List<Event> person : people) {
                seen.add(person.isEmpty() ? "empty slice" : "events");
                List<Integer> conversions = reference.conversions(person);
                seen.add(conversions.size() > 1 ? "two conversions" : "fewer");
                long all = person.stream()
                        .filter(event -> event.is(CONVERSION) && event.at() >= plan.from() && event.at() < plan.to())
                        .count();
                seen.add(conversions.size() < all ? "first only" : "all");
                for (int conversion : conversions) {
                    Event event = person.get(conversion);
                    List<Event> touches = reference.touches(person, conversion);
                    seen.add(touches.isEmpty() ? "unattributed" : plan.model().name());
                    seen.add(touches.size() + " touches");
                    seen.add(plan.revenue() && Double.isNaN(event.amount()) ? "no amount" : "amount");
                    for (Event touch : touches) {
                        seen.add(event.at() - touch.at() == plan.lookback() ? "look-back exactly hit" : "inside");
                        seen.add(event.at() == touch.at() ? "touch at the conversion" : "touch before");
                        seen.add(touch.value() == 0 ? "no value" : "value");
                        seen.add(touch.at() < plan.from() ? "touch before the range" : "touch in the range");
                    }
                    if (!touches.isEmpty() && plan.keyMask() != 0) {
                        seen.add(plan.sharedKey() ? "shared key" : "any key");
                    }
                    if (!touches.isEmpty()
                            && plan.model() == Model.LAST_NON_DIRECT
                            && touches.stream().allMatch(touch -> plan.direct().contains(touch.value()))) {
                        seen.add("all direct");
                    }
                    if (plan.keyMask() != 0 && plan.sharedKey()) {
                        var careless = new AttributionReference(plan) {
                            @Override
                            boolean shares(Event key, Event other) {
                                return true;
                            }
                        };
                        seen.add(
                                careless.touches(person, conversion).equals(touches)
                                        ? "shared key made no difference"
                                        : "shared key decided");
                    }
                }
            }
            seen.forEach(coverage::saw);
        }
    }

    private static AttributionPlan plan(Model model) {
        return new AttributionPlan(
                CONVERSION, TOUCH, 0, false, model, 30 * DAY, 7 * DAY, List.of(9), false, true, 0, 100 * DAY);
    }

    private static Event touch(int day, int value) {
        return new Event(day * DAY, TOUCH, value, 0, Double.NaN);
    }

    private static Event conversion(int day, double amount) {
        return new Event(day * DAY, CONVERSION, 0, 0, amount);
    }

    private static AttributionFold fold(AttributionPlan plan, List<Event> events) {
        var fold = new AttributionFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events));
        return fold;
    }

    private static AttributionTally tally(AttributionPlan plan, List<Event> events) {
        var tally = new AttributionTally();
        tally.add(fold(plan, events));
        return tally;
    }
}
