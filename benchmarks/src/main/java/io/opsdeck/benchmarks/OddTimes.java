package io.opsdeck.benchmarks;

import static io.opsdeck.benchmarks.BodyTexts.typed;

import java.time.Instant;
import java.util.LinkedHashMap;

/** Times near and far; each event is stored or explained, and its original text is kept where it is stored. */
final class OddTimes implements BodyFamily {

    @Override
    public void send(BodyTarget target, Settings settings) throws Exception {
        Instant now = Instant.now();
        var times = new LinkedHashMap<String, String>();
        times.put("\"" + now + "\"", "");
        times.put("\"" + now.plusSeconds(240) + "\"", "");
        times.put("\"" + now.plusSeconds(86_400 * 400L) + "\"", "");
        times.put("\"9999-12-31T23:59:59Z\"", "");
        times.put(String.valueOf(now.getEpochSecond()), "");
        times.put(String.valueOf(now.toEpochMilli()), "");
        times.put("\"" + now.toEpochMilli() + "\"", "");
        times.put("\"" + now.minusSeconds(86_400 * 365L) + "\"", "");
        times.put("\"" + now.minusSeconds(86_400 * 365L * 6) + "\"", "too_old");
        times.put("\"1969-07-20T20:17:00Z\"", "too_old");
        times.put("\"0001-01-01T00:00:00Z\"", "too_old");
        times.put("0", "too_old");
        times.put("-62135596800", "too_old");
        times.put("\"+294277-01-09T04:00:54.775Z\"", "invalid_time");
        times.put("\"-4713-01-01T00:00:00Z\"", "invalid_time");
        times.put("1e300", "invalid_time");
        times.put("123456789012345678901234567890", "invalid_time");
        times.put("\"2026-13-45T25:61:61Z\"", "invalid_time");
        times.put("\"2026-02-30\"", "invalid_time");
        times.put("\"yesterday\"", "invalid_time");
        times.put("\"" + "2".repeat(5_000) + "\"", "invalid_time");
        long begin = System.nanoTime();
        for (var time : times.entrySet()) {
            String event = "{\"event\":\"Timed\",\"userId\":\"u\",\"timestamp\":" + time.getKey() + "}";
            target.batch(typed(event), time.getValue());
        }
        target.row(
                "times: ahead, ancient, year 294277, seconds, milliseconds, no time at all",
                times.size(),
                "200",
                begin);
    }
}
