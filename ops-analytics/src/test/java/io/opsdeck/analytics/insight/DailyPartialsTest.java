package io.opsdeck.analytics.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.fold.FoldTally;
import io.opsdeck.analytics.fold.PersonFold;
import io.opsdeck.analytics.store.ColumnStores;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** Months that were counted before make the same numbers as all rows anew, and are not counted again. */
class DailyPartialsTest extends AnalyticsTest {

    private static final long START = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private static final String RANGE = "\"range\":{\"from\":\"2026-01-10\",\"to\":\"2026-06-20\"}";
    private static final List<String> SERIES = List.of(
            "{\"event\":\"view\",\"measure\":\"unique\"}",
            "{\"event\":\"view\",\"measure\":\"total\"},{\"event\":\"buy\",\"measure\":\"per_user\"}",
            "{\"event\":null,\"measure\":\"sum\",\"property\":\"amount\",\"filters\":"
                    + "[{\"property\":\"country\",\"op\":\"in\",\"value\":[\"CN\",\"US\"]}]}",
            "{\"event\":\"buy\",\"measure\":\"average\",\"property\":\"amount\"},"
                    + "{\"event\":\"buy\",\"measure\":\"max\",\"property\":\"amount\"}");
    private static final List<String> REST = List.of(
            "\"interval\":\"day\"",
            "\"interval\":\"week\"",
            "\"interval\":\"month\"",
            "\"interval\":\"day\",\"breakdown\":{\"property\":\"country\"}",
            "\"interval\":\"month\",\"breakdown\":{\"property\":\"country\",\"limit\":2},\"compare\":\"previous\"");

    @Autowired
    ColumnStores stores;

    @Autowired
    Workspaces workspaces;

    @Autowired
    Funnels funnels;

    @Autowired
    Returns returns;

    @Autowired
    Ways ways;

    @Autowired
    Rules rules;

    @Autowired
    Clock clock;

    @Autowired
    QueryReader reader;

    @Autowired
    JsonMapper json;

    private final CountingEngine engine = new CountingEngine();

    /** Knows how often it folded. */
    private static final class CountingEngine extends Engine {

        private int folds;

        @Override
        <F extends PersonFold, T extends FoldTally<F, T>> Outcome<T> sum(Run<F, T> run) {
            folds++;
            return super.sum(run);
        }
    }

    @AfterEach
    void endEngine() {
        engine.destroy();
    }

    private Insights insights(DailyPartials partials) {
        return new Insights(
                stores,
                workspaces,
                new Trends(engine, partials),
                funnels,
                returns,
                ways,
                rules,
                engine,
                new ResultCache(0),
                clock,
                60,
                0);
    }

    @Test
    void monthsAddUpToWhatAllRowsSay() {
        var random = new Random(5);
        for (String zone : List.of("America/New_York", "Asia/Shanghai")) {
            openWorkspace(zone);
            Insights plain = insights(new DailyPartials(0));
            Insights byMonth = insights(new DailyPartials(1 << 24));
            int sent = 0;
            for (int round = 0; round < 9; round++) {
                sent += send(random, round);
                await(plain, sent);
                for (String series : SERIES) {
                    for (String rest : REST) {
                        String query = "{\"kind\":\"trend\"," + RANGE + "," + rest + ",\"series\":[" + series + "]}";
                        var expected = ask(plain, query);
                        var answer = ask(byMonth, query);
                        assertThat(lines(answer)).as(query).isEqualTo(lines(expected));
                        assertThat(answer.answered().people())
                                .isEqualTo(expected.answered().people());
                        assertThat(answer.labels()).isEqualTo(expected.labels());
                    }
                }
            }
        }
    }

