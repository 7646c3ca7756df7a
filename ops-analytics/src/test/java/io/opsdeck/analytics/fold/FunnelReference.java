package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.FunnelPlan.Attribution;
import io.opsdeck.analytics.fold.FunnelPlan.Count;
import io.opsdeck.analytics.fold.FunnelPlan.Exclusion;
import io.opsdeck.analytics.fold.FunnelPlan.ExclusionMode;
import io.opsdeck.analytics.fold.FunnelPlan.Order;
import io.opsdeck.analytics.fold.FunnelPlan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The funnel by its definition: every row of events is written down and asked whether it is a chain. */
class FunnelReference {

    /** A chain by what is told of it: value, required steps reached, time of each step done. */
    record Outcome(int value, int reached, Map<Integer, Long> steps) {}

    final FunnelPlan plan;
    final List<Step> required = new ArrayList<>();
    final List<Integer> numbers = new ArrayList<>();
    private int onlyRank = -1;
    private int onlyValue;

    FunnelReference(FunnelPlan plan) {
        this.plan = plan;
        for (int i = 0; i < plan.steps().size(); i++) {
            if (!plan.steps().get(i).optional()) {
                required.add(plan.steps().get(i));
                numbers.add(i + 1);
            }
        }
    }

    List<Outcome> overall(List<Event> events, int trait) {
        int value = plan.attribution() == Attribution.PROFILE ? trait : 0;
        List<Outcome> outcomes = new ArrayList<>();
        for (List<Integer> chain : chains(events)) {
            outcomes.add(
                    outcome(events, chain, plan.attribution() == Attribution.PROFILE ? value : value(events, chain)));
        }
        return outcomes;
    }

    List<Outcome> byValue(List<Event> events, int trait) {
        List<Outcome> outcomes = new ArrayList<>();
        switch (plan.attribution()) {
            case NONE -> {}
            case FIRST, LAST, PROFILE -> outcomes.addAll(overall(events, trait));
            case ALL -> {
                for (int value : values(events)) {
                    List<Event> own = events.stream()
                            .filter(event -> event.value() == value)
                            .toList();
                    for (List<Integer> chain : chains(own)) {
                        outcomes.add(outcome(own, chain, value));
                    }
                }
            }
            case STEP -> outcomes.addAll(byValueAtStep(events));
        }
        return outcomes;
    }

    private List<Outcome> byValueAtStep(List<Event> events) {
        List<Outcome> outcomes = new ArrayList<>();
        int rank = numbers.indexOf(plan.breakdownStep());
        List<List<Integer>> all = chains(events);
        if (plan.count() == Count.TOTAL || plan.order() == Order.ANY) {
            for (List<Integer> chain : all) {
                if (chain.size() > rank) {
                    outcomes.add(
                            outcome(events, chain, events.get(chain.get(rank)).value()));
                }
            }
            return outcomes;
        }
        if (all.isEmpty()) {
            return outcomes;
        }
        for (int value : values(events)) {
            onlyRank = rank;
            onlyValue = value;
            for (List<Integer> chain : chains(events)) {
                if (chain.size() > rank) {
                    outcomes.add(outcome(events, chain, value));
                }
            }
            onlyRank = -1;
        }
        return outcomes;
    }

    private static TreeSet<Integer> values(List<Event> events) {
        var values = new TreeSet<Integer>();
        events.forEach(event -> values.add(event.value()));
        return values;
    }

    private int value(List<Event> events, List<Integer> chain) {
        List<Integer> values = chain.stream().map(i -> events.get(i).value()).toList();
        List<Integer> present = values.stream().filter(value -> value != 0).toList();
        int rank = numbers.indexOf(plan.breakdownStep());
        return switch (plan.attribution()) {
            case NONE, ALL, PROFILE -> 0;
            case FIRST -> present.isEmpty() ? 0 : present.get(0);
            case LAST -> present.isEmpty() ? 0 : present.get(present.size() - 1);
            case STEP -> rank < values.size() ? values.get(rank) : 0;
        };
    }

    /** The chains that are reported, as indexes. */
    private List<List<Integer>> chains(List<Event> events) {
        if (plan.order() != Order.ANY && isDropped(events)) {
            return List.of();
        }
        List<List<Integer>> chains = new ArrayList<>();
        int first = 0;
        while (true) {
            List<Integer> chain = plan.count() == Count.UNIQUE ? best(events) : attempt(events, first);
            if (chain.isEmpty()) {
                return chains;
            }
            chains.add(chain);
            if (plan.count() == Count.UNIQUE) {
                return chains;
            }
            first = chain.get(chain.size() - 1) + 1;
        }
    }

