package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.FunnelPlan.Attribution;
import io.opsdeck.analytics.fold.FunnelPlan.Count;
import io.opsdeck.analytics.fold.FunnelPlan.Order;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One person's way through a funnel ({@link FunnelPlan} says what counts).
 *
 * <p>The plain funnel, sequential and without gap limits and exclusions, keeps for each step the latest start of a chain
 * that reached it, and takes the steps of an event from the last one down, so that no event fills two: one comparison per
 * event, two per match. Whether a later start can be kept alone follows from the window being the only limit. The chain
 * to report then begins at the first entry within the window before the first completion: a chain from a later entry
 * stays one when its first event is replaced by an earlier one. In other funnels the same loop says how far a person can
 * get at most, and those who get anywhere are searched ({@link ChainSearch}, {@link AnyOrderSearch}).
 *
 * <p>Memory: one int per event where matchers are not the steps themselves, and what the searches say.
 */
public final class FunnelFold implements PersonFold {

    private static final long NONE = Long.MIN_VALUE / 2;
    private static final int[] NO_VALUES = {};

    private final FunnelPlan plan;
    private final int required;
    private final int[] stepOfRank;
    private final int[][] ranksOfByte;
    private final boolean identical;
    private final int[] optionalMask;
    private final long[] optionalMin;
    private final long[] optionalMax;
    private final boolean hasOptional;
    private final boolean plain;
    private final int allRanks;

    private final long[] start;
    private final int[] chain;
    private int completed;
    private int[] translated = new int[0];
    private int[] narrowed = new int[0];
    private int[] attempts = new int[0];
    private int[] attemptReach = new int[0];

    private final ChainSearch search;
    private final AnyOrderSearch anyOrder;
    private final ValueGroups groups = new ValueGroups();
    private final ValueRows valuesAtStep = new ValueRows();
    private final FunnelChains chains;
    private final FunnelChains byValue;
    private final boolean separate;
    private int person;

    public FunnelFold(FunnelPlan plan) {
        this.plan = plan;
        required = plan.requiredSteps();
        allRanks = (1 << required) - 1;
        stepOfRank = new int[required];
        int[] mask = new int[required];
        boolean same = true;
        for (int r = 0; r < required; r++) {
            stepOfRank[r] = plan.required(r);
            mask[r] = plan.steps().get(stepOfRank[r] - 1).mask();
            same &= mask[r] == 1 << r;
        }
        identical = same;
        ranksOfByte = new int[4][256];
        for (int part = 0; part < 4; part++) {
            for (int b = 0; b < 256; b++) {
                for (int r = 0; r < required; r++) {
                    ranksOfByte[part][b] |= (mask[r] & b << part * 8) != 0 ? 1 << r : 0;
                }
            }
        }
        optionalMask = new int[plan.steps().size()];
        optionalMin = new long[optionalMask.length];
        optionalMax = new long[optionalMask.length];
        for (int i = 0; i < optionalMask.length; i++) {
            FunnelPlan.Step step = plan.steps().get(i);
            optionalMask[i] = step.optional() ? step.mask() : 0;
            optionalMin[i] = step.minGap();
            optionalMax[i] = step.maxGap();
        }
        hasOptional = required < optionalMask.length;
        plain = plan.order() == Order.SEQUENTIAL
                && plan.exclusions().isEmpty()
                && plan.count() == Count.UNIQUE
                && plan.steps().stream().noneMatch(step -> !step.optional() && step.limited());
        start = new long[required + 1];
        chain = new int[required];
        search = new ChainSearch(plan);
        anyOrder = new AnyOrderSearch(plan);
        chains = new FunnelChains(optionalMask.length);
        separate = plan.attribution() == Attribution.ALL
                || plan.attribution() == Attribution.STEP && plan.count() == Count.UNIQUE && plan.order() != Order.ANY;
        byValue = plan.attribution() == Attribution.NONE ? new FunnelChains(optionalMask.length) : separateChains();
    }

    private FunnelChains separateChains() {
        return separate || plan.attribution() == Attribution.STEP ? new FunnelChains(optionalMask.length) : chains;
    }

    public FunnelPlan plan() {
        return plan;
    }

    /** Ordinal of the person read last. */
    public int person() {
        return person;
    }

    /** The person's chains whatever their value: at most one if persons are counted, one per attempt otherwise. */
    public FunnelChains chains() {
        return chains;
    }

    /** The person's chains by value, empty without a breakdown. */
    public FunnelChains byValue() {
        return byValue;
    }

    /** Whether the person did the step. */
    public boolean reached(int step) {
        return reached(chains, 0, false, step);
    }

