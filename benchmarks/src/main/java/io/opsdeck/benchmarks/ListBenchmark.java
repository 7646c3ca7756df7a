package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** The first byte of every list at a million profiles and ten million events, for a signed-in member and over REST. */
final class ListBenchmark implements Program {

    private static final double TARGET_MILLIS = 200;

    private record Asked(HttpClient http, HttpRequest request) {}

    @Override
    public boolean run(Settings settings) throws Exception {
        long profiles = settings.number("profiles", 1_000_000, 2_000);
        long events = settings.number("events", 10_000_000, 20_000);
        int rounds = settings.number("rounds", 100, 3);
        var report = new Report(
                "Lists at %,d profiles and %,d events, first byte".formatted(profiles, events),
                "list",
                "requests",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "p95 under 200 ms");
        boolean again = settings.number("again", 0, 0) == 1;
        if (!again) {
            Opsdeck.clear(settings, "lists");
        }
        try (Opsdeck opsdeck = Opsdeck.start(settings, "lists", settings.jvm());
                Connection owner = opsdeck.connect()) {
            if (!again) {
                WriteKey key = opsdeck.createSource("Shop");
                long begin = System.nanoTime();
                new Filling(owner, workspace(owner, key), UUID.fromString(key.source())).fill(profiles, events);
                report.note("filled in %d s".formatted((System.nanoTime() - begin) / 1_000_000_000));
            }
            Map<String, Asked> lists = lists(opsdeck, profiles, new Random(settings.seed()));
            var times = new LinkedHashMap<String, long[]>();
            for (int round = -Math.min(20, rounds); round < rounds; round++) {
                for (var list : lists.entrySet()) {
                    long nanos = firstByte(report, list.getKey(), list.getValue());
                    if (round >= 0) {
                        times.computeIfAbsent(list.getKey(), name -> new long[rounds])[round] = nanos;
                    }
                }
            }
            times.forEach((name, nanos) -> {
                Arrays.sort(nanos);
                double p95 = Load.percentile(nanos, 95);
                report.row(
                        name,
                        nanos.length,
                        Load.percentile(nanos, 50),
                        p95,
                        Load.percentile(nanos, 99),
                        p95 < TARGET_MILLIS ? "yes" : "no");
            });
            return report.print(Report.database(owner));
        }
    }

    /** What is asked, by name; pages that this build does not have are left out. */
    private static Map<String, Asked> lists(Opsdeck opsdeck, long profiles, Random random)
            throws IOException, InterruptedException {
        Browser browser = Browser.signIn(opsdeck);
        var lists = new LinkedHashMap<String, Asked>();
        long somebody = random.nextInt((int) profiles);
        for (String path : new String[] {
            "/",
            "/events",
            "/events?event=Shop%20Event%203",
            "/events?event=Rare%20Event",
            "/events?who=user-" + somebody,
            "/stream",
            "/dictionary",
            "/dictionary/event?name=Shop%20Event%203",
            "/quarantine",
            "/people",
            "/people?q=user-" + somebody,
            "/people?q=%E7%8E%8B%E4%BC%9F",
            "/people?f=plan:eq:pro",
            "/people?f=city:eq:Berlin&f=age:gt:70&sort=first_seen",
            "/people?f=age:eq:0",
            "/sources",
            "/audit",
            "/jobs",
            "/members"
        }) {
            add(lists, path, new Asked(browser.http, browser.get(path)));
        }
        HttpClient http = Browser.anyone();
        String nextEvents =
                opsdeck.api("GET", "/api/v1/events?limit=200", "").path("next").asString("");
        String nextProfiles = opsdeck.api("GET", "/api/v1/profiles?limit=200", "")
                .path("next")
                .asString("");
        for (String path : new String[] {
            "/api/v1/events",
            "/api/v1/events?limit=200&cursor=" + nextEvents,
            "/api/v1/events?event=Rare%20Event",
            "/api/v1/quarantine",
            "/api/v1/profiles",
            "/api/v1/profiles?limit=200&cursor=" + nextProfiles,
            "/api/v1/profiles?q=user-" + somebody,
            "/api/v1/profiles?f=plan:eq:pro&f=age:gt:70",
            "/api/v1/profiles:lookup?id=user-" + somebody
        }) {
            add(lists, path, new Asked(http, opsdeck.authorized(path)));
        }
        return lists;
    }

    private static void add(Map<String, Asked> lists, String path, Asked asked)
            throws IOException, InterruptedException {
        if (asked.http().send(asked.request(), BodyHandlers.discarding()).statusCode() != 404) {
            lists.put(path.replaceAll("cursor=.*", "cursor=…"), asked);
        }
    }

    private static long firstByte(Report report, String name, Asked asked) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        HttpResponse<InputStream> answer = asked.http().send(asked.request(), BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            body.read();
            long nanos = System.nanoTime() - begin;
            body.transferTo(OutputStream.nullOutputStream());
            report.check(answer.statusCode() == 200, name + " answered " + answer.statusCode());
            return nanos;
        }
    }

    private static UUID workspace(Connection owner, WriteKey key) throws SQLException {
        try (var query = owner.prepareStatement("select workspace_id from analytics.source where id = ?")) {
            query.setObject(1, UUID.fromString(key.source()));
            try (var row = query.executeQuery()) {
                row.next();
                return row.getObject(1, UUID.class);
            }
        }
    }
}
