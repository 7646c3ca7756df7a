package io.opsdeck.web.limit;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;

/** Limits that a test reaches, while time stands still. */
public final class SmallLimits {

    private SmallLimits() {}

    public static RateLimits of(long rate, long unknownTokens) {
        return new RateLimits(
                Map.of(LimitPolicy.DEFAULT, rate, LimitPolicy.EXPORT, 1L, LimitPolicy.UNKNOWN_TOKEN, unknownTokens),
                new SimpleMeterRegistry(),
                new TimeMeter() {
                    @Override
                    public long currentTimeNanos() {
                        return 0;
                    }

                    @Override
                    public boolean isWallClockBased() {
                        return false;
                    }
                });
    }
}
