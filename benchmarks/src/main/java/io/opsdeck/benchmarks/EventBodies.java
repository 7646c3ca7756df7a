package io.opsdeck.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;

/**
 * Track calls as a shop sends them, about 330 bytes each: twenty event names of which the first is a quarter of all, five
 * properties, a pool of users. Not thread-safe.
 */
final class EventBodies {

    private static final String[] COUNTRIES = {"CN", "US", "DE", "JP", "BR", "IN"};
    private static final String[] CHANNELS = {"search", "social", "mail", "direct", "partner"};
    private static final String[] DEVICES = {"ios", "android", "web"};
    private static final int NAMES = 20;

    private final Random random;
    private final int users;
    private final StringBuilder text = new StringBuilder(64 << 10);

    EventBodies(long seed, int users) {
        this.random = new Random(seed);
        this.users = users;
    }

    /** A batch of {@code size} events whose message ids are {@code prefix-first} and the following. */
    byte[] batch(String prefix, long first, int size) {
        text.setLength(0);
        text.append("{\"batch\":[");
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                text.append(',');
            }
            event(prefix, first + i);
        }
        text.append("],\"sentAt\":\"").append(Instant.now()).append("\"}");
        return bytes();
    }

    /** A single event. */
    byte[] one(String prefix, long number) {
        text.setLength(0);
        event(prefix, number);
        return bytes();
    }

    private void event(String prefix, long number) {
        int name = (int) (NAMES * Math.pow(random.nextDouble(), 2.3));
        text.append("{\"type\":\"track\",\"messageId\":\"")
                .append(prefix)
                .append('-')
                .append(number)
                .append("\",\"userId\":\"user-")
                .append(random.nextInt(users))
                .append("\",\"event\":\"Shop Event ")
                .append(name)
                .append("\",\"timestamp\":\"")
                .append(Instant.now())
                .append("\",\"properties\":{\"country\":\"")
                .append(COUNTRIES[random.nextInt(COUNTRIES.length)])
                .append("\",\"channel\":\"")
                .append(CHANNELS[random.nextInt(CHANNELS.length)])
                .append("\",\"device\":\"")
                .append(DEVICES[random.nextInt(DEVICES.length)])
                .append("\",\"plan\":\"pro\",\"revenue\":")
                .append(random.nextInt(100_000) / 100.0)
                .append("},\"context\":{\"library\":{\"name\":\"benchmark\",\"version\":\"1\"},\"locale\":\"zh-CN\"}}");
    }

    private byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
