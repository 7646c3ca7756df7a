package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldNeeds;
import io.opsdeck.analytics.fold.PersonSlice;
import io.opsdeck.analytics.store.Block;
import io.opsdeck.analytics.store.Codes;
import io.opsdeck.analytics.store.Merges;
import io.opsdeck.analytics.store.Property;
import io.opsdeck.analytics.store.Segment;
import io.opsdeck.analytics.store.Snapshot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks over persons and hands each one's matching events in order to whoever folds them. For a block of persons it
 * first finds what every row matches, column by column, then cuts the rows into persons: 4 bytes a row of scratch, one
 * pass for the names and one for each filter. Months follow each other, so only what came since, and the rows of merged
 * persons, have to be merged in. Belongs to one thread.
 */
final class Scan {

    /** Pieces of a block: cores that are done early take over from the others. */
    static final int PIECES = 4;

    /**
     * What is wanted of each event beside time and matches.
     *
     * @param names whether the value of an event is the code of its name
     * @param firsts what only counts the first time, or null
     * @param people what is asked of the person
     * @param limits of the whole question
     */
    record Wish(
            Matching matching,
            FoldNeeds needs,
            Column value,
            Column key,
            Amounts amounts,
            boolean names,
            @Nullable Firsts firsts,
            PersonChecks people,
            Limits limits) {

        /** The values of the breakdown. */
        Values split() {
            return value.values != null ? value.values : Objects.requireNonNull(people.values());
        }

        /** The same with the values of the breakdown numbered by row. */
        Wish inRows(int[] rowOf) {
            Values rows = split().inRows(rowOf);
            return value.values != null
                    ? new Wish(
                            matching,
                            needs,
                            new Column(value.property, rows),
                            key,
                            amounts,
                            names,
                            firsts,
                            people,
                            limits)
                    : new Wish(matching, needs, value, key, amounts, names, firsts, people.with(rows), limits);
        }
    }

    /** A property whose values are numbered; both are missing where none is wanted, the property where no event has it. */
    record Column(@Nullable Property property, @Nullable Values values) {

        static final Column NONE = new Column(null, null);

        @Nullable
        Codes codes(Segment segment, int block) {
            return property == null ? null : segment.codes(block, property);
        }

        void numbers(@Nullable Codes codes, int[] rows, int from, int to, int[] into) {
            if (codes == null || values == null) {
                Arrays.fill(into, from, to, 0);
            } else {
                values.numbers(codes, rows, from, to, into);
            }
        }
    }

    /** A property whose values are numbers, by code. */
    record Amounts(@Nullable Property property, double[] numbers) {

        static final Amounts NONE = new Amounts(null, new double[0]);
    }

    private final Snapshot snapshot;
    private final Wish wish;
    private final Merges merges;
    private final List<Segment> segments;
    private final PersonSlice slice;
    private final PersonSlice spare;

    /** 1 where every event is wanted and not only those that match. */
    private final int always;

    /** The row that each event of the slice comes from, within the segment that is read. */
    private int[] taken = new int[64];

    private final Rows[] rows;
    private final int[][] scratch;
    private final Map<Long, Rows> elsewhere = new HashMap<>();
    private long[] sequence = new long[64];
    private long[] spareSequence = new long[64];

    Scan(Snapshot snapshot, Wish wish) {
        this.snapshot = snapshot;
        this.wish = wish;
        this.merges = snapshot.merges();
        this.segments = snapshot.segments(wish.needs.from(), wish.needs.until());
        this.slice = new PersonSlice(wish.needs);
        this.spare = new PersonSlice(wish.needs);
        this.always = wish.needs.everyEvent() ? 1 : 0;
        this.rows = new Rows[segments.size()];
        this.scratch = new int[segments.size()][0];
    }

    /** The rows of one block in one segment with all columns that the query looks at. */
    private final class Rows {

        final Segment segment;
        final int number;
        final Block block;
        final char[] persons;
        final int[] starts;
        final Codes[] checks;
        final boolean whole;
        final @Nullable Codes values;
        final @Nullable Codes keys;
        final @Nullable Codes amounts;
        int[] known = new int[0];
        long[] sequences = new long[0];
        int next;

