package io.opsdeck.web.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.StaticMessageSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class RangesTest {

    /** A Sunday. */
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @ParameterizedTest
    @CsvSource({
        "yesterday,MONDAY,2026-11-21,2026-11-21",
        "last-week,MONDAY,2026-11-09,2026-11-15",
        "last-week,SUNDAY,2026-11-15,2026-11-21",
        "last-week,SATURDAY,2026-11-14,2026-11-20",
        "last-month,MONDAY,2026-10-01,2026-10-31",
        "this-quarter,MONDAY,2026-10-01,2026-11-22",
        "last-quarter,MONDAY,2026-07-01,2026-09-30",
        "this-year,MONDAY,2026-01-01,2026-11-22",
        "last-year,MONDAY,2025-01-01,2025-12-31"
    })
    void whatIsOverBecomesItsDays(String code, DayOfWeek weekStart, String from, String to) {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.putObject("range").put("last", code);
        Ranges ranges = ranges(weekStart);
        ranges.choose(state, code);
        assertThat(state.path("range").toString()).isEqualTo("{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
        assertThat(ranges.isCustom(state)).isFalse();
        assertThat(ranges.fixed(state).stream().filter(Ranges.Choice::chosen).map(Ranges.Choice::code))
                .containsExactly(code);
    }

    @Test
    void daysOfOnesOwnBeginWithWhatWasShown() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        Ranges ranges = ranges(DayOfWeek.MONDAY);
        ranges.choose(state, "");
        assertThat(state.path("range").toString()).isEqualTo("{\"from\":\"2026-10-24\",\"to\":\"2026-11-22\"}");
        state.putObject("range").put("from", "2026-11-02T16:00:00Z").put("to", "2026-11-04T16:00:00Z");
        assertThat(ranges.isCustom(state)).isFalse();
        ranges.choose(state, "exact");
        assertThat(state.path("range").toString()).contains("T16:00:00Z");
        ranges.choose(state, "");
        assertThat(state.path("range").toString())
                .as("local days; the end is not part of the range")
                .isEqualTo("{\"from\":\"2026-11-03\",\"to\":\"2026-11-04\"}");
        assertThat(ranges.isCustom(state)).isTrue();
    }

    private static Ranges ranges(DayOfWeek weekStart) {
        var messages = new StaticMessageSource();
        messages.setUseCodeAsDefaultMessage(true);
        messages.addMessage("insight.format.date", Locale.ENGLISH, "MMM d, yyyy");
        messages.addMessage("insight.format.moment", Locale.ENGLISH, "MMM d, yyyy HH:mm");
        return new Ranges(new Words(messages, Locale.ENGLISH), SHANGHAI, weekStart, TODAY);
    }
}
