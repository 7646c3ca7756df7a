package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.FoldNeeds;
import io.opsdeck.analytics.fold.PersonSlice;
import io.opsdeck.analytics.fold.RowFold;
import io.opsdeck.analytics.store.Block;
import io.opsdeck.analytics.store.Codes;
import io.opsdeck.analytics.store.Merges;
import io.opsdeck.analytics.store.Property;
import io.opsdeck.analytics.store.Segment;
import io.opsdeck.analytics.store.Snapshot;
import java.util.Arrays;
import java.util.List;
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
    static final int PIECES = Block.PERSONS / RowFold.PERSONS;

    /** Rows that are handed on together: they stay near the core. */
    private static final int SOME = 1 << 10;

    /** So few late rows of a person are put in their places one by one. */
    private static final int FEW = 4;

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

        /** Whether each event counts by itself, whatever else its person did. */
        boolean isOfRows() {
            return firsts == null && people.isEmpty();
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

        void numbers(@Nullable Codes codes, int[] rows, int from, int to, int[] into, int place) {
            if (codes == null || values == null) {
                Arrays.fill(into, place, place + to - from, 0);
            } else {
                values.numbers(codes, rows, from, to, into, place);
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

    /** Something is wanted of events that is found by their rows. */
    private final boolean listed;

    private final Rows[] rows;
    private final Scratch[] scratch;

    /** Whose row is handed on, and which persons of a piece count as themselves. */
    private int[] owners = new int[SOME];

    private final byte[] counts = new byte[RowFold.PERSONS];

    /** All persons of a piece may count, and none of them was merged into another. */
    private boolean admitted;

    private boolean allThemselves;

    /** By segment and block, for persons who are read out of turn. */
    private final @Nullable Rows[][] elsewhere;

    private long[] sequence = new long[64];
    private long[] spareSequence = new long[64];

    Scan(Snapshot snapshot, Wish wish) {
        this.snapshot = snapshot;
        this.wish = wish;
        this.merges = snapshot.merges();
        this.segments = snapshot.segments(wish.needs.from(), wish.needs.until());
        this.slice = new PersonSlice(wish.needs);
        this.spare = new PersonSlice(wish.needs);
        this.listed = (slice.value.length > 0 && !wish.names) || slice.key.length > 0 || slice.amount.length > 0;
        this.rows = new Rows[segments.size()];
        this.elsewhere = new Rows[segments.size()][merges.isEmpty() ? 0 : snapshot.blocks()];
        this.scratch = new Scratch[segments.size()];
        Arrays.setAll(scratch, i -> new Scratch());
    }

    /** The rows of one block in one segment with all columns that the query looks at. */
    private final class Rows {

        final Segment segment;
        final Block block;
        final char[] persons;
        final int[] starts;
        final Codes[] checks;
        final boolean whole;
        final @Nullable Codes values;
        final @Nullable Codes keys;
        final @Nullable Codes amounts;
        Scratch found = new Scratch();
        long[] sequences = new long[0];
        int next;

        /** The place among the rows that are wanted, and their number. */
        int from;

        int count;

        /** All rows from this one on are wanted; -1 where some are left out. */
        int allFrom;

        Rows(Segment segment, int number) {
            this.segment = segment;
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

        /** Goes to the first person from {@code local} on and finds the rows up to another that are wanted. */
        void open(int local, int end, Scratch lent) {
            found = lent;
            next = block.from(local);
            find(starts[next], starts[block.from(end)]);
        }

        /** Finds the rows that are wanted. */
        void find(int begin, int end) {
            from = 0;
            allFrom = -1;
            count = Math.max(0, end - begin);
            found.reserve(checks.length == 0 ? 0 : block.rows(), count);
            Matching matching = wish.matching;
            int[] picked = found.picked;
            if (checks.length > 0) {
                block.readNames(begin, end, matching.byName(), found.known, begin);
                for (int i = 0; i < checks.length; i++) {
                    Matching.Check check = matching.checks().get(i);
                    checks[i].filter(check.wanted(), check.bits(), found.known, begin, end);
                }
            }
            if (whole && checks.length == 0 && (wish.needs.everyEvent() || matching.everyName())) {
                allFrom = begin;
                if (listed) {
                    list(begin);
                }
            } else if (wish.needs.everyEvent()) {
                list(begin);
            } else if (checks.length == 0) {
                count = block.pick(begin, end, matching.hits(), picked);
            } else {
                count = Block.pickMatched(begin, end, found.known, picked);
            }
            if (!whole) {
                count = block.within(picked, count, wish.needs.from(), wish.needs.until());
            }
        }

        /** Puts all rows from one on among those that are wanted. */
        private void list(int begin) {
            for (int i = 0; i < count; i++) {
                found.picked[i] = begin + i;
            }
        }

        /** Whether a row before {@code end} is wanted. */
        boolean wants(int end) {
            return allFrom < 0 ? from < count && found.picked[from] < end : allFrom + from < end;
        }

        /** Takes some of the rows that are wanted and notes whose they are; unless all persons count, of those who do. */
        void takeSome(int begin, boolean every) {
            if (allFrom >= 0) {
                int to = every ? count : stretch(begin);
                to = Math.min(to, from + SOME);
                ownAll(begin, to);
                takeTo(to);
                from = to;
            } else {
                int to = Math.min(count, from + SOME);
                own(begin, to);
                takeTo(every ? to : keep(to));
                from = to;
            }
        }

        /** Goes on to the next person who counts; where the rows of those who count and follow each other end. */
        private int stretch(int begin) {
            while (from < count && !isCounted(begin)) {
                from = Math.min(count, starts[next + 1] - allFrom);
            }
            int to = from;
            int last = next;
            while (to < count && to - from < SOME && counts[persons[last] - begin] == 1) {
                to = Math.min(count, starts[++last] - allFrom);
            }
            return to;
        }

        private boolean isCounted(int begin) {
            while (starts[next + 1] <= allFrom + from) {
                next++;
            }
            return counts[persons[next] - begin] == 1;
        }

        /** Notes whose the next rows are. */
        private void own(int begin, int to) {
            int[] picked = found.picked;
            int person = next;
            for (int i = from; i < to; i++) {
                int row = picked[i];
                while (starts[person + 1] <= row) {
                    person++;
                }
                owners[i - from] = persons[person] - begin;
            }
            next = person;
        }

        private void ownAll(int begin, int to) {
            int last = allFrom + to;
            int row = allFrom + from;
            int first = row;
            int person = next;
            while (row < last) {
                if (starts[person + 1] <= row) {
                    person++;
                }
                int end = Math.min(starts[person + 1], last);
                int owner = persons[person] - begin;
                for (; row < end; row++) {
                    owners[row - first] = owner;
                }
            }
            next = person;
        }

        /** Moves the rows of those who count to the front. */
        private int keep(int to) {
            int kept = from;
            for (int i = from; i < to; i++) {
                int owner = owners[i - from];
                found.picked[kept] = found.picked[i];
                owners[kept - from] = owner;
                kept += counts[owner];
            }
            return kept;
        }

        /** Takes the rows that are wanted up to one, which are those of a person. */
        void take(int end) {
            takeTo(allFrom < 0 ? placeOf(end) : end - allFrom);
        }

        private void takeTo(int to) {
            int[] picked = found.picked;
            int size = slice.size;
            slice.reserve(size + to - from);
            slice.size = size + to - from;
            if (allFrom >= 0) {
                readAll(allFrom + from, allFrom + to, size);
            } else if (checks.length == 0) {
                block.read(picked, from, to, wish.matching.byName(), slice.at, slice.bits, size);
            } else {
                block.readMatched(picked, from, to, found.known, slice.at, slice.bits, size);
            }
            describe(to, size);
            from = to;
        }

        private void readAll(int begin, int end, int place) {
            Matching matching = wish.matching;
            block.readTimes(begin, end, slice.at, place);
            if (matching.isAlike()) {
                Arrays.fill(slice.bits, place, place + end - begin, matching.byName()[0]);
            } else {
                block.readNames(begin, end, matching.byName(), slice.bits, place);
            }
        }

        /** The row of one of those that are wanted. */
        int row(int place) {
            return allFrom < 0 ? found.picked[place] : allFrom + place;
        }

        private int placeOf(int end) {
            int[] picked = found.picked;
            int to = from;
            while (to < count && picked[to] < end) {
                to++;
            }
            return to;
        }

        private void describe(int to, int place) {
            int[] picked = found.picked;
            if (slice.value.length > 0) {
                if (wish.names && allFrom >= 0) {
                    block.readNames(allFrom + from, allFrom + to, slice.value, place);
                } else if (wish.names) {
                    for (int i = from; i < to; i++) {
                        slice.value[place + i - from] = block.name(picked[i]);
                    }
                } else {
                    wish.value.numbers(values, picked, from, to, slice.value, place);
                }
            }
            if (slice.key.length > 0) {
                wish.key.numbers(keys, picked, from, to, slice.key, place);
            }
            if (slice.amount.length > 0) {
                double[] numbers = wish.amounts.numbers;
                for (int i = from; i < to; i++) {
                    int code = amounts == null ? 0 : amounts.at(picked[i]);
                    slice.amount[place + i - from] = code < numbers.length ? numbers[code] : Double.NaN;
                }
            }
        }
    }

    /** Room for what is known of the rows of a piece. */
    private static final class Scratch {

        /** What each row matches, by row. */
        int[] known = new int[0];

        /** The rows that are wanted, in order. */
        int[] picked = new int[0];

        void reserve(int rows, int wanted) {
            known = known.length < rows ? new int[rows] : known;
            picked = picked.length < wanted ? new int[wanted] : picked;
        }
    }

    /** How many things {@link #load} can be asked for. */
    int loads() {
        return 2 * segments.size();
    }

    /**
     * Has columns that are not in memory read into it: first times and names of each segment, then what else is wanted.
     * The newest segments come first, which tend to be the largest.
     */
    void load(int number) {
        Segment segment = segments.get(segments.size() - 1 - number % segments.size());
        if (number < segments.size()) {
            segment.block(0);
            return;
        }
        for (int block = 0; block < snapshot.blocks(); block++) {
            if (new Rows(segment, block).block.rows() > 0) {
                return;
            }
        }
    }

    /** Who takes rows of many persons; both are used again for the next ones. */
    interface RowReader {

        /** @param persons whose row it is, from the first person of the piece on */
        void rows(int[] persons, PersonSlice events);
    }

    /** Hands on the rows of a piece that are wanted, some at a time and those of a person in any order. */
    void rows(int piece, RowReader reader) {
        int number = piece / PIECES;
        int first = number * Block.PERSONS;
        int begin = piece % PIECES * RowFold.PERSONS;
        int end = Math.min(begin + RowFold.PERSONS, snapshot.persons() - first);
        if (begin >= end) {
            return;
        }
        count(first + begin, first + end);
        for (Segment segment : segments) {
            var found = new Rows(segment, number);
            if (found.block.rows() == 0) {
                continue;
            }
            boolean every = admitted && (allThemselves || segment.merged() >= merges.newest());
            found.open(begin, end, scratch[0]);
            while (found.from < found.count) {
                slice.begin(first + begin);
                found.takeSome(begin, every);
                if (slice.size > 0) {
                    reader.rows(owners, slice);
                }
            }
        }
        for (int local = begin; local < end && !merges.isEmpty(); local++) {
            if (counts[local - begin] == 1 && merges.members(first + local) > 0) {
                members(first + local, local - begin, reader);
            }
        }
    }

    /** Hands on the rows of those who were merged into a person as rows of that person. */
    private void members(int person, int owner, RowReader reader) {
        slice.begin(person);
        for (int i = 0; i < merges.members(person); i++) {
            for (int segment = 0; segment < segments.size(); segment++) {
                if (merges.number(person, i) > segments.get(segment).merged()) {
                    take(segment, merges.member(person, i));
                }
            }
        }
        if (owners.length < slice.size) {
            owners = new int[2 * slice.size];
        }
        Arrays.fill(owners, 0, slice.size, owner);
        if (slice.size > 0) {
            reader.rows(owners, slice);
        }
    }

    /** Notes which persons count, as themselves. */
    private void count(int from, int to) {
        admitted = wish.people.admitsAll(from, to);
        allThemselves = true;
        if (admitted && merges.isEmpty()) {
            return;
        }
        for (int person = from; person < to; person++) {
            boolean itself = merges.canonical(person) == person;
            allThemselves &= itself;
            counts[person - from] = (byte) (itself && (admitted || wish.people.admits(person)) ? 1 : 0);
        }
    }

    /** Hands on every person of a piece that has an event for the query; the slice is used again for the next one. */
    void piece(int piece, Consumer<PersonSlice> fold) {
        int number = piece / PIECES;
        int first = number * Block.PERSONS;
        int begin = piece % PIECES * RowFold.PERSONS;
        int end = Math.min(begin + RowFold.PERSONS, snapshot.persons() - first);
        int live = 0;
        for (Segment segment : segments) {
            var found = new Rows(segment, number);
            if (found.block.rows() == 0) {
                continue;
            }
            found.open(begin, end, scratch[live]);
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
                    int stop = here.starts[++here.next];
                    if (here.wants(stop)) {
                        here.take(stop);
                    }
                }
            }
            if (merged) {
                if (merges.canonical(first + local) != first + local) {
                    continue;
                }
                if (isScattered(first + local)) {
                    gather(first + local);
                    delta = -1;
                }
            }
            if (delta > 0 && delta < slice.size && slice.at[delta] < slice.at[delta - 1]) {
                if (slice.size - delta <= FEW) {
                    insert(delta);
                } else {
                    merge(delta, false);
                }
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
        append(person, Integer.MAX_VALUE);
        for (int i = 0; i < merges.members(person); i++) {
            append(merges.member(person, i), merges.number(person, i));
        }
    }

    /** Whether any who were merged into a person have rows of their own. */
    private boolean isScattered(int person) {
        for (int i = 0; i < merges.members(person); i++) {
            for (int segment = 0; segment < segments.size(); segment++) {
                boolean apart = merges.number(person, i) > segments.get(segment).merged();
                if (apart && place(segment, merges.member(person, i)) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @param number of the merge that took the ordinal away */
    private void append(int ordinal, int number) {
        for (int i = 0; i < segments.size(); i++) {
            int begin = slice.size;
            Rows there = number > segments.get(i).merged() ? take(i, ordinal) : null;
            if (there == null) {
                continue;
            }
            if (there.sequences.length == 0) {
                there.sequences = there.segment.sequences(ordinal / Block.PERSONS);
            }
            if (sequence.length < slice.at.length) {
                sequence = Arrays.copyOf(sequence, slice.at.length);
            }
            for (int event = begin; event < slice.size; event++) {
                sequence[event] = there.sequences[there.row(event - begin)];
            }
            if (begin > 0 && begin < slice.size) {
                merge(begin, true);
            }
        }
    }

    /** Takes what a person, read out of turn, has in a segment; null where that is nothing. */
    private @Nullable Rows take(int segment, int ordinal) {
        int at = place(segment, ordinal);
        if (at < 0) {
            return null;
        }
        Rows there = elsewhere(segment, ordinal / Block.PERSONS);
        there.find(there.starts[at], there.starts[at + 1]);
        there.take(there.starts[at + 1]);
        return there;
    }

    /** The place of a person in its block of a segment, or -1. */
    private int place(int segment, int ordinal) {
        int number = ordinal / Block.PERSONS;
        int local = ordinal % Block.PERSONS;
        Rows there = elsewhere(segment, number);
        int at = there.block.from(local);
        return at < there.persons.length && there.persons[at] == local ? at : -1;
    }

    private Rows elsewhere(int segment, int number) {
        Rows there = elsewhere[segment][number];
        if (there == null) {
            there = new Rows(segments.get(segment), number);
            elsewhere[segment][number] = there;
        }
        return there;
    }

    /** Puts each of the few rows from {@code middle} on behind those before it that are not later. */
    private void insert(int middle) {
        for (int row = middle; row < slice.size; row++) {
            int place = row;
            while (place > 0 && slice.at[place - 1] > slice.at[row]) {
                place--;
            }
            if (place < row) {
                slice.insert(row, place);
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
