package io.opsdeck.web.people;

import io.opsdeck.analytics.insight.Filter.Operator;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.user.profile.ProfileFilter;
import io.opsdeck.user.profile.ProfileFilter.Condition;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Conditions of the list of people as somebody would say them. */
@Component
public class ConditionWords {

    private final MessageSource messages;

    ConditionWords(MessageSource messages) {
        this.messages = messages;
    }

    /**
     * A condition in three parts.
     *
     * @param operator empty for what is no condition and is shown as it was written
     * @param value null where the operator needs none
     */
    public record Words(
            String field, String operator, @Nullable String value) {

        /** The parts with spaces between them. */
        public String sentence() {
            return Stream.of(field, operator, value == null ? "" : value)
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(" "));
        }
    }

    /** Reads {@code plan:eq:pro}. */
    public Words of(String condition, Locale locale) {
        Condition read;
        try {
            read = ProfileFilter.read(condition);
        } catch (OpsdeckException e) {
            return new Words(condition, "", null);
        }
        List<String> values = read.values();
        if (read.field().equals("$identified")) {
            boolean known = values.equals(List.of("true"));
            return new Words(
                    text("people.user", locale), operator(known ? Operator.IS_SET : Operator.IS_NOT_SET, locale), null);
        }
        String field = switch (read.field()) {
            case "$last_seen" -> text("people.last", locale);
            case "$first_seen" -> text("people.first", locale);
            default -> read.field();
        };
        return new Words(field, operator(read.operator(), locale), value(read.operator(), values, locale));
    }

    private @Nullable String value(Operator operator, List<String> values, Locale locale) {
        if (values.isEmpty()) {
            return null;
        }
        if (operator == Operator.BETWEEN && values.size() == 2) {
            return text("people.op.between.values", locale, values.toArray());
        }
        return String.join(text("audit.and", locale), values);
    }

    private String operator(Operator operator, Locale locale) {
        return text("people.op." + operator.name().toLowerCase(Locale.ROOT), locale);
    }

    private String text(String key, Locale locale, Object... arguments) {
        return messages.getMessage(key, arguments, locale);
    }
}