    private List<Integer> best(List<Event> events) {
        List<Integer> best = List.of();
        for (int entry = 0; entry < events.size(); entry++) {
            List<Integer> chain = from(events, entry);
            if (chain.size() > best.size()) {
                best = chain;
            }
        }
        return best;
    }

    private List<Integer> attempt(List<Event> events, int first) {
        for (int entry = first; entry < events.size(); entry++) {
            List<Integer> chain = from(events, entry);
            if (!chain.isEmpty()) {
                return chain;
            }
        }
        return List.of();
    }

    /** The longest chain from this event; then the one that ends first, then the one that goes on first. */
    private List<Integer> from(List<Event> events, int entry) {
        if (!inRange(events.get(entry).at())) {
            return List.of();
        }
        if (plan.order() == Order.ANY) {
            return anyOrder(events, entry);
        }
        return rows(events, entry).stream()
                .filter(chain -> isChain(events, chain, plan.exclusionMode() == ExclusionMode.CHAIN))
                .min(Comparator.<List<Integer>>comparingInt(chain -> -chain.size())
                        .thenComparing(chain -> chain.get(chain.size() - 1))
                        .thenComparing(FunnelReference::compareRows))
                .orElse(List.of());
    }

    private static int compareRows(List<Integer> one, List<Integer> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).equals(other.get(i))) {
                return one.get(i) - other.get(i);
            }
        }
        return 0;
    }

    /** Every row of at most as many events as there are steps that begins with this one and never goes back. */
    private List<List<Integer>> rows(List<Event> events, int entry) {
        List<List<Integer>> rows = new ArrayList<>();
        rows.add(List.of(entry));
        for (int r = 0; r < rows.size(); r++) {
            List<Integer> row = rows.get(r);
            for (int next = row.get(row.size() - 1) + sameEventAgain();
                    row.size() < required.size() && next < events.size();
                    next++) {
                List<Integer> longer = new ArrayList<>(row);
                longer.add(next);
                if (matches(events.get(next), row.size())) {
                    rows.add(longer);
                }
            }
        }
        return rows;
    }

    /** 1: the next step takes a later event. */
    int sameEventAgain() {
        return 1;
    }

    boolean inRange(long at) {
        return at >= plan.from() && at < plan.to();
    }

    boolean inWindow(long first, long last) {
        return last - first <= plan.window();
    }

    boolean keepsGap(Step step, long before, long at) {
        return at - before >= step.minGap() && at - before <= step.maxGap();
    }

    private boolean matches(Event event, int rank) {
        return event.is(required.get(rank).mask()) && (rank != onlyRank || event.value() == onlyValue);
    }

    private boolean isChain(List<Event> events, List<Integer> chain, boolean withoutExcluded) {
        for (int rank = 0; rank < chain.size(); rank++) {
            Event event = events.get(chain.get(rank));
            if (!matches(event, rank) || !inWindow(events.get(chain.get(0)).at(), event.at())) {
                return false;
            }
            if (rank == 0) {
                continue;
            }
            if (!keepsGap(required.get(rank), events.get(chain.get(rank - 1)).at(), event.at())) {
                return false;
            }
            for (int i = chain.get(rank - 1) + 1; i < chain.get(rank); i++) {
                if (plan.order() == Order.STRICT && interrupts(events.get(i), rank)) {
                    return false;
                }
            }
        }
        for (Exclusion exclusion : plan.exclusions()) {
            if (withoutExcluded && isVoid(events, chain, exclusion)) {
                return false;
            }
        }
        return true;
    }

    private boolean isVoid(List<Event> events, List<Integer> chain, Exclusion exclusion) {
        int from = numbers.indexOf(exclusion.from());
        int to = numbers.indexOf(exclusion.to());
        if (chain.size() <= from) {
            return false;
        }
        int end = chain.size() > to ? chain.get(to) : chain.get(chain.size() - 1) + 1;
        for (int i = chain.get(from) + exclusionBegins(); i < end + exclusionEnds(); i++) {
            if (events.get(i).is(exclusion.mask())) {
                return true;
            }
        }
        return false;
    }

    /** 1: only what comes after the first step. */
    int exclusionBegins() {
        return 1;
    }

    /** 0: only what comes before the second step. */
    int exclusionEnds() {
        return 0;
    }

    private boolean interrupts(Event event, int rank) {
        if (plan.tracked() != 0
                && !event.is(plan.tracked())
                && plan.steps().stream().noneMatch(step -> event.is(step.mask()))) {
            return false;
        }
        for (int number = numbers.get(rank - 1) + 1; number < numbers.get(rank); number++) {
            if (event.is(plan.steps().get(number - 1).mask())) {
                return false;
            }
        }
        return true;
    }

    private boolean isDropped(List<Event> events) {
        if (plan.exclusionMode() != ExclusionMode.PERSON) {
            return false;
        }
        for (Exclusion exclusion : plan.exclusions()) {
            for (int x = 0; x < events.size(); x++) {
                if (!events.get(x).is(exclusion.mask()) || reachedBy(events, -1, required.size(), x)) {
                    continue;
                }
                for (int entry = 0; entry < x; entry++) {
                    if (inRange(events.get(entry).at())
                            && inWindow(events.get(entry).at(), events.get(x).at())
                            && reachedBy(events, entry, numbers.indexOf(exclusion.from()) + 1, x - 1)
                            && !reachedBy(events, entry, numbers.indexOf(exclusion.to()) + 1, x)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether a chain of this length (from this entry, or with -1 from any) ended at this index or before. */
    private boolean reachedBy(List<Event> events, int onlyEntry, int length, int last) {
        for (int entry = 0; entry <= last; entry++) {
            if (onlyEntry >= 0 && entry != onlyEntry
                    || !inRange(events.get(entry).at())) {
                continue;
            }
            for (List<Integer> row : rows(events, entry)) {
                if (row.size() == length && row.get(length - 1) <= last && isChain(events, row, false)) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Integer> anyOrder(List<Event> events, int entry) {
        List<Integer> chain = new ArrayList<>();
        if (fill(events, entry, entry, 0, 0) == 0) {
            return chain;
        }
        for (int last = entry;
                last < events.size()
                        && inWindow(events.get(entry).at(), events.get(last).at());
                last++) {
            if (fill(events, entry, last, 0, 0) > chain.size()) {
                chain.add(last);
            }
        }
        return chain;
    }

    /** The most steps from {@code rank} on that can be given events of their own out of {@code [first, last]}. */
    private int fill(List<Event> events, int first, int last, int rank, int used) {
        if (rank == required.size()) {
            return 0;
        }
        int most = fill(events, first, last, rank + 1, used);
        for (int i = first; i <= last; i++) {
            if ((used >>> i & sameEventAgain()) == 0
                    && events.get(i).is(required.get(rank).mask())) {
                most = Math.max(most, 1 + fill(events, first, last, rank + 1, used | 1 << i));
            }
        }
        return most;
    }

    private Outcome outcome(List<Event> events, List<Integer> chain, int value) {
        Map<Integer, Long> steps = new TreeMap<>();
        for (int rank = 0; rank < chain.size(); rank++) {
            steps.put(numbers.get(rank), events.get(chain.get(rank)).at());
        }
        for (int rank = 0; rank < chain.size(); rank++) {
            int first = numbers.get(rank) + 1;
            int last = rank + 1 < numbers.size()
                    ? numbers.get(rank + 1) - 1
                    : plan.steps().size();
            int end = rank + 1 < chain.size() ? chain.get(rank + 1) : events.size();
            if (plan.order() == Order.ANY) {
                if (rank > 0) {
                    break;
                }
                first = 1;
                last = plan.steps().size();
                end = events.size();
            }
            for (int i = chain.get(rank) + 1; i < end; i++) {
                if (!chain.contains(i)
                        && inWindow(events.get(chain.get(0)).at(), events.get(i).at())) {
                    giveToOptional(events.get(i), events.get(chain.get(rank)).at(), first, last, steps);
                }
            }
        }
        return new Outcome(value, chain.size() + optionalCounted(steps), steps);
    }

    private void giveToOptional(Event event, long before, int first, int last, Map<Integer, Long> steps) {
        for (int number = first; number <= last; number++) {
            Step step = plan.steps().get(number - 1);
            if (step.optional()
                    && !steps.containsKey(number)
                    && event.is(step.mask())
                    && keepsGap(step, before, event.at())) {
                steps.put(number, event.at());
                return;
            }
        }
    }

    /** 0: an optional step is no progress. */
    int optionalCounted(Map<Integer, Long> steps) {
        return 0;
    }
}