    /** Whether the person did the step in a chain of this value. */
    public boolean reached(int code, int step) {
        return reached(byValue, code, true, step);
    }

    /** Whether the person did the required step before this one, and not this one. */
    public boolean droppedBefore(int step) {
        return dropped(chains, 0, false, step);
    }

    /** Whether the person, in a chain of this value, did the required step before this one, and not this one. */
    public boolean droppedBefore(int code, int step) {
        return dropped(byValue, code, true, step);
    }

    /**
     * Whether the person counts for a step among the values that are not {@code shown}: of persons the chain that went
     * farthest does, of attempts each.
     *
     * @param dropped for having left before the step
     */
    public boolean isAmongOthers(IntPredicate shown, int step, boolean dropped) {
        int farthest = -1;
        for (int c = 0; c < byValue.size(); c++) {
            if (shown.test(byValue.value(c))) {
                continue;
            }
            if (plan.count() == Count.TOTAL && counts(byValue, c, step, dropped)) {
                return true;
            }
            farthest = farthest < 0 || isFarther(c, farthest) ? c : farthest;
        }
        return plan.count() == Count.UNIQUE && farthest >= 0 && counts(byValue, farthest, step, dropped);
    }

    private boolean counts(FunnelChains from, int c, int step, boolean dropped) {
        if (!dropped) {
            return from.did(c, step);
        }
        return step > 1 && from.did(c, stepOfRank[plan.rank(step) - 1]) && !from.did(c, step);
    }

    /** Whether a chain by value went farther than another, or as far and began earlier. */
    boolean isFarther(int c, int than) {
        return byValue.reached(c) != byValue.reached(than)
                ? byValue.reached(c) > byValue.reached(than)
                : byValue.at(c, stepOfRank[0]) < byValue.at(than, stepOfRank[0]);
    }

