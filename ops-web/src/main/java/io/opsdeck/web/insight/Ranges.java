package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.QueryRange;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The times that can be chosen: those that move on with the calendar of the workspace, and days that stay as they are. */
public final class Ranges {

    private static final String EXACT = "exact";
    private static final int DAYS_AT_FIRST = 30;
    private static final int DATE_LENGTH = "2026-11-03".length();
    private static final List<String> ROLLING = List.of(
            "1d",
            "1 complete day",
            "7d",
            "14d",
            "28d",
            "30d",
            "90d",
            "1w",
            "1 complete week",
            "1month",
            "1 complete month",
            "1quarter",
            "1 complete quarter",
            "1year",
            "1 complete year",
            "3month",
            "12month",
            "24month");
    private static final List<String> WITHIN =
            List.of("", "last:1d", "last:7d", "last:30d", "last:90d", "last:365d", "before:30d", "before:90d");
    private static final Pattern LAST =
            Pattern.compile("(\\d{1,5})\\s*(complete\\s+)?(month|quarter|year|m|h|d|w|q|y).*");

    private final Words words;
    private final ZoneId zone;
    private final DayOfWeek weekStart;
    private final LocalDate today;

    Ranges(Words words, ZoneId zone, DayOfWeek weekStart, LocalDate today) {
        this.words = words;
        this.zone = zone;
        this.weekStart = weekStart;
        this.today = today;
    }

    /** Something to choose. */
    public record Choice(String code, String text, boolean chosen) {}

    /** Puts what was chosen into the question of a form. */
    void choose(ObjectNode state, String code) {
        ObjectNode range = state.path("range") instanceof ObjectNode known ? known : state.putObject("range");
        if (code.isEmpty()) {
            LocalDate from = day(range.path("from"), false);
            LocalDate to = day(range.path("to"), true);
            range.removeAll();
            range.put("from", (from == null ? today.minusDays(DAYS_AT_FIRST - 1) : from).toString());
            range.put("to", (to == null ? today : to).toString());
        } else if (code.equals(EXACT)) {
            range.remove("last");
        }
    }

    /** The local day of a date or an instant; an instant that is an end is not part of its range. */
    private @Nullable LocalDate day(JsonNode end, boolean last) {
        String text = end.asString("");
        try {
            return text.length() == DATE_LENGTH
                    ? LocalDate.parse(text)
                    : LocalDate.ofInstant(Instant.parse(text).minusMillis(last ? 1 : 0), zone);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Whether the question is about days that no other choice stands for, so that both are asked for. */
    boolean isCustom(JsonNode state) {
        return code(state.path("range")).isEmpty();
    }

    private String code(JsonNode range) {
        if (range.has("last")) {
            return range.path("last").asString("");
        }
        String from = range.path("from").asString("");
        String to = range.path("to").asString("");
        return from.length() > DATE_LENGTH || to.length() > DATE_LENGTH ? EXACT : "";
    }

    /** The first and the last day that a time which moves on stands for now; empty for any other. */
    List<LocalDate> days(JsonNode state) {
        return QueryRange.last(state.path("range").path("last").asString(""))
                .map(last -> last.span(today.atStartOfDay(zone).toInstant().toEpochMilli(), zone, weekStart))
                .map(span -> List.of(day(span.from()), day(span.to() - 1)))
                .orElse(List.of());
    }

    private LocalDate day(long at) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(at), zone);
    }

    /** The times that move on. */
    List<Choice> rolling(JsonNode state) {
        String chosen = code(state.path("range"));
        List<Choice> choices = new ArrayList<>();
        ROLLING.forEach(code -> choices.add(new Choice(code, last(code), code.equals(chosen))));
        boolean other = state.path("range").has("last") && !ROLLING.contains(chosen);
        if (other) {
            choices.add(new Choice(chosen, last(chosen), true));
        }
        return choices;
    }

    /** Two instants, if that is what the question is about. */
    List<Choice> exact(JsonNode state) {
        String chosen = code(state.path("range"));
        List<Choice> choices = new ArrayList<>();
        if (chosen.equals(EXACT)) {
            JsonNode range = state.path("range");
            String ends = words.text(
                    "insight.days",
                    moment(range.path("from").asString("")),
                    moment(range.path("to").asString("")));
            choices.add(new Choice(EXACT, ends, true));
        }
        return choices;
    }

    private String moment(String text) {
        try {
            return words.moment(Instant.parse(text).atZone(zone).toLocalDateTime());
        } catch (DateTimeException e) {
            return text;
        }
    }

    /** When something has to have happened: at any time, in the last days, or longer ago. */
    List<Choice> within(String chosen) {
        List<String> codes = new ArrayList<>(WITHIN);
        if (!codes.contains(chosen)) {
            codes.add(chosen);
        }
        return codes.stream()
                .map(code -> new Choice(code, named(code), code.equals(chosen)))
                .toList();
    }

    private String named(String code) {
        if (code.isEmpty()) {
            return words.text("insight.within.ever");
        }
        if (code.startsWith("last:")) {
            return last(code.substring("last:".length()));
        }
        if (code.startsWith("before:")) {
            return words.text("insight.within.before", span(code.substring("before:".length())));
        }
        String[] ends = code.split("\\.\\.", 2);
        return ends.length < 2 ? code : words.text("insight.days", moment(ends[0]), moment(ends[1]));
    }

    private String last(String code) {
        if (ROLLING.contains(code)) {
            return words.text("insight.range." + code.replace(' ', '-'));
        }
        Matcher parts = LAST.matcher(code);
        if (!parts.matches()) {
            return code;
        }
        return words.text(parts.group(2) == null ? "insight.range.other" : "insight.range.other.complete", span(code));
    }

    private String span(String code) {
        Matcher parts = LAST.matcher(code);
        if (!parts.matches()) {
            return code;
        }
        String unit = parts.group(3);
        return words.text(
                "insight.units." + (unit.equals("q") ? "quarter" : unit.equals("y") ? "year" : unit),
                Integer.parseInt(parts.group(1)));
    }
}
