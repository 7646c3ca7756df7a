package io.opsdeck.analytics.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryRangeTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    /** A Sunday in Shanghai, when it is Saturday still in UTC. */
    private static final long NOW = Instant.parse("2026-11-21T17:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource({
        "1,DAY,false,MONDAY,2026-11-22,2026-11-22",
        "1,DAY,true,MONDAY,2026-11-21,2026-11-21",
        "7,DAY,true,MONDAY,2026-11-15,2026-11-21",
        "1,WEEK,false,MONDAY,2026-11-16,2026-11-22",
        "1,WEEK,true,MONDAY,2026-11-09,2026-11-15",
        "1,WEEK,true,SUNDAY,2026-11-15,2026-11-21",
        "1,WEEK,true,SATURDAY,2026-11-14,2026-11-20",
        "1,MONTH,false,MONDAY,2026-11-01,2026-11-22",
        "2,MONTH,true,MONDAY,2026-09-01,2026-10-31",
        "1,QUARTER,false,MONDAY,2026-10-01,2026-11-22",
        "1,QUARTER,true,MONDAY,2026-07-01,2026-09-30",
        "4,QUARTER,true,MONDAY,2025-10-01,2026-09-30",
        "1,YEAR,false,MONDAY,2026-01-01,2026-11-22",
        "1,YEAR,true,MONDAY,2025-01-01,2025-12-31"
    })
    void unitsAreThoseOfTheCalendar(
            int amount, QueryRange.Unit unit, boolean complete, DayOfWeek weekStart, LocalDate from, LocalDate to) {
        QueryRange.Span span = new QueryRange.Last(amount, unit, complete).span(NOW, SHANGHAI, weekStart);
        assertThat(day(span.from())).isEqualTo(from);
        assertThat(day(span.to() - 1)).isEqualTo(to);
        assertThat(day(span.to())).isEqualTo(to.plusDays(1));
    }

    private static LocalDate day(long at) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(at), SHANGHAI);
    }
}
