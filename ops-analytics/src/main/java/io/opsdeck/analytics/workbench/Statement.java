package io.opsdeck.analytics.workbench;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement with parameters written as <code>{{name}}</code>. A value is never part of the text: a number is bound as a
 * number, a date such as 2026-01-31 as a date, anything else as a text.
 *
 * @param text with a question mark for each parameter, without a semicolon at the end
 * @param parameters the name of each question mark in turn
 */
record Statement(String text, List<String> parameters) {

    private static final Pattern PARAMETER = Pattern.compile("\\{\\{\\s*([\\p{L}_][\\p{L}\\p{Nd}_]{0,39})\\s*}}");
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,18}\\.\\d{1,18}");

    static Statement of(String sql) {
        var text = new StringBuilder();
        List<String> parameters = new ArrayList<>();
        Matcher found = PARAMETER.matcher(sql.strip().replaceAll("[;\\s]+$", ""));
        while (found.find()) {
            parameters.add(found.group(1));
            found.appendReplacement(text, "?");
        }
        found.appendTail(text);
        return new Statement(text.toString(), parameters);
    }

    Set<String> names() {
        return new LinkedHashSet<>(parameters);
    }

    /** What is bound, in turn. */
    List<Object> values(Map<String, String> given) {
        List<Object> values = new ArrayList<>();
        for (String name : parameters) {
            String value = given.get(name);
            if (value == null || value.isBlank()) {
                throw WorkbenchError.SQL_PARAMETER_MISSING.at("/parameters/" + name, name);
            }
            values.add(value(value.strip()));
        }
        return values;
    }

    private static Object value(String text) {
        if (INTEGER.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        if (DECIMAL.matcher(text).matches()) {
            return Double.parseDouble(text);
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            return text;
        }
    }
}
