package io.opsdeck.analytics.forecast;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a period that has not ended will come to: what there is so far, and for each day (or hour) that is left the mean of
 * the same weekday (or hour of the weekday) over the eight weeks before. It knows no trend and no holidays, and says
 * nothing before it has seen two weeks.
 */
public final class RunRate {

    private static final int WEEKS = 8;
    private static final int LEAST_WEEKS = 2;

    private RunRate() {}

    /** The count of a day or an hour, named by its local begin. */
    public record Piece(LocalDateTime begin, double count) {}

    /**
     * The count of the whole period.
     *
     * @param pieces of at least the weeks before and of the period itself, in order
     * @param unit of the pieces: DAYS or HOURS
     * @param end not part of the period
     */
    public static OptionalDouble forecast(
            List<Piece> pieces, ChronoUnit unit, LocalDateTime begin, LocalDateTime end, LocalDateTime now) {
        Map<Integer, Deque<Double>> usual = new HashMap<>();
        double soFar = 0;
        for (Piece piece : pieces) {
            boolean inside = !piece.begin().isBefore(begin) && piece.begin().isBefore(end);
            soFar += inside && !piece.begin().isAfter(now) ? piece.count() : 0;
            if (!piece.begin().plus(1, unit).isAfter(now)) {
                Deque<Double> same = usual.computeIfAbsent(key(piece.begin(), unit), key -> new ArrayDeque<>());
                same.addLast(piece.count());
                if (same.size() > WEEKS) {
                    same.removeFirst();
                }
            }
        }
        double rest = 0;
        LocalDateTime next = now.isBefore(begin) ? begin : now.truncatedTo(unit);
        for (; next.isBefore(end); next = next.plus(1, unit)) {
            Deque<Double> same = usual.get(key(next, unit));
            if (same == null || same.size() < LEAST_WEEKS) {
                return OptionalDouble.empty();
            }
            double mean =
                    same.stream().mapToDouble(Double::doubleValue).average().orElse(0);
            rest += mean * left(next, unit, now);
        }
        return OptionalDouble.of(soFar + rest);
    }

    /** The part of a piece that is still to come. */
    private static double left(LocalDateTime begin, ChronoUnit unit, LocalDateTime now) {
        if (!begin.isBefore(now)) {
            return 1;
        }
        Duration gone = Duration.between(begin, now);
        return 1 - gone.toMillis() / (double) unit.getDuration().toMillis();
    }

    private static int key(LocalDateTime begin, ChronoUnit unit) {
        return begin.getDayOfWeek().getValue() * 24 + (unit == ChronoUnit.HOURS ? begin.getHour() : 0);
    }
}
