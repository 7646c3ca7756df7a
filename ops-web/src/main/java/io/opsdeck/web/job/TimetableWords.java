package io.opsdeck.web.job;

import io.opsdeck.core.job.Timetable;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.time.format.TextStyle;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Timetables as somebody would say them: every Monday at 09:00. */
@Component
class TimetableWords {

    private final MessageSource messages;

    TimetableWords(MessageSource messages) {
        this.messages = messages;
    }

    String of(Timetable timetable, Locale locale) {
        return messages.getMessage(
                "schedule.words." + timetable.frequency().key(),
                new Object[] {timetable.at().toString(), day(timetable, locale)},
                locale);
    }

    /** A time on the wall of a zone, with the day of the week. */
    String time(Instant time, ZoneId zone, Locale locale) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.FULL, FormatStyle.SHORT)
                .withLocale(locale)
                .format(time.atZone(zone));
    }

    private static String day(Timetable timetable, Locale locale) {
        return timetable.frequency() == Timetable.Frequency.WEEKLY
                ? DayOfWeek.of(timetable.day()).getDisplayName(TextStyle.FULL, locale)
                : String.valueOf(timetable.day());
    }
}