        Rows(Segment segment, int number) {
            this.segment = segment;
            this.number = number;
            this.block = segment.block(number);
            this.persons = block.persons;
            this.starts = block.starts;
            this.whole = segment.from() >= wish.needs.from() && segment.to() <= wish.needs.until();
            boolean empty = block.rows() == 0;
            var wanted = wish.matching.checks();
            this.checks = new Codes[wanted.size()];
            for (int i = 0; i < checks.length; i++) {
                Property property = wanted.get(i).property();
                checks[i] = property == null || empty ? Codes.NONE : segment.codes(number, property);
            }
            this.values = empty ? null : wish.value.codes(segment, number);
            this.keys = empty ? null : wish.key.codes(segment, number);
            Property amountOf = wish.amounts.property;
            this.amounts = amountOf == null || empty ? null : segment.codes(number, amountOf);
        }

        /** Goes to the first person from {@code local} on and finds what the rows up to another match, if names do not say it. */
        void open(int local, int end, int live) {
            next = block.from(local);
            if (checks.length > 0) {
                int room = block.rows();
                if (scratch[live].length < room) {
                    scratch[live] = new int[room];
                }
                known = scratch[live];
                evaluate(starts[next], starts[block.from(end)]);
            }
        }

        /** Finds what some rows match, for a person who is read out of turn. */
        void evaluateAlone(int begin, int end) {
            if (checks.length > 0) {
                if (known.length == 0) {
                    known = new int[block.rows()];
                }
                evaluate(begin, end);
            }
        }

        private void evaluate(int begin, int end) {
            Matching matching = wish.matching;
            block.match(begin, end, matching.byName(), known);
            for (int i = 0; i < checks.length; i++) {
                Matching.Check check = matching.checks().get(i);
                checks[i].filter(check.wanted(), check.bits(), known, begin, end);
            }
        }

        /** Takes the rows of a person in order. */
        void take(int begin, int end) {
            int from = begin;
            int to = end;
            while (!whole && from < to && block.at(from) < wish.needs.from()) {
                from++;
            }
            while (!whole && from < to && block.at(to - 1) >= wish.needs.until()) {
                to--;
            }
            int size = slice.size;
            slice.reserve(size + to - from);
            if (taken.length < slice.at.length) {
                taken = new int[slice.at.length];
            }
            slice.size = checks.length == 0
                    ? block.select(from, to, wish.matching.byName(), always, slice.at, slice.bits, taken, size)
                    : block.selectKnown(from, to, known, always, slice.at, slice.bits, taken, size);
            describe(size, slice.size);
        }

        private void describe(int from, int to) {
            if (slice.value.length > 0) {
                if (wish.names) {
                    for (int i = from; i < to; i++) {
                        slice.value[i] = block.name(taken[i]);
                    }
                } else {
                    wish.value.numbers(values, taken, from, to, slice.value);
                }
            }
            if (slice.key.length > 0) {
                wish.key.numbers(keys, taken, from, to, slice.key);
            }
            if (slice.amount.length > 0) {
                double[] numbers = wish.amounts.numbers;
                for (int i = from; i < to; i++) {
                    int code = amounts == null ? 0 : amounts.at(taken[i]);
                    slice.amount[i] = code < numbers.length ? numbers[code] : Double.NaN;
                }
            }
        }
    }

    /** Hands on every person of a piece that has an event for the query; the slice is used again for the next one. */
    void piece(int piece, Consumer<PersonSlice> fold) {
        int number = piece / PIECES;
        int first = number * Block.PERSONS;
        int begin = piece % PIECES * (Block.PERSONS / PIECES);
        int end = Math.min(begin + Block.PERSONS / PIECES, snapshot.persons() - first);
        int live = 0;
        for (Segment segment : segments) {
            var found = new Rows(segment, number);
            if (found.block.rows() == 0) {
                continue;
            }
            found.open(begin, end, live);
            rows[live++] = found;
        }
        boolean merged = !merges.isEmpty();
        if (live == 0 && !merged) {
            return;
        }
        for (int local = begin; local < end; local++) {
            slice.begin(first + local);
            int delta = -1;
            for (int i = 0; i < live; i++) {
                Rows here = rows[i];
                if (here.next < here.persons.length && here.persons[here.next] == local) {
                    delta = snapshot.isDelta(here.segment) ? slice.size : delta;
                    here.take(here.starts[here.next], here.starts[here.next + 1]);
                    here.next++;
                }
            }
            if (merged) {
                if (merges.canonical(first + local) != first + local) {
                    continue;
                }
                if (merges.members(first + local) > 0) {
                    gather(first + local);
                    delta = -1;
                }
            }
            if (delta > 0 && delta < slice.size && slice.at[delta] < slice.at[delta - 1]) {
                merge(delta, false);
            }
            if (slice.size > 0) {
                hand(fold);
            }
        }
    }

