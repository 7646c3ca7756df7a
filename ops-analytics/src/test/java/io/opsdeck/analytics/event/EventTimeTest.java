package io.opsdeck.analytics.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventTimeTest {

    @Test
    void everyUsualFormReadsAsTheLibraryReadsIt() {
        var random = new Random(7);
        for (int round = 0; round < 50_000; round++) {
            var local = LocalDateTime.ofEpochSecond(
                    random.nextLong(-2_000_000_000L, 5_000_000_000L), random.nextInt(1_000_000_000), ZoneOffset.UTC);
            int places = random.nextInt(10);
            String text = DateTimeFormatter.ofPattern(
                            "uuuu-MM-dd'T'HH:mm:ss" + (places == 0 ? "" : "." + "S".repeat(places)), Locale.ROOT)
                    .format(local);
            int minutes = random.nextInt(-17 * 60, 17 * 60);
            text += random.nextBoolean()
                    ? "Z"
                    : String.format(
                            "%s%02d:%02d", minutes < 0 ? "-" : "+", Math.abs(minutes) / 60, Math.abs(minutes) % 60);
            assertThat(EventTime.parse(text))
                    .as(text)
                    .hasValue(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        }
    }

    @Test
    void aDayThatDoesNotExistIsNoTime() {
        assertThat(EventTime.parse("2026-02-29T08:00:00Z")).isEmpty();
        assertThat(EventTime.parse("2024-02-29T08:00:00Z"))
                .hasValue(Instant.parse("2024-02-29T08:00:00Z").toEpochMilli());
        assertThat(EventTime.parse("2026-04-31T08:00:00Z")).isEmpty();
        assertThat(EventTime.parse("2026-13-01T08:00:00Z")).isEmpty();
        assertThat(EventTime.parse("2026-00-01T08:00:00Z")).isEmpty();
        assertThat(EventTime.parse("2026-01-01T24:00:00Z")).isEmpty();
        assertThat(EventTime.parse("2026-01-01T08:00:60Z")).isEmpty();
        assertThat(EventTime.parse("2026-01-01T08:00:00.Z")).isEmpty();
        assertThat(EventTime.parse("2026-01-01T08:00:00.1234567890Z")).isEmpty();
        assertThat(EventTime.parse("2026-01-01T08:00:00+19:00")).isEmpty();
    }

    @Test
    void unusualFormsAreStillRead() {
        long eight = Instant.parse("2026-01-01T08:00:00Z").toEpochMilli();
        assertThat(EventTime.parse("2026-01-01 08:00")).hasValue(eight);
        assertThat(EventTime.parse("2026-01-01T08:00:00")).hasValue(eight);
        assertThat(EventTime.parse("2026-01-01t08:00:00z")).hasValue(eight);
        assertThat(EventTime.parse(" 2026-01-01T16:00:00+0800 ")).hasValue(eight);
        assertThat(EventTime.parse(String.valueOf(eight))).hasValue(eight);
        assertThat(EventTime.parse(String.valueOf(eight / 1000))).hasValue(eight);
    }
}
