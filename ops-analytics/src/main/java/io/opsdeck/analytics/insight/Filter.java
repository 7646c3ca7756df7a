package io.opsdeck.analytics.insight;

import java.util.List;

/**
 * A condition on one property.
 *
 * @param path the literal name of a top-level property, then the names below it
 * @param values canonical texts; one for most operators, two for BETWEEN, any number for IN and NOT_IN, none for IS_SET
 */
public record Filter(Source source, List<String> path, Operator operator, List<String> values) {

    /** Whose property it is. */
    public enum Source {
        EVENT,
        PROFILE
    }

    /**
     * How a property or a trait is compared; the key is the name in lower case, such as {@code not_in}. Negative operators
     * hold where there is none; contains, starts and ends ignore case.
     */
    public enum Operator {
        EQ,
        NEQ,
        IN,
        NOT_IN,
        CONTAINS,
        NOT_CONTAINS,
        STARTS_WITH,
        ENDS_WITH,
        GT,
        GTE,
        LT,
        LTE,
        BETWEEN,
        IS_SET,
        IS_NOT_SET,
        BEFORE,
        AFTER;

        /** How many values it takes at least and at most. */
        int least() {
            return switch (this) {
                case IS_SET, IS_NOT_SET -> 0;
                case BETWEEN -> 2;
                default -> 1;
            };
        }

        int most() {
            return switch (this) {
                case IS_SET, IS_NOT_SET -> 0;
                case BETWEEN -> 2;
                case IN, NOT_IN -> 1_000;
                default -> 1;
            };
        }

        boolean comparesNumbers() {
            return switch (this) {
                case GT, GTE, LT, LTE, BETWEEN -> true;
                default -> false;
            };
        }

        boolean comparesTimes() {
            return this == BEFORE || this == AFTER;
        }
    }

    public Filter {
        path = List.copyOf(path);
        values = List.copyOf(values);
    }
}
