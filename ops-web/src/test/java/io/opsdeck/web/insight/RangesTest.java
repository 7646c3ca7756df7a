package io.opsdeck.web.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticMessageSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class RangesTest {

    /** A Sunday. */
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @Test
    void whatIsOverMovesOnToo() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.putObject("range").put("last", "1 complete month");
        Ranges ranges = ranges();
        ranges.choose(state, "1 complete month");
        assertThat(state.path("range").toString()).isEqualTo("{\"last\":\"1 complete month\"}");
        assertThat(ranges.isCustom(state)).isFalse();
        assertThat(ranges.rolling(state).stream().filter(Ranges.Choice::chosen).map(Ranges.Choice::text))
                .containsExactly("insight.range.1-complete-month");
    }

    @Test
    void daysOfOnesOwnBeginWithWhatWasShown() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        Ranges ranges = ranges();
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

    private static Ranges ranges() {
        var messages = new StaticMessageSource();
        messages.setUseCodeAsDefaultMessage(true);
        messages.addMessage("insight.format.date", Locale.ENGLISH, "MMM d, yyyy");
        messages.addMessage("insight.format.moment", Locale.ENGLISH, "MMM d, yyyy HH:mm");
        return new Ranges(new Words(messages, Locale.ENGLISH), SHANGHAI, DayOfWeek.MONDAY, TODAY);
    }
}