    /** Whether a chain entered in this interval of the trend and, if asked for, went through the whole funnel. */
    public boolean entered(int interval, boolean converted) {
        Intervals entries = plan.entries();
        for (int c = 0; entries != null && c < chains.size(); c++) {
            if (entries.indexOf(entry(c)) == interval && (!converted || chains.reached(c) == required)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the time to convert of a chain lies in {@code [least, below)} milliseconds. */
    public boolean convertedWithin(long least, long below) {
        for (int c = 0; c < chains.size(); c++) {
            if (chains.did(c, plan.convertFrom()) && chains.did(c, plan.convertTo())) {
                long took = chains.at(c, plan.convertTo()) - chains.at(c, plan.convertFrom());
                if (took >= least && took < below) {
                    return true;
                }
            }
        }
        return false;
    }

    /** When a chain began. */
    long entry(int c) {
        return chains.at(c, stepOfRank[0]);
    }

    private static boolean reached(FunnelChains from, int code, boolean only, int step) {
        for (int c = 0; c < from.size(); c++) {
            if ((!only || from.value(c) == code) && from.did(c, step)) {
                return true;
            }
        }
        return false;
    }

    private boolean dropped(FunnelChains from, int code, boolean only, int step) {
        if (step == 1) {
            return false;
        }
        int before = stepOfRank[plan.rank(step) - 1];
        for (int c = 0; c < from.size(); c++) {
            if ((!only || from.value(c) == code) && from.did(c, before) && !from.did(c, step)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void fold(PersonSlice slice) {
        person = slice.person;
        chains.clear();
        byValue.clear();
        boolean direct = identical && plan.order() != Order.ANY;
        int[] ranks = direct ? slice.bits : translate(slice.bits, slice.size);
        evaluate(slice.at, slice.bits, ranks, slice.value, 0, slice.size, chains);
        switch (plan.attribution()) {
            case NONE, FIRST, LAST -> {}
            case PROFILE -> {
                for (int c = 0; c < chains.size(); c++) {
                    chains.assign(c, slice.trait);
                }
            }
            case ALL -> foldEachValue(slice);
            case STEP -> foldValuesAtStep(slice, ranks);
        }
    }

    private void foldEachValue(PersonSlice slice) {
        if (chains.size() == 0 && plan.exclusions().isEmpty()) {
            return;
        }
        groups.group(slice);
        boolean direct = identical && plan.order() != Order.ANY;
        int[] ranks = direct ? groups.bits : translate(groups.bits, slice.size);
        for (int g = 0; g < groups.size(); g++) {
            int before = byValue.size();
            evaluate(groups.at, groups.bits, ranks, NO_VALUES, groups.from(g), groups.to(g), byValue);
            for (int c = before; c < byValue.size(); c++) {
                byValue.assign(c, groups.code(g));
            }
        }
    }

    private void foldValuesAtStep(PersonSlice slice, int[] ranks) {
        int rank = plan.rank(plan.breakdownStep());
        if (!separate) {
            for (int c = 0; c < chains.size(); c++) {
                if (chains.reached(c) > rank) {
                    byValue.copy(chains, c);
                }
            }
            return;
        }
        if (chains.size() == 0 || chains.reached(0) <= rank) {
            return;
        }
        valuesAtStep.clear();
        for (int i = 0; i < slice.size; i++) {
            if ((ranks[i] >>> rank & 1) != 0) {
                valuesAtStep.row(slice.value[i]);
            }
        }
        if (valuesAtStep.size() == 1) {
            byValue.copy(chains, 0);
            return;
        }
        if (narrowed.length < slice.size) {
            narrowed = new int[slice.at.length];
        }
        for (int row = 0; row < valuesAtStep.size(); row++) {
            int code = valuesAtStep.code(row);
            int before = byValue.size();
            for (int i = 0; i < slice.size; i++) {
                narrowed[i] = slice.value[i] == code ? ranks[i] : ranks[i] & ~(1 << rank);
            }
            evaluate(slice.at, slice.bits, narrowed, slice.value, 0, slice.size, byValue);
            if (byValue.size() > before && byValue.reached(before) <= rank) {
                byValue.removeLast();
            }
        }
    }

    private void evaluate(long[] at, int[] bits, int[] ranks, int[] values, int from, int to, FunnelChains out) {
        if (plan.order() == Order.ANY) {
            anyOrder.open(at, ranks, from, to);
            evaluateAnyOrder(at, bits, values, from, to, out);
            return;
        }
        if (plain) {
            evaluatePlain(at, bits, ranks, values, from, to, out);
            return;
        }
        int most = latestStarts(at, ranks, from, to);
        if (most == 0) {
            return;
        }
        search.open(at, bits, ranks, from, to, most);
        if (search.dropsPerson()) {
            return;
        }
        if (plan.count() == Count.TOTAL) {
            evaluateAttempts(at, bits, values, from, to, out);
            return;
        }
        for (int last = most - 1; last >= 0; last--) {
            for (int i = from; i < to; i++) {
                if (search.isEntry(i) && search.completes(i, last)) {
                    search.trace(i, last, chain);
                    emit(at, bits, values, last + 1, to, out);
                    return;
                }
            }
        }
    }

    private void evaluatePlain(long[] at, int[] bits, int[] ranks, int[] values, int from, int to, FunnelChains out) {
        int reached = latestStarts(at, ranks, from, to);
        if (reached == 0) {
            return;
        }
        int i = from;
        if (reached == 1) {
            i = completed;
        } else {
            long earliest = Math.max(plan.from(), at[completed] - plan.window());
            while ((ranks[i] & 1) == 0 || at[i] < earliest) {
                i++;
            }
        }
        chain[0] = i;
        for (int rank = 1; rank < reached; rank++) {
            do {
                i++;
            } while ((ranks[i] >>> rank & 1) == 0);
            chain[rank] = i;
        }
        emit(at, bits, values, reached, to, out);
    }

    /**
     * The steps that are reached where the window alone limits; {@code completed} is the index that reached the last one.
     * Place r + 1 of the starts is for rank r, and place 0 holds the time of the event itself, so that the first step
     * needs no case of its own: which step an event is cannot be predicted.
     */
    private int latestStarts(long[] at, int[] ranks, int from, int to) {
        long[] starts = start;
        int steps = required;
        long window = plan.window();
        long first = plan.from();
        long end = plan.to();
        int all = allRanks;
        int reached = 0;
        Arrays.fill(starts, NONE);
        for (int i = from; i < to; i++) {
            int left = ranks[i] & all;
            long time = at[i];
            starts[0] = time >= first && time < end ? time : NONE;
            while (left != 0) {
                int rank = 31 - Integer.numberOfLeadingZeros(left);
                left ^= 1 << rank;
                long before = starts[rank];
                boolean extended = time - before <= window;
                starts[rank + 1] = extended ? before : starts[rank + 1];
                if (rank == reached && extended) {
                    reached++;
                    completed = i;
                    if (reached == steps) {
                        return reached;
                    }
                }
            }
        }
        return reached;
    }

    private void evaluateAttempts(long[] at, int[] bits, int[] values, int from, int to, FunnelChains out) {
        int count = 0;
        for (int i = from; i < to; i++) {
            if (search.isEntry(i)) {
                if (count == attempts.length) {
                    attempts = Arrays.copyOf(attempts, Math.max(8, count * 2));
                    attemptReach = Arrays.copyOf(attemptReach, attempts.length);
                }
                int last = search.reach(i);
                attempts[count] = i;
                attemptReach[count++] = last;
                i = search.end(i, last);
            }
        }
        for (int last = required - 1; last >= 0; last--) {
            for (int a = 0; a < count; a++) {
                if (attemptReach[a] == last) {
                    search.trace(attempts[a], last, chain);
                    emit(at, bits, values, last + 1, to, out);
                }
            }
        }
    }

    private void evaluateAnyOrder(long[] at, int[] bits, int[] values, int from, int to, FunnelChains out) {
        if (plan.count() == Count.UNIQUE) {
            anyOrder.best(from, to);
            emitAnyOrder(at, bits, values, to, out);
            return;
        }
        for (int i = from; i < to; i++) {
            if (anyOrder.isEntry(i)) {
                anyOrder.attempt(i, to);
                emitAnyOrder(at, bits, values, to, out);
                i = anyOrder.chain[anyOrder.reached - 1];
            }
        }
    }

    private void emitAnyOrder(long[] at, int[] bits, int[] values, int to, FunnelChains out) {
        if (anyOrder.reached > 0) {
            System.arraycopy(anyOrder.chain, 0, chain, 0, anyOrder.reached);
            emit(at, bits, values, anyOrder.reached, to, out);
        }
    }

    private void emit(long[] at, int[] bits, int[] values, int reached, int to, FunnelChains out) {
        int c = out.begin(values.length == 0 ? 0 : valueOf(values, reached));
        for (int rank = 0; rank < reached; rank++) {
            out.mark(c, stepOfRank[rank], at[chain[rank]]);
        }
        out.reach(c, reached);
        if (!hasOptional) {
            return;
        }
        if (plan.order() == Order.ANY) {
            markOptional(at, bits, c, 0, 1, optionalMask.length, to, reached, out);
            return;
        }
        for (int rank = 0; rank < reached; rank++) {
            int next = rank + 1 < required ? stepOfRank[rank + 1] - 1 : optionalMask.length;
            int end = rank + 1 < reached ? chain[rank + 1] : to;
            markOptional(at, bits, c, rank, stepOfRank[rank], next, end, reached, out);
        }
    }

    /** Gives each event after that of {@code rank} to the first of the optional steps in {@code (after, upTo]} that wants it. */
    private void markOptional(
            long[] at, int[] bits, int c, int rank, int after, int upTo, int end, int reached, FunnelChains out) {
        long latest = at[chain[0]] + plan.window();
        int open = 0;
        for (int step = after; step < upTo; step++) {
            open |= optionalMask[step] != 0 ? 1 << step : 0;
        }
        for (int i = chain[rank] + 1; open != 0 && i < end && at[i] <= latest; i++) {
            for (int left = isTaken(i, reached) ? 0 : open; left != 0; left &= left - 1) {
                int step = Integer.numberOfTrailingZeros(left);
                long gap = at[i] - at[chain[rank]];
                if ((bits[i] & optionalMask[step]) != 0 && gap >= optionalMin[step] && gap <= optionalMax[step]) {
                    out.mark(c, step + 1, at[i]);
                    open ^= 1 << step;
                    break;
                }
            }
        }
    }

    private boolean isTaken(int i, int reached) {
        for (int rank = 0; rank < reached; rank++) {
            if (chain[rank] == i) {
                return true;
            }
        }
        return false;
    }

    private int valueOf(int[] values, int reached) {
        return switch (plan.attribution()) {
            case NONE, ALL, PROFILE -> 0;
            case FIRST -> {
                int rank = 0;
                while (rank < reached - 1 && values[chain[rank]] == 0) {
                    rank++;
                }
                yield values[chain[rank]];
            }
            case LAST -> {
                int rank = reached - 1;
                while (rank > 0 && values[chain[rank]] == 0) {
                    rank--;
                }
                yield values[chain[rank]];
            }
            case STEP -> {
                int rank = plan.rank(plan.breakdownStep());
                yield rank < reached ? values[chain[rank]] : 0;
            }
        };
    }

    private int[] translate(int[] bits, int to) {
        if (translated.length < to) {
            translated = new int[bits.length];
        }
        for (int i = 0; i < to; i++) {
            int b = bits[i];
            translated[i] = ranksOfByte[0][b & 255]
                    | ranksOfByte[1][b >>> 8 & 255]
                    | ranksOfByte[2][b >>> 16 & 255]
                    | ranksOfByte[3][b >>> 24];
        }
        return translated;
    }
}
