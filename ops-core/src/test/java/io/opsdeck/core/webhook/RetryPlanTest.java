package io.opsdeck.core.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPlanTest {

    @Test
    void tenAttemptsGoOverAboutThreeDays() {
        var plan = new RetryPlan(() -> 0.5);
        Duration all = Duration.ZERO;
        for (int tries = 1; tries <= 9; tries++) {
            all = all.plus(plan.after(tries).orElseThrow());
        }
        assertThat(plan.after(1)).contains(Duration.ofSeconds(5));
        assertThat(all).isBetween(Duration.ofHours(72), Duration.ofHours(80));
        assertThat(plan.after(10)).isEmpty();
    }

    @Test
    void eachPauseIsAFifthLongerOrShorter() {
        assertThat(new RetryPlan(() -> 0).after(2)).contains(Duration.ofMinutes(4));
        assertThat(new RetryPlan(() -> 1).after(2)).contains(Duration.ofMinutes(6));
    }
}
