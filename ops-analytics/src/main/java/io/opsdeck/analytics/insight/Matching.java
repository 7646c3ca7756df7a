package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.event.CanonicalText;
import io.opsdeck.analytics.store.Property;
import io.opsdeck.analytics.store.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matchers compiled against one snapshot: for every event name the matchers that it may be, and for every filter which
 * values pass. Matcher k is bit k. Evaluated over columns: one table look-up for the name and one for each filter, never
 * a text per event.
 */
final class Matching {

    /** Which of the bits fall when a property's value is not wanted. */
    record Check(@Nullable Property property, boolean[] wanted, int bits) {}

    private static final int MOST_NAMES = 1 << 16;

    private final int[] byName;
    private final byte[] hits;
    private final boolean everyName;
    private final boolean alike;
    private final List<Check> checks;

    private Matching(int[] byName, List<Check> checks) {
        this.byName = byName;
        this.hits = new byte[byName.length];
        int matching = 0;
        for (int code = 0; code < byName.length; code++) {
            hits[code] = (byte) (byName[code] == 0 ? 0 : 1);
            matching += hits[code];
        }
        this.everyName = matching == byName.length;
        this.alike = everyName && Arrays.stream(byName).allMatch(bits -> bits == byName[0]);
        this.checks = checks;
    }

    /**
     * @param every filters that the first {@code filtered} matchers have to meet
     */
    static Matching of(
            Snapshot snapshot, Properties properties, List<Matcher> matchers, List<Filter> every, int filtered) {
        int[] byName = new int[MOST_NAMES];
        Map<Filter, Integer> filters = new LinkedHashMap<>();
        for (int k = 0; k < matchers.size(); k++) {
            int bit = 1 << k;
            String event = matchers.get(k).event();
            if (event == null) {
                for (int code = 0; code < byName.length; code++) {
                    byName[code] |= bit;
                }
            } else {
                Integer code = snapshot.name(event).orElse(null);
                if (code != null && code < byName.length) {
                    byName[code] |= bit;
                }
            }
            matchers.get(k).filters().stream()
                    .filter(filter -> filter.source() == Filter.Source.EVENT)
                    .forEach(filter -> filters.merge(filter, bit, (a, b) -> a | b));
        }
        int all = (int) ((1L << filtered) - 1);
        every.stream()
                .filter(filter -> filter.source() == Filter.Source.EVENT)
                .forEach(filter -> filters.merge(filter, all, (a, b) -> a | b));
        List<Check> checks = new ArrayList<>();
        filters.forEach((filter, bits) -> {
            Property property = properties.find(filter.path().get(0));
            checks.add(new Check(property, Condition.wanted(filter, property), bits));
        });
        return new Matching(byName, List.copyOf(checks));
    }

    /** The matches of every code that a name can have, filters aside. */
    int[] byName() {
        return byName;
    }

    /** 1 for every code of a name that matches anything, 0 for the others. */
    byte[] hits() {
        return hits;
    }

    /** Whether every event matches, filters aside. */
    boolean everyName() {
        return everyName;
    }

    /** Whether every event matches the same. */
    boolean isAlike() {
        return alike;
    }

    List<Check> checks() {
        return checks;
    }

    /** The properties of one query, each found once. */
    static final class Properties {

        private final Snapshot snapshot;
        private final long from;
        private final long to;
        private final Limits limits;
        private final Map<String, Property> found = new HashMap<>();

        Properties(Snapshot snapshot, long from, long to, Limits limits) {
            this.limits = limits;
            this.snapshot = snapshot;
            this.from = from;
            this.to = to;
        }

        /** Null where no event has it. */
        @Nullable
        Property find(String name) {
            Property known = found.get(name);
            if (known == null) {
                known = snapshot.property(name, from, to, limits).orElse(null);
                if (known != null) {
                    found.put(name, known);
                }
            }
            return known;
        }
    }

    /** The number of each value of a property, NaN for those that are none. */
    static double[] numbers(@Nullable Property property, List<String> path) {
        int size = property == null ? 1 : property.size();
        double[] numbers = new double[size];
        Arrays.fill(numbers, Double.NaN);
        if (property != null) {
            String[] values = property.values();
            for (int code = 1; code < size; code++) {
                List<String> texts = Condition.texts(values[code], path);
                numbers[code] = texts.size() == 1 ? CanonicalText.numeric(texts.get(0)) : Double.NaN;
            }
        }
        return numbers;
    }
}
