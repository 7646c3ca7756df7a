package io.opsdeck.analytics.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.fold.FunnelPlan.Attribution;
import io.opsdeck.analytics.fold.FunnelPlan.Count;
import io.opsdeck.analytics.fold.FunnelPlan.ExclusionMode;
import io.opsdeck.analytics.fold.FunnelPlan.Order;
import io.opsdeck.analytics.fold.FunnelPlan.Step;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunnelFoldTest {

    private static final long MINUTE = 60_000;
    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 4;
    private static final int X = 8;

    @Test
    void theLongestChainWithinTheWindowCounts() {
        FunnelFold fold = fold(abc().window(14 * MINUTE).build(), "A0 B5 A10 C12 B15");
        assertThat(fold.chains().reached(0)).isEqualTo(3);
        assertThat(times(fold)).containsExactly(0, 5, 12);
    }

    @Test
    void aWindowOfTenMinutesEndsTheChainAtStepTwo() {
        FunnelFold fold = fold(abc().window(10 * MINUTE).build(), "A0 B5 A10 C12 B15");
        assertThat(fold.chains().reached(0)).isEqualTo(2);
        assertThat(times(fold)).containsExactly(0, 5);
        assertThat(fold.droppedBefore(3)).isTrue();
        assertThat(fold.droppedBefore(2)).isFalse();
    }

    @Test
    void anotherEventInterruptsAStrictChain() {
        assertThat(reached(abc().order(Order.STRICT), "A0 B1 X2 C3")).isEqualTo(2);
        assertThat(reached(abc().order(Order.STRICT), "A0 B1 C3")).isEqualTo(3);
    }

    @Test
    void onlyTrackedEventsInterruptAStrictChainIfSomeAreChosen() {
        assertThat(reached(abc().strict(16), "A0 B1 X2 C3")).isEqualTo(3);
        assertThat(reached(abc().strict(X), "A0 B1 X2 C3")).isEqualTo(2);
        assertThat(reached(abc().strict(16), "A0 B1 A2 C3")).isEqualTo(2);
    }

    @Test
    void oneEventDoesNotFillTwoSteps() {
        FunnelPlan.Builder twice = FunnelPlan.of(0, 100 * MINUTE, List.of(Step.of(A), Step.of(A)));
        assertThat(reached(twice, "A0")).isEqualTo(1);
        assertThat(reached(twice, "A0 A0")).isEqualTo(2);
    }

    @Test
    void anExclusionDropsThePersonOrTheChain() {
        assertThat(fold(ab().exclude(X, 1, 2).build(), "A0 X1 B2").chains().size())
                .isZero();
        assertThat(reached(ab().exclude(X, 1, 2).exclusionMode(ExclusionMode.CHAIN), "A0 X1 B2"))
                .isEqualTo(1);
        assertThat(reached(ab().exclude(X, 1, 2).exclusionMode(ExclusionMode.CHAIN), "A0 X1 A2 B3"))
                .isEqualTo(2);
        assertThat(fold(ab().exclude(X, 1, 2).build(), "A0 X1 A2 B3").chains().size())
                .isZero();
        assertThat(reached(ab().exclude(X, 1, 2), "X0 A1 B2 X3")).isEqualTo(2);
        assertThat(reached(ab().exclude(X, 1, 2), "A0 B2 A3 X4")).isEqualTo(2);
    }

    @Test
    void aWindowIsInclusiveToTheMillisecond() {
        assertThat(reached(ab().window(2 * MINUTE), "A0 B2")).isEqualTo(2);
        assertThat(reached(ab().window(2 * MINUTE - 1), "A0 B2")).isEqualTo(1);
    }

    @Test
    void equalTimesMakeAChainInTheOrderOfTheLog() {
        assertThat(reached(abc(), "A0 B0 C0")).isEqualTo(3);
        assertThat(reached(abc(), "B0 A0 C0")).isEqualTo(1);
    }

    @Test
    void aChainBeginsInsideTheRangeAndMayEndAfterIt() {
        FunnelPlan plan = FunnelPlan.of(10 * MINUTE, 20 * MINUTE, List.of(Step.of(A), Step.of(B)))
                .window(30 * MINUTE)
                .build();
        assertThat(fold(plan, "A9 B11").chains().size()).isZero();
        assertThat(fold(plan, "A10 B40").chains().reached(0)).isEqualTo(2);
        assertThat(fold(plan, "A19 B50").chains().reached(0)).isEqualTo(1);
        assertThat(fold(plan, "A20 B21").chains().size()).isZero();
        assertThat(plan.needs().until()).isEqualTo(50 * MINUTE);
    }

    @Test
    void withALeastGapTheLatestStartIsNotTheBest() {
        List<Step> steps = List.of(Step.of(A), Step.of(B).gap(5 * MINUTE, FunnelPlan.NO_LIMIT));
        FunnelFold fold = fold(FunnelPlan.of(0, 100 * MINUTE, steps).build(), "A0 A4 B6");
        assertThat(times(fold)).containsExactly(0, 6);
    }

    @Test
    void withAMostGapTheStepBeforeMayHaveToBeTheLaterOne() {
        List<Step> steps = List.of(Step.of(A), Step.of(B), Step.of(C).gap(0, 3 * MINUTE));
        FunnelFold fold = fold(FunnelPlan.of(0, 100 * MINUTE, steps).build(), "A0 B1 B8 C9");
        assertThat(times(fold)).containsExactly(0, 8, 9);
    }

    @Test
    void anOptionalStepIsRecordedButNotNeeded() {
        FunnelPlan plan = FunnelPlan.of(0, 100 * MINUTE, List.of(Step.of(A), Step.optional(X), Step.of(B)))
                .build();
        FunnelFold seen = fold(plan, "A0 X1 B2");
        assertThat(seen.chains().reached(0)).isEqualTo(2);
        assertThat(seen.reached(2)).isTrue();
        FunnelFold skipped = fold(plan, "X0 A1 B2 X3");
        assertThat(skipped.reached(2)).isFalse();
        assertThat(skipped.reached(3)).isTrue();
    }

    @Test
    void inAnyOrderEachStepStillNeedsAnEventOfItsOwn() {
        assertThat(reached(abc().order(Order.ANY), "C0 A1 B2")).isEqualTo(3);
        FunnelPlan.Builder twice = FunnelPlan.of(0, 100 * MINUTE, List.of(Step.of(A), Step.of(A | B)))
                .order(Order.ANY);
        assertThat(reached(twice, "A0")).isEqualTo(1);
        assertThat(reached(twice, "B0 A1")).isEqualTo(2);
    }

    @Test
    void attemptsDoNotOverlap() {
        FunnelTally tally = tally(ab().count(Count.TOTAL).build(), "A0 A1 B2 B3 A4 B5 A6");
        assertThat(tally.overall().count(1)).isEqualTo(3);
        assertThat(tally.overall().count(2)).isEqualTo(2);
        assertThat(tally.overall().dropped(2)).isEqualTo(1);
    }

    @Test
    void aMissingValueIsAGroupOfItsOwn() {
        for (Attribution attribution : new Attribution[] {Attribution.FIRST, Attribution.LAST, Attribution.ALL}) {
            FunnelTally tally = tally(ab().breakdown(attribution).build(), "A0 B1");
            assertThat(tally.values()).containsExactly(0);
            assertThat(tally.of(0).count(2)).isEqualTo(1);
        }
    }

    @Test
    void attributionDecidesWhichValueAChainBelongsTo() {
        List<Event> events = List.of(Event.of(0, A), Event.of(1, A, 7), Event.of(2, B, 8), Event.of(3, B, 7));
        FunnelTally first = tally(ab().breakdown(Attribution.FIRST).build(), events);
        assertThat(first.of(8).count(2)).isEqualTo(1);
        FunnelTally all = tally(ab().breakdown(Attribution.ALL).build(), events);
        assertThat(all.of(7).count(2)).isEqualTo(1);
        assertThat(all.of(0).count(1)).isEqualTo(1);
        assertThat(all.of(0).count(2)).isZero();
        assertThat(all.of(8).count(1)).isZero();
        FunnelTally second = tally(ab().breakdownAt(2).build(), events);
        assertThat(second.of(7).count(2)).isEqualTo(1);
        assertThat(second.of(8).count(2)).isEqualTo(1);
        assertThat(second.overall().count(2)).isEqualTo(1);
    }

    @Test
    void thoseOutsideOfTheValuesAskedForAreCountedOnce() {
        List<Event> events = List.of(Event.of(0, A, 7), Event.of(1, A, 8), Event.of(2, A, 9), Event.of(3, B, 9));
        FunnelPlan plan = ab().breakdown(Attribution.ALL).build();
        FunnelFold fold = new FunnelFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events));
        FunnelTally tally = FunnelTally.ofValues(plan, 7);
        tally.add(fold);
        assertThat(tally.of(7).count(1)).isEqualTo(1);
        assertThat(tally.of(FunnelTally.OTHER).count(1)).isEqualTo(1);
        assertThat(tally.of(FunnelTally.OTHER).count(2)).isEqualTo(1);
    }

    @Test
    void theTrendCountsByTheDayOfEntry() {
        Intervals days = Intervals.calendar(Intervals.Unit.DAY, ZoneId.of("UTC"), DayOfWeek.MONDAY, 0, 3 * 86_400_000L);
        FunnelPlan plan = FunnelPlan.of(0, 3 * 86_400_000L, List.of(Step.of(A), Step.of(B)))
                .trend(days)
                .build();
        FunnelTally tally =
                tally(plan, List.of(Event.of(86_399_999, A), Event.of(86_400_000, A), Event.of(86_400_001, B)));
        assertThat(tally.entered(0)).isEqualTo(1);
        assertThat(tally.converted(0)).isEqualTo(1);
        assertThat(tally.entered(1)).isZero();
    }

    @Test
    void aPlanThatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> FunnelPlan.of(0, 1, List.of()).build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FunnelPlan.of(0, 1, List.of(Step.optional(A))).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ab().exclude(X, 2, 1).build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ab().order(Order.ANY).exclude(X, 1, 2).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Step.of(A).gap(5, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    private static FunnelPlan.Builder ab() {
        return FunnelPlan.of(0, 100 * MINUTE, List.of(Step.of(A), Step.of(B)));
    }

    private static FunnelPlan.Builder abc() {
        return FunnelPlan.of(0, 100 * MINUTE, List.of(Step.of(A), Step.of(B), Step.of(C)));
    }

    private static int reached(FunnelPlan.Builder plan, String events) {
        FunnelFold fold = fold(plan.build(), events);
        assertThat(fold.chains().size()).isEqualTo(1);
        return fold.chains().reached(0);
    }

    private static FunnelFold fold(FunnelPlan plan, String events) {
        var fold = new FunnelFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events(events)));
        return fold;
    }

    private static FunnelTally tally(FunnelPlan plan, String events) {
        return tally(plan, events(events));
    }

    private static FunnelTally tally(FunnelPlan plan, List<Event> events) {
        var fold = new FunnelFold(plan);
        fold.fold(Event.slice(plan.needs(), 1, events));
        var tally = new FunnelTally(plan);
        tally.add(fold);
        return tally;
    }

    /** Minutes of the steps done. */
    private static List<Integer> times(FunnelFold fold) {
        List<Integer> minutes = new ArrayList<>();
        for (int step = 1; step <= fold.plan().steps().size(); step++) {
            if (fold.chains().did(0, step)) {
                minutes.add((int) (fold.chains().at(0, step) / MINUTE));
            }
        }
        return minutes;
    }

    /** {@code "A0 B5"}: A at minute 0, B at minute 5. */
    private static List<Event> events(String text) {
        List<Event> events = new ArrayList<>();
        for (String event : text.split(" ")) {
            int bits = switch (event.charAt(0)) {
                case 'A' -> A;
                case 'B' -> B;
                case 'C' -> C;
                default -> X;
            };
            events.add(Event.of(Long.parseLong(event.substring(1)) * MINUTE, bits));
        }
        return events;
    }
}
