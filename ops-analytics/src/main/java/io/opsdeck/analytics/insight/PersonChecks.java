package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.PersonSlice;
import io.opsdeck.analytics.store.PersonColumn;
import io.opsdeck.analytics.store.Snapshot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a question asks of persons, compiled against a snapshot: who does not count at all, which matchers a person's
 * traits rule out, and the trait that splits the result. Looked at once for each person. Shared by threads.
 */
final class PersonChecks {

    /** Which of the bits fall when a trait's value is not wanted. */
    private record Check(PersonColumn column, boolean[] wanted, int bits) {

        boolean holds(int person) {
            int code = column.code(person);
            return code < wanted.length && wanted[code];
        }
    }

    private final BitSet hidden;
    private final List<Check> checks;
    private final @Nullable PersonColumn trait;
    private final @Nullable Values values;

    private PersonChecks(BitSet hidden, List<Check> checks, @Nullable PersonColumn trait, @Nullable Values values) {
        this.hidden = hidden;
        this.checks = checks;
        this.trait = trait;
        this.values = values;
    }

    /**
     * What matchers and a breakdown ask.
     *
     * @param hidden who does not count
     * @param split the path of the trait that splits the result, or empty
     */
    static PersonChecks of(Snapshot snapshot, BitSet hidden, List<Matcher> matchers, List<String> split) {
        List<Check> checks = new ArrayList<>();
        for (int k = 0; k < matchers.size(); k++) {
            for (Filter filter : matchers.get(k).filters()) {
                if (filter.source() == Filter.Source.PROFILE) {
                    checks.add(check(snapshot, filter, 1 << k));
                }
            }
        }
        if (split.isEmpty()) {
            return new PersonChecks(hidden, List.copyOf(checks), null, null);
        }
        PersonColumn trait = snapshot.trait(split.get(0));
        return new PersonChecks(hidden, List.copyOf(checks), trait, Values.of(trait.property(), split));
    }

    private static Check check(Snapshot snapshot, Filter filter, int bits) {
        PersonColumn column = snapshot.trait(filter.path().get(0));
        return new Check(column, Condition.wanted(filter, column.property()), bits);
    }

    /** The persons for whom a filter on traits holds. */
    static BitSet having(Snapshot snapshot, Filter filter) {
        Check check = check(snapshot, filter, 0);
        var found = new BitSet();
        for (int person = 0; person < snapshot.persons(); person++) {
            if (check.holds(person)) {
                found.set(person);
            }
        }
        return found;
    }

    /** The same with the values of the breakdown numbered otherwise. */
    PersonChecks with(Values others) {
        return new PersonChecks(hidden, checks, trait, others);
    }

    @Nullable
    Values values() {
        return values;
    }

    /** Whether nothing is asked of persons but that they count. */
    boolean isEmpty() {
        return checks.isEmpty() && trait == null;
    }

    /** Whether all of these persons count. */
    boolean admitsAll(int from, int to) {
        int next = hidden.nextSetBit(from);
        return next < 0 || next >= to;
    }

    boolean admits(int person) {
        return !hidden.get(person);
    }

    /** Takes the matches that the person's traits rule out, and says the trait that splits the result. */
    void narrow(PersonSlice slice, boolean everyEvent) {
        if (trait != null && values != null) {
            slice.trait = values.number(trait.code(slice.person));
        }
        if (checks.isEmpty()) {
            return;
        }
        int ruledOut = 0;
        for (Check check : checks) {
            ruledOut |= check.holds(slice.person) ? 0 : check.bits;
        }
        if (ruledOut == 0) {
            return;
        }
        int kept = 0;
        for (int i = 0; i < slice.size; i++) {
            int bits = slice.bits[i] & ~ruledOut;
            if (bits != 0 || everyEvent) {
                slice.move(i, kept);
                slice.bits[kept++] = bits;
            }
        }
        slice.size = kept;
    }
}
