package io.opsdeck.web.insight;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The times that can be chosen, in the zone and with the weeks of a workspace. Those that end today move on with it; those
 * that are over are days of the calendar once they are chosen.
 */
public final class Ranges {

    private static final String EXACT = "exact";
    private static final int DAYS_AT_FIRST = 30;
    private static final int DATE_LENGTH = "2026-11-03".length();
    private static final List<String> ROLLING =
            List.of("1d", "7d", "14d", "28d", "30d", "90d", "1w", "1month", "3month", "12month", "24month");
    private static final List<String> WITHIN =
            List.of("", "last:1d", "last:7d", "last:30d", "last:90d", "last:365d", "before:30d", "before:90d");
    private static final Pattern LAST = Pattern.compile("(\\d{1,5})\\s*(month|m|h|d|w).*");

    private final Words words;
    private final ZoneId zone;
    private final LocalDate today;
    private final Map<String, Days> over;

    Ranges(Words words, ZoneId zone, DayOfWeek weekStart, LocalDate today) {
        this.words = words;
        this.zone = zone;
        this.today = today;
        this.over = over(weekStart, today);
    }

    /** Something to choose. */
    public record Choice(String code, String text, boolean chosen) {}

    /** Both inclusive. */
    private record Days(LocalDate from, LocalDate to) {}

    private static Map<String, Days> over(DayOfWeek weekStart, LocalDate today) {
        LocalDate week = today.with(TemporalAdjusters.previousOrSame(weekStart));
        LocalDate month = today.withDayOfMonth(1);
        LocalDate quarter = month.minusMonths((month.getMonthValue() - 1) % 3);
        LocalDate year = today.withDayOfYear(1);
        Map<String, Days> over = new LinkedHashMap<>();
        over.put("yesterday", new Days(today.minusDays(1), today.minusDays(1)));
        over.put("last-week", new Days(week.minusWeeks(1), week.minusDays(1)));
        over.put("last-month", new Days(month.minusMonths(1), month.minusDays(1)));
        over.put("this-quarter", new Days(quarter, today));
        over.put("last-quarter", new Days(quarter.minusMonths(3), quarter.minusDays(1)));
        over.put("this-year", new Days(year, today));
        over.put("last-year", new Days(year.minusYears(1), year.minusDays(1)));
        return over;
    }

    /** Puts what was chosen into the question of a form. */
    void choose(ObjectNode state, String code) {
        ObjectNode range = state.path("range") instanceof ObjectNode known ? known : state.putObject("range");
        Days days = over.get(code);
        if (days != null) {
            put(range, days);
        } else if (code.isEmpty()) {
            LocalDate from = day(range.path("from"), false);
            LocalDate to = day(range.path("to"), true);
            put(range, new Days(from == null ? today.minusDays(DAYS_AT_FIRST - 1) : from, to == null ? today : to));
        } else if (code.equals(EXACT)) {
            range.remove("last");
        }
    }

    private static void put(ObjectNode range, Days days) {
        range.removeAll();
        range.put("from", days.from.toString()).put("to", days.to.toString());
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
        if (from.length() > DATE_LENGTH || to.length() > DATE_LENGTH) {
            return EXACT;
        }
        return over.entrySet().stream()
                .filter(each -> each.getValue().from.toString().equals(from)
                        && each.getValue().to.toString().equals(to))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** The times that move on. */
    List<Choice> rolling(JsonNode state) {
        String chosen = code(state.path("range"));
        List<Choice> choices = new ArrayList<>();
        ROLLING.forEach(
                code -> choices.add(new Choice(code, words.text("insight.range." + code), code.equals(chosen))));
        boolean other = state.path("range").has("last") && !ROLLING.contains(chosen);
        if (other) {
            choices.add(new Choice(chosen, last(chosen), true));
        }
        return choices;
    }

    /** Days of the calendar, with their dates. */
    List<Choice> fixed(JsonNode state) {
        String chosen = code(state.path("range"));
        List<Choice> choices = new ArrayList<>();
        over.forEach((code, days) -> {
            String dates = days.from.equals(days.to)
                    ? words.day(days.from)
                    : words.text("insight.days", words.day(days.from), words.day(days.to));
            String name = words.text("insight.range." + code);
            choices.add(new Choice(code, words.text("insight.range.dated", name, dates), code.equals(chosen)));
        });
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
            return words.text("insight.range." + code);
        }
        Matcher parts = LAST.matcher(code);
        return parts.matches() ? words.text("insight.range.other", span(code)) : code;
    }

    private String span(String code) {
        Matcher parts = LAST.matcher(code);
        return parts.matches() ? words.text("insight.units." + parts.group(2), Integer.parseInt(parts.group(1))) : code;
    }
}
