package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldNeeds;
import io.opsdeck.analytics.fold.FoldTally;
import io.opsdeck.analytics.fold.FunnelFold;
import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.fold.FunnelTally;
import io.opsdeck.analytics.fold.Intervals;
import io.opsdeck.analytics.fold.PersonFold;
import io.opsdeck.analytics.fold.PersonSlice;
import io.opsdeck.analytics.insight.InsightQuery.Compare;
import io.opsdeck.analytics.insight.InsightQuery.Scope;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the persons for whom a rule holds, by folding what it asks of events and looking up what it asks of traits. */
@Component
class Rules {

    private final Engine engine;

    Rules(Engine engine) {
        this.engine = engine;
    }

    /** The ordinals of those for whom {@code rule} holds; those of merged persons say nothing. */
    BitSet holding(PeopleRule rule, Asked asked) {
        if (rule instanceof PeopleRule.All all) {
            BitSet found = everybody(asked);
            all.rules().forEach(each -> found.and(holding(each, asked)));
            return found;
        }
        if (rule instanceof PeopleRule.Any any) {
            var found = new BitSet();
            any.rules().forEach(each -> found.or(holding(each, asked)));
            return found;
        }
        if (rule instanceof PeopleRule.Not not) {
            BitSet found = everybody(asked);
            found.andNot(holding(not.rule(), asked));
            return found;
        }
        if (rule instanceof PeopleRule.Trait trait) {
            return PersonChecks.having(asked.snapshot(), trait.filter());
        }
        if (rule instanceof PeopleRule.Persons persons) {
            var found = new BitSet();
            persons.people().forEach(person -> asked.snapshot().ordinal(person).ifPresent(found::set));
            return found;
        }
        if (rule instanceof PeopleRule.Did did) {
            return did(did, asked);
        }
        return sequence((PeopleRule.Sequence) rule, asked);
    }

    private static BitSet everybody(Asked asked) {
        var all = new BitSet();
        all.set(0, asked.snapshot().persons());
        return all;
    }

    private BitSet did(PeopleRule.Did did, Asked asked) {
        PeopleRule.Measured measure = did.measure();
        List<String> measured = measure == null ? List.of() : measure.property();
        QueryRange.Span span = span(did.within(), asked);
        var needs = new FoldNeeds(span.from(), span.to(), false, false, false, measure != null, false, false);
        Scan.Wish wish = asked.wish(List.of(did.matcher()), scope(), needs, Asked.Columns.NONE.measuring(measured));
        var run = new Engine.Run<>(asked.snapshot(), wish, DeedFold::new, DeedTally::new);
        if (!holds(did, new DeedFold())) {
            return engine.people(run, fold -> holds(did, fold));
        }
        BitSet found = everybody(asked);
        found.andNot(engine.people(run, fold -> !holds(did, fold)));
        return found;
    }

    private static boolean holds(PeopleRule.Did did, DeedFold deeds) {
        PeopleRule.Measured measure = did.measure();
        return did.times().holds(deeds.count)
                && (measure == null || measure.compared().holds(deeds.value(measure.as())));
    }

    private BitSet sequence(PeopleRule.Sequence sequence, Asked asked) {
        List<Matcher> matchers = new ArrayList<>();
        List<FunnelPlan.Step> steps = new ArrayList<>();
        List<FunnelPlan.Exclusion> exclusions = new ArrayList<>();
        for (PeopleRule.Part part : sequence.parts()) {
            int bit = 1 << matchers.size();
            matchers.add(part.matcher());
            if (part.not()) {
                exclusions.add(new FunnelPlan.Exclusion(bit, steps.size(), steps.size() + 1));
            } else {
                long most = steps.isEmpty() ? FunnelPlan.NO_LIMIT : sequence.gap();
                steps.add(FunnelPlan.Step.of(bit).gap(0, most));
            }
        }
        QueryRange.Span span = span(sequence.within(), asked);
        var builder = FunnelPlan.of(span.from(), span.to(), steps)
                .window(FunnelPlan.NO_LIMIT)
                .exclusionMode(FunnelPlan.ExclusionMode.CHAIN);
        exclusions.forEach(each -> builder.exclude(each.mask(), each.from(), each.to()));
        FunnelPlan plan = builder.build();
        Scan.Wish wish = asked.wish(matchers, scope(), FoldNeeds.between(span.from(), span.to()));
        int last = steps.size();
        return engine.people(
                new Engine.Run<>(asked.snapshot(), wish, () -> new FunnelFold(plan), () -> new FunnelTally(plan)),
                fold -> fold.reached(last));
    }

    private static QueryRange.Span span(PeopleRule.@Nullable Within within, Asked asked) {
        if (within == null) {
            return new QueryRange.Span(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        QueryRange.Span span = asked.span(within.range());
        return within.before() ? new QueryRange.Span(Long.MIN_VALUE, span.from()) : span;
    }

    /** A rule looks at all events of its matcher, whatever the question filters. */
    private static Scope scope() {
        return new Scope(
                new QueryRange.Last(1, QueryRange.Unit.DAY, false), Intervals.Unit.DAY, List.of(), null, Compare.NONE);
    }

    /** How often a person did something, and the numbers of it. */
    private static final class DeedFold implements PersonFold {

        private int count;
        private int numbers;
        private double sum;
        private double least;
        private double most;

        @Override
        public void fold(PersonSlice slice) {
            count = 0;
            numbers = 0;
            sum = 0;
            least = Double.POSITIVE_INFINITY;
            most = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < slice.size; i++) {
                if (slice.bits[i] == 0) {
                    continue;
                }
                count++;
                double number = slice.amount.length == 0 ? Double.NaN : slice.amount[i];
                if (!Double.isNaN(number)) {
                    numbers++;
                    sum += number;
                    least = Math.min(least, number);
                    most = Math.max(most, number);
                }
            }
        }

        double value(PeopleRule.Measured.Kind kind) {
            boolean none = numbers == 0;
            return switch (kind) {
                case SUM -> sum;
                case AVERAGE -> none ? Double.NaN : sum / numbers;
                case MIN -> none ? Double.NaN : least;
                case MAX -> none ? Double.NaN : most;
            };
        }
    }

    /** Nothing is summed: only persons are asked for. */
    private static final class DeedTally implements FoldTally<DeedFold, DeedTally> {

        @Override
        public void add(DeedFold fold) {}

        @Override
        public void merge(DeedTally other) {}
    }
}