    private void hand(Consumer<PersonSlice> fold) {
        if (!wish.people.admits(slice.person)) {
            return;
        }
        wish.people.narrow(slice, wish.needs.everyEvent());
        if (slice.size > 0 && wish.needs.created()) {
            slice.created = slice.at[0];
        }
        if (wish.firsts != null) {
            wish.firsts.narrow(slice);
        }
        if (slice.size > 0) {
            fold.accept(slice);
        }
    }

    /** Everything of a person that others were merged into, by time and then by the log. */
    private void gather(int person) {
        slice.size = 0;
        append(person);
        for (int i = 0; i < merges.members(person); i++) {
            append(merges.member(person, i));
        }
    }

    private void append(int ordinal) {
        for (int i = 0; i < segments.size(); i++) {
            int number = ordinal / Block.PERSONS;
            Segment segment = segments.get(i);
            Rows there = elsewhere.computeIfAbsent((long) i << 32 | number, key -> new Rows(segment, number));
            int at = there.block.find(ordinal - number * Block.PERSONS);
            if (at < 0) {
                continue;
            }
            if (there.sequences.length == 0) {
                there.sequences = segment.sequences(number);
            }
            int begin = slice.size;
            there.evaluateAlone(there.starts[at], there.starts[at + 1]);
            there.take(there.starts[at], there.starts[at + 1]);
            if (sequence.length < slice.at.length) {
                sequence = Arrays.copyOf(sequence, slice.at.length);
            }
            for (int event = begin; event < slice.size; event++) {
                sequence[event] = there.sequences[taken[event]];
            }
            if (begin > 0 && begin < slice.size) {
                merge(begin, true);
            }
        }
    }

    /** Merges the ordered rows from {@code middle} on into those before it. Of equal times the log decides. */
    private void merge(int middle, boolean bySequence) {
        int size = slice.size;
        spare.reserve(slice.at.length);
        if (spareSequence.length < slice.at.length) {
            spareSequence = new long[slice.at.length];
        }
        int left = 0;
        int right = middle;
        for (int i = 0; i < size; i++) {
            boolean takeLeft = right == size
                    || (left < middle
                            && (slice.at[left] < slice.at[right]
                                    || (slice.at[left] == slice.at[right]
                                            && (!bySequence || sequence[left] < sequence[right]))));
            int from = takeLeft ? left++ : right++;
            spare.at[i] = slice.at[from];
            spare.bits[i] = slice.bits[from];
            if (slice.value.length > 0) {
                spare.value[i] = slice.value[from];
            }
            if (slice.key.length > 0) {
                spare.key[i] = slice.key[from];
            }
            if (slice.amount.length > 0) {
                spare.amount[i] = slice.amount[from];
            }
            if (bySequence) {
                spareSequence[i] = sequence[from];
            }
        }
        swap();
        if (bySequence) {
            long[] used = sequence;
            sequence = spareSequence;
            spareSequence = used;
        }
    }

    private void swap() {
        long[] at = slice.at;
        slice.at = spare.at;
        spare.at = at;
        int[] bits = slice.bits;
        slice.bits = spare.bits;
        spare.bits = bits;
        int[] value = slice.value;
        slice.value = spare.value;
        spare.value = value;
        int[] key = slice.key;
        slice.key = spare.key;
        spare.key = key;
        double[] amount = slice.amount;
        slice.amount = spare.amount;
        spare.amount = amount;
    }
}
