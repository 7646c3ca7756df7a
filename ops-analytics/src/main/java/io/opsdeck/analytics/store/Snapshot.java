package io.opsdeck.analytics.store;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * The events of a workspace up to one position of the log. Immutable: a query that holds one sees neither what arrives
 * nor what is rewritten meanwhile.
 */
public final class Snapshot {

    private final List<MonthPart> months;
    private final DeltaView delta;
    private final PersonOrdinals ordinals;
    private final int persons;
    private final Merges merges;

    private final Known known;
    private final Dictionary names;
    private final Map<String, Property> columns;
    private final Set<String> loose;
    private final Object store;
    private final long version;
    private final long asOf;

    Snapshot(
            List<MonthPart> months,
            DeltaView delta,
            PersonOrdinals ordinals,
            int persons,
            Merges merges,
            Known known,
            Dictionary names,
            Map<String, Property> columns,
            Set<String> loose,
            Object store,
            long version,
            long asOf) {
        this.months = months;
        this.delta = delta;
        this.ordinals = ordinals;
        this.persons = persons;
        this.merges = merges;
        this.known = known;
        this.names = names;
        this.columns = columns;
        this.loose = loose;
        this.store = store;
        this.version = version;
        this.asOf = asOf;
    }

    /** Changes with every row and every merge. */
    public long version() {
        return version;
    }

    /** Equal for snapshots of one store that hold the same; a store that was opened again is another one. */
    public record State(Object store, long version) {}

    public State state() {
        return new State(store, version);
    }

    /** Equal for ranges of one store that hold the same rows of the same persons. */
    public record Contents(Object store, List<Integer> months, long late, int merges) {}

    /** What a range of milliseconds since the epoch holds. */
    public Contents contents(long from, long to) {
        List<Integer> versions = new ArrayList<>();
        for (MonthPart month : months) {
            if (month.from() < to && month.to() > from) {
                versions.add(month.month);
                versions.add(month.version);
            }
        }
        return new Contents(store, List.copyOf(versions), delta.count(from, to), merges.newest());
    }

    /** The arrival of the newest event in it, in milliseconds since the epoch; 0 when there is none. */
    public long asOf() {
        return asOf;
    }

    /** Persons have the ordinals below this. */
    public int persons() {
        return persons;
    }

    public int blocks() {
        return (persons + Block.PERSONS - 1) / Block.PERSONS;
    }

    public UUID person(int ordinal) {
        return ordinals.id(ordinal);
    }

    public Merges merges() {
        return merges;
    }

    /** What is known of persons: who is internal, who is erased, and the traits of all. */
    record Known(BitSet internal, BitSet erased, Function<String, PersonColumn> traits) {}

    /**
     * The ordinals of persons that do not count: erased ones and, unless they are asked for, members of the team and test
     * profiles. May be changed by the caller.
     */
    public BitSet hidden(boolean includeInternal) {
        BitSet hidden = (BitSet) known.erased.clone();
        if (!includeInternal) {
            hidden.or(known.internal);
        }
        return hidden;
    }

    /**
     * What a trait is now for each person, by the ordinal that the person has now. Reads the traits of all persons where
     * nobody asked for this one before.
     */
    public PersonColumn trait(String name) {
        return known.traits.apply(name);
    }

    /** The ordinal that a person has now; empty where no event of the person was read. */
    public OptionalInt ordinal(UUID person) {
        int ordinal = ordinals.find(person);
        return ordinal < 0 || ordinal >= persons ? OptionalInt.empty() : OptionalInt.of(merges.canonical(ordinal));
    }

    /** The months that touch a range of milliseconds since the epoch, in order, and what came since as the last. */
    public List<Segment> segments(long from, long to) {
        List<Segment> found = new ArrayList<>();
        for (MonthPart month : months) {
            if (month.from() < to && month.to() > from) {
                found.add(month);
            }
        }
        if (delta.size() > 0 && delta.from() < to && delta.to() > from) {
            found.add(delta);
        }
        return found;
    }

    /** Whether the last of {@link #segments} may hold rows of the months before it. */
    public boolean isDelta(Segment segment) {
        return segment == delta;
    }

    /** One more than the largest code of an event name. */
    public int names() {
        return names.size();
    }

    public Optional<Integer> name(String event) {
        return Optional.ofNullable(names.find(event));
    }

    public String name(int code) {
        return names.values()[code];
    }

    /**
     * A property with its values; empty where no event has it. One without a column is decoded here from the JSON of the
     * rows between two instants, which costs a microsecond each, and belongs to the query that asked.
     *
     * @param guard may stop that
     */
    public Optional<Property> property(String name, long from, long to, DecodeGuard guard) {
        Property column = columns.get(name);
        if (column != null) {
            column.asked = true;
            return Optional.of(column);
        }
        if (!loose.contains(name)) {
            return Optional.empty();
        }
        Property decoded = Property.decoded(name);
        segments(from, to).forEach(segment -> segment.decode(decoded, guard));
        return Optional.of(decoded);
    }

    /** The properties that events have. */
    public Set<String> propertyNames() {
        Set<String> all = new TreeSet<>(columns.keySet());
        all.addAll(loose);
        return all;
    }
}