    @Test
    void anEventCostsItsMonthAlone() {
        openWorkspace("Europe/Berlin");
        List<String> views = new ArrayList<>(List.of(identify("ann's phone", "ann")));
        for (int day = 5; day < 170; day += 4) {
            views.add(event("ann's phone", "view", START + day * 86_400_000L, "CN", 1));
        }
        batch(views);
        Insights byMonth = insights(new DailyPartials(1 << 24));
        String query = "{\"kind\":\"trend\"," + RANGE + ",\"interval\":\"day\",\"series\":[" + SERIES.get(0) + "]}";
        await(byMonth, 42);
        ask(byMonth, query);
        engine.folds = 0;
        ask(byMonth, query);
        assertThat(engine.folds)
                .as("the stretches before and behind the whole months")
                .isEqualTo(2);
        long lateInMarch = Instant.parse("2026-03-31T21:30:00Z").toEpochMilli();
        batch(List.of(event("ann's laptop", "view", lateInMarch, "CN", 1)));
        await(byMonth, 43);
        engine.folds = 0;
        var answer = ask(byMonth, query);
        assertThat(engine.folds).as("and the month of the event").isEqualTo(3);
        assertThat(answer.series().get(0).total()).isEqualTo(2L);
        assertThat(answer.series().get(0).data().get(answer.labels().indexOf("2026-03-31")))
                .isEqualTo(2L);
        batch(List.of(identify("ann's laptop", "ann")));
        assertThat(ask(byMonth, query).series().get(0).total())
                .as("both are one")
                .isEqualTo(1L);
    }

    private int send(Random random, int round) {
        int count = 20 + random.nextInt(60);
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = random.nextInt(3) == 0 ? "buy" : "view";
            int day = round < 4 ? random.nextInt(180) : 90 + random.nextInt(30);
            long at = START + day * 86_400_000L + random.nextInt(24 * 4) * 900_000L;
            String country = List.of("CN", "US", "DE", "BR").get(random.nextInt(4));
            calls.add(event("visitor " + random.nextInt(25), name, at, country, random.nextInt(1000) / 4.0));
        }
        if (round % 3 == 2) {
            calls.add(identify("visitor " + random.nextInt(25), "user " + random.nextInt(3)));
        }
        batch(calls);
        return count;
    }

    private void batch(List<String> calls) {
        receive(TrackingCall.Kind.BATCH, "{\"batch\":[" + String.join(",", calls) + "]}");
    }

    private static String identify(String visitor, String user) {
        return "{\"type\":\"identify\",\"anonymousId\":\"" + visitor + "\",\"userId\":\"" + user + "\"}";
    }

    private static String event(String visitor, String name, long at, String country, double amount) {
        return "{\"type\":\"track\",\"anonymousId\":\"" + visitor + "\",\"event\":\"" + name + "\",\"timestamp\":\""
                + Instant.ofEpochMilli(at) + "\",\"properties\":{\"country\":\"" + country + "\",\"amount\":" + amount
                + "}}";
    }

    /** Another test's open transaction may hold back the log for a moment. */
    private void await(Insights asked, int events) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        Number total = -1;
        while (total != null && total.intValue() != events && System.nanoTime() < deadline) {
            total = ask(
                            asked,
                            "{\"kind\":\"trend\",\"range\":{\"from\":\"2025-12-01\",\"to\":\"2026-12-31\"},\"interval\":\"week\","
                                    + "\"series\":[{\"event\":\"view\",\"measure\":\"total\"},{\"event\":\"buy\",\"measure\":\"total\"}],"
                                    + "\"formula\":\"A + B\"}")
                    .series()
                    .get(0)
                    .total();
        }
        assertThat(total).isEqualTo((long) events);
    }

    private static List<String> lines(InsightResult.Trend trend) {
        var compared = trend.compare();
        return Stream.concat(trend.series().stream(), compared == null ? Stream.empty() : compared.series().stream())
                .map(line -> line.series() + " " + line.breakdown() + " " + line.total() + " " + line.data())
                .toList();
    }

    private InsightResult.Trend ask(Insights asked, String query) {
        return (InsightResult.Trend)
                CurrentWorkspace.call(workspace, () -> asked.answer(reader.read(json.readTree(query))));
    }
}
