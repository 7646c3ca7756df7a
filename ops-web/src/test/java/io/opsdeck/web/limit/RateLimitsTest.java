package io.opsdeck.web.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RateLimits limits = new RateLimits(
            Map.of(LimitPolicy.DEFAULT, 6L, LimitPolicy.EXPORT, 1L, LimitPolicy.UNKNOWN_TOKEN, 2L),
            meters,
            new TimeMeter() {
                @Override
                public long currentTimeNanos() {
                    return nanos.get();
                }

                @Override
                public boolean isWallClockBased() {
                    return false;
                }
            });

    @Test
    void aMinutesWorthMayComeAtOnceAndComesBackEvenly() {
        for (int left = 5; left >= 0; left--) {
            assertThat(limits.count(LimitPolicy.DEFAULT, "a"))
                    .isEqualTo(new LimitState(LimitPolicy.DEFAULT, true, 6, left, (6 - left) * 10L, 0));
        }
        assertThat(limits.count(LimitPolicy.DEFAULT, "a"))
                .isEqualTo(new LimitState(LimitPolicy.DEFAULT, false, 6, 0, 60, 10));

        nanos.addAndGet(Duration.ofSeconds(10).toNanos());

        assertThat(limits.count(LimitPolicy.DEFAULT, "a").allowed()).isTrue();
        assertThat(limits.count(LimitPolicy.DEFAULT, "a").allowed()).isFalse();
    }

    @Test
    void eachCallerAndPolicyIsCountedForItself() {
        limits.count(LimitPolicy.EXPORT, "a");

        assertThat(limits.count(LimitPolicy.EXPORT, "a").allowed()).isFalse();
        assertThat(limits.count(LimitPolicy.EXPORT, "b").allowed()).isTrue();
        assertThat(limits.count(LimitPolicy.DEFAULT, "a").allowed()).isTrue();
    }

    @Test
    void ofManyCallsAtOnceAsManyAreLetThroughAsTheLimitSays() {
        long allowed = IntStream.range(0, 1_000)
                .parallel()
                .filter(each -> limits.count(LimitPolicy.DEFAULT, "a").allowed())
                .count();

        assertThat(allowed).isEqualTo(6);
    }

    @Test
    void refusalsAreMeasured() {
        limits.count(LimitPolicy.EXPORT, "a");
        limits.count(LimitPolicy.EXPORT, "a");

        assertThat(meters.counter("opsdeck.api.limited", "policy", "export").count())
                .isEqualTo(1);
        assertThat(meters.counter("opsdeck.api.limited", "policy", "default").count())
                .isZero();
    }

    @Test
    void theHeadersTellAllPoliciesAndTheLastOneInTheOldWay() {
        var request = new MockHttpServletRequest();
        var response = new MockHttpServletResponse();

        LimitHeaders.add(limits.count(LimitPolicy.DEFAULT, "a"), request, response);
        LimitHeaders.add(limits.count(LimitPolicy.EXPORT, "a"), request, response);

        assertThat(response.getHeader("RateLimit-Policy")).isEqualTo("\"default\";q=6;w=60, \"export\";q=1;w=60");
        assertThat(response.getHeader("RateLimit")).isEqualTo("\"default\";r=5;t=10, \"export\";r=0;t=60");
        assertThat(response.getHeader("X-RateLimit-Limit")).isEqualTo("1");
        assertThat(response.getHeader("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(response.getHeader("X-RateLimit-Reset")).isEqualTo("60");
        assertThat(response.getHeader("Retry-After")).isNull();
    }

    @Test
    void aRateOfNothingIsRefusedAtTheStart() {
        assertThatThrownBy(() -> new RateLimits(0, 1, 1, meters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("default");
    }
}
