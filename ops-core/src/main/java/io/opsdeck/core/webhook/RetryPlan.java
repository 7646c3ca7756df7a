package io.opsdeck.core.webhook;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** WH-3: ten attempts over about three days, each pause a fifth longer or shorter, so that not all come at once. */
record RetryPlan(DoubleSupplier random) {

    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));

    /** How long to wait after so many attempts, or empty where that was the last one. */
    Optional<Duration> after(int tries) {
        if (tries > PAUSES.size()) {
            return Optional.empty();
        }
        double factor = 0.8 + 0.4 * random.getAsDouble();
        return Optional.of(Duration.ofMillis((long) (PAUSES.get(tries - 1).toMillis() * factor)));
    }
}
