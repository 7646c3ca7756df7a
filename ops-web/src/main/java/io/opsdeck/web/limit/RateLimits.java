package io.opsdeck.web.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Counts calls by policy and caller, in the memory of this node: a minute's worth may come at once, and what was used
 * comes back evenly. Callers that were not heard of for a while are forgotten; they would have everything back anyway.
 */
@Component
public class RateLimits {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_CALLERS = 50_000;
    private static final long NANOS = 1_000_000_000L;

    private final Map<LimitPolicy, Long> limits;
    private final Cache<Caller, Bucket> buckets;
    private final Map<LimitPolicy, Counter> refusals = new EnumMap<>(LimitPolicy.class);
    private final TimeMeter time;

    @Autowired
    RateLimits(
            @Value("${opsdeck.api.rate}") long rate,
            @Value("${opsdeck.api.export-rate}") long exports,
            @Value("${opsdeck.api.unknown-token-rate}") long unknownTokens,
            MeterRegistry meters) {
        this(
                Map.of(
                        LimitPolicy.DEFAULT, rate,
                        LimitPolicy.EXPORT, exports,
                        LimitPolicy.UNKNOWN_TOKEN, unknownTokens),
                meters,
                TimeMeter.SYSTEM_MILLISECONDS);
    }

    RateLimits(Map<LimitPolicy, Long> limits, MeterRegistry meters, TimeMeter time) {
        limits.forEach((policy, limit) -> {
            if (limit < 1) {
                throw new IllegalArgumentException("the rate " + policy.key() + " must be at least 1 a minute");
            }
        });
        this.limits = new EnumMap<>(limits);
        this.time = time;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_CALLERS)
                .expireAfterAccess(WINDOW.multipliedBy(2))
                .build();
        for (LimitPolicy policy : LimitPolicy.values()) {
            refusals.put(policy, meters.counter("opsdeck.api.limited", "policy", policy.key()));
        }
    }

    private record Caller(LimitPolicy policy, String name) {}

    /** Whether this caller was counted lately. */
    public boolean knows(LimitPolicy policy, String caller) {
        return buckets.getIfPresent(new Caller(policy, caller)) != null;
    }

    /** Counts a call; a refused one takes nothing. */
    public LimitState count(LimitPolicy policy, String caller) {
        ConsumptionProbe probe = bucket(policy, caller).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            Objects.requireNonNull(refusals.get(policy)).increment();
        }
        return new LimitState(
                policy,
                probe.isConsumed(),
                limit(policy),
                probe.getRemainingTokens(),
                seconds(probe.getNanosToWaitForReset()),
                probe.isConsumed() ? 0 : Math.max(1, seconds(probe.getNanosToWaitForRefill())));
    }

    /** Takes a call back that should not have counted. */
    public void giveBack(LimitPolicy policy, String caller) {
        bucket(policy, caller).addTokens(1);
    }

    private Bucket bucket(LimitPolicy policy, String caller) {
        return Objects.requireNonNull(buckets.get(
                new Caller(policy, caller),
                any -> Bucket.builder()
                        .addLimit(bandwidth -> bandwidth.capacity(limit(policy)).refillGreedy(limit(policy), WINDOW))
                        .withCustomTimePrecision(time)
                        .build()));
    }

    private long limit(LimitPolicy policy) {
        return Objects.requireNonNull(limits.get(policy));
    }

    private static long seconds(long nanos) {
        return (nanos + NANOS - 1) / NANOS;
    }
}
