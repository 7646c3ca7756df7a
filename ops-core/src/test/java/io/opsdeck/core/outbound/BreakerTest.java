package io.opsdeck.core.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.outbound.Breaker.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerTest {

    @Test
    void opensAfterFiveFailuresInARow() {
        Breaker breaker = failures(Breaker.FRESH, 4);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.afterSuccess().failuresInRow()).isZero();
        assertThat(breaker.afterFailure().state()).isEqualTo(State.OPEN);
        assertThat(failures(breaker.afterSuccess(), 4).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void opensWhenMoreThanHalfOfTheRecentAttemptsFail() {
        Breaker breaker = Breaker.FRESH;
        int attempts = 0;
        while (breaker.state() == State.CLOSED && attempts < 100) {
            attempts++;
            breaker = attempts % 3 == 0 ? breaker.afterSuccess() : breaker.afterFailure();
        }
        assertThat(attempts).isEqualTo(20);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        Breaker half = Breaker.FRESH;
        for (int i = 0; i < 300; i++) {
            half = half.afterFailure().afterSuccess();
            assertThat(half.state()).isEqualTo(State.CLOSED);
        }
    }

    @Test
    void aProbeClosesItOrWaitsLonger() {
        Breaker open = failures(Breaker.FRESH, 5);
        assertThat(open.pause()).isEqualTo(Duration.ofSeconds(30));
        Breaker probing =
                new Breaker(State.HALF_OPEN, open.failuresInRow(), open.recent(), open.recentFailures(), open.opened());
        assertThat(probing.afterSuccess()).isEqualTo(Breaker.FRESH);
        Breaker again = probing.afterFailure();
        assertThat(again.state()).isEqualTo(State.OPEN);
        assertThat(again.pause()).isEqualTo(Duration.ofMinutes(1));
        assertThat(new Breaker(State.OPEN, 9, 9, 9, 40).pause()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void whatComesBackLateLeavesAnOpenOneAsItIs() {
        Breaker open = failures(Breaker.FRESH, 5);
        assertThat(open.afterFailure().opened()).isEqualTo(open.opened());
        assertThat(open.afterFailure().state()).isEqualTo(State.OPEN);
    }

    @Test
    void aFailureLongAgoIsForgotten() {
        Breaker breaker = Breaker.FRESH.afterFailure();
        for (int i = 0; i < 200; i++) {
            breaker = breaker.afterSuccess();
        }
        assertThat(breaker).isEqualTo(Breaker.FRESH);
    }

    private static Breaker failures(Breaker breaker, int times) {
        Breaker next = breaker;
        for (int i = 0; i < times; i++) {
            next = next.afterFailure();
        }
        return next;
    }
}
