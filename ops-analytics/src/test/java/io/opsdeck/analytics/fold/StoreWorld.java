package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.Intervals.Unit;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happened in a workspace as its rows in the database say; a bug is a way to see that wrongly. */
record StoreWorld(
        List<Row> rows,
        Map<UUID, String> plans,
        Set<UUID> internal,
        boolean twice,
        LocalDate base,
        ZoneId zone,
        DayOfWeek weekStart) {

    /** @param origin the person that the row was written for */
    record Row(UUID origin, UUID person, String name, long at, String country, double amount, int item, int batch) {}

    /** As they happen. */
    enum Bug {
        WINDOW_SHORT_BY_ONE,
        LOOKBACK_SHORT_BY_ONE,
        TIE_TURNED_AROUND,
        MERGE_IGNORED,
        DST_HOUR_FORGOTTEN,
        LATE_EVENT_LOST,
        EVENT_COUNTED_TWICE,
        MISSING_VALUE_DROPPED,
        INTERNAL_COUNTED,
        FIRST_EVER_WITHIN_THE_RANGE,
        TRAIT_OF_THE_MERGED_PERSON,
        SESSION_GAP_INCLUSIVE
    }

    /** Persons with their events in order. */
    Map<UUID, List<Row>> people(@Nullable Bug bug) {
        Map<UUID, List<Row>> people = new LinkedHashMap<>();
        int last = rows.stream().mapToInt(Row::batch).max().orElse(0);
        for (Row row : rows) {
            UUID person = bug == Bug.MERGE_IGNORED ? row.origin : row.person;
            boolean lost = bug == Bug.LATE_EVENT_LOST
                    && row.batch == last
                    && rows.stream().anyMatch(other -> other.batch < last && other.at > row.at);
            if (lost || (bug != Bug.INTERNAL_COUNTED && internal.contains(person))) {
                continue;
            }
            List<Row> own = people.computeIfAbsent(person, key -> new ArrayList<>());
            own.add(row);
            if (bug == Bug.EVENT_COUNTED_TWICE && row.item == 0) {
                own.add(row);
            }
        }
        if (bug == Bug.TIE_TURNED_AROUND) {
            people.values().forEach(StoreWorld::turnTies);
        }
        return people;
    }

    private static void turnTies(List<Row> rows) {
        for (int i = 0; i < rows.size(); i++) {
            int end = i + 1;
            while (end < rows.size() && rows.get(end).at == rows.get(i).at) {
                end++;
            }
            Collections.reverse(rows.subList(i, end));
            i = end - 1;
        }
    }

    /** The plan of a person, empty for none. */
    String plan(UUID person, List<Row> events, @Nullable Bug bug) {
        if (bug == Bug.TRAIT_OF_THE_MERGED_PERSON) {
            for (Row row : events) {
                if (!row.origin.equals(person)) {
                    return plans.getOrDefault(row.origin, "");
                }
            }
        }
        return plans.getOrDefault(person, "");
    }

    LocalCalendar calendar(Unit unit, @Nullable Bug bug) {
        ZoneId seen = zone;
        if (bug == Bug.DST_HOUR_FORGOTTEN) {
            ZoneOffset offset = zone.getRules().getOffset(base.atStartOfDay());
            seen = offset;
        }
        return new LocalCalendar(unit, seen, weekStart);
    }

    Map<String, Long> eventsByPlan(boolean withInternal) {
        Map<String, Long> events = new TreeMap<>();
        for (Row row : rows) {
            if (withInternal || !internal.contains(row.person)) {
                String plan = plans.getOrDefault(row.person, "");
                events.merge(plan.isEmpty() ? "(none)" : plan, 1L, Long::sum);
            }
        }
        return events;
    }

    /** What there is to be seen wrongly. */
    Set<String> traits() {
        Set<String> traits = new HashSet<>();
        for (int i = 1; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.at == rows.get(i - 1).at) {
                traits.add("tie");
            }
            if (!row.origin.equals(row.person)) {
                traits.add("merged");
            }
            if (internal.contains(row.person)) {
                traits.add("internal");
            }
        }
        if (twice) {
            traits.add("told twice");
        }
        return traits;
    }
}
