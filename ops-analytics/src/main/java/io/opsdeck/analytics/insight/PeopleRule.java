package io.opsdeck.analytics.insight;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who is meant: conditions on persons, nested. The JSON is that of a segment's rule. */
public sealed interface PeopleRule {

    /** Everybody for whom all of them hold. */
    record All(List<PeopleRule> rules) implements PeopleRule {

        public All {
            rules = List.copyOf(rules);
        }
    }

    /** Everybody for whom one of them holds. */
    record Any(List<PeopleRule> rules) implements PeopleRule {

        public Any {
            rules = List.copyOf(rules);
        }
    }

    /** Everybody else. */
    record Not(PeopleRule rule) implements PeopleRule {}

    /** Whose trait is so now. */
    record Trait(Filter filter) implements PeopleRule {}

    /** These and whoever they were merged with. */
    record Persons(Set<UUID> people) implements PeopleRule {

        public Persons {
            people = Set.copyOf(people);
        }
    }

    /**
     * Who did something so often.
     *
     * @param within the time that counts, or null for all
     * @param measure what the events have to add up to, or null
     */
    record Did(
            Matcher matcher,
            Compared times,
            @Nullable Within within,
            @Nullable Measured measure) implements PeopleRule {}

    /** A number compared; the operator is one of those that compare numbers, or EQ or NEQ. */
    record Compared(Filter.Operator operator, double value, double upTo) {

        public boolean holds(double number) {
            return switch (operator) {
                case EQ -> number == value;
                case NEQ -> number != value;
                case GT -> number > value;
                case GTE -> number >= value;
                case LT -> number < value;
                case LTE -> number <= value;
                case BETWEEN -> number >= value && number <= upTo;
                default -> throw new IllegalArgumentException(operator + " compares no numbers");
            };
        }
    }

    /** A range, or whatever lies longer ago. */
    record Within(QueryRange range, boolean before) {}

    /** Numbers of a property; events without one do not count, and who has none has no average, least or most. */
    record Measured(List<String> property, Kind as, Compared compared) {

        /** How numbers become one. */
        public enum Kind {
            SUM,
            AVERAGE,
            MIN,
            MAX
        }

        public Measured {
            property = List.copyOf(property);
        }
    }

    /**
     * Who did one after the other.
     *
     * @param gap milliseconds that may lie between two of them at most
     * @param within the time in which all of it has to happen, or null
     */
    record Sequence(List<Part> parts, long gap, @Nullable Within within) implements PeopleRule {

        public Sequence {
            parts = List.copyOf(parts);
        }
    }

    /** @param not that this does not happen between the parts around it */
    record Part(Matcher matcher, boolean not) {}
}
