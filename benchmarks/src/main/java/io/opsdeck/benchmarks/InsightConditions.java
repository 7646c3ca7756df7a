package io.opsdeck.benchmarks;

import io.opsdeck.analytics.insight.InsightResult;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What must not make the questions slow: several who ask, events that wait to be written into their month, merged persons,
 * columns that are not in memory, and how soon an acknowledged event is seen. Also PostgreSQL over the rows of the log.
 */
final class InsightConditions {

    private static final int CLIENTS = 4;
    private static final long MIX_MILLIS = 8_000;
    private static final int WRITES = 60;
    private static final int WARM_UP = 8;
    private static final long REWRITTEN_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** One of so many is merged. */
    private static final int MERGED = 20;

    private final Report report;
    private final Intake product;
    private final Connection owner;
    private final ShopEvents events;
    private final BareLoops loops;
    private final int rounds;
    private final List<InsightQuestions.Question> mix = mix();

    InsightConditions(Report report, Intake product, Connection owner, ShopEvents events, BareLoops loops, int rounds) {
        this.report = report;
        this.product = product;
        this.owner = owner;
        this.events = events;
        this.loops = loops;
        this.rounds = rounds;
    }

    /** A trend, a funnel, retention and lifecycle. */
    private static List<InsightQuestions.Question> mix() {
        return InsightQuestions.all().stream()
                .filter(question -> question.rows() != null)
                .toList();
    }

    /** Returns what each question of the mix takes before anything waits or is merged, as a ratio to the bare loop. */
    double[] measure() throws Exception {
        overRows();
        readYourWrites();
        clients();
        double[] plain = medians(product);
        var late = new ShopEvents(Math.max(10, events.size / 100), events.users, 43);
        InsightBenchmark.fill(owner, product.workspace().id(), late, "late");
        double[] withDelta = medians(product);
        note("with 1 % of the events in the delta : without (must 1.1)", withDelta, plain);
        merge();
        note("with 5 % merged identities too, no month written since : without them", medians(product), withDelta);
        return plain;
    }

    /** Writes months anew as soon as a twentieth of the persons was merged, however few they are. */
    String rewriting() {
        return "--opsdeck.columns.rewrite-rows=" + Math.min(5_000, events.users / (2 * MERGED));
    }

    /** The same once the months of the merged persons have been written anew, with what waited for them. */
    void measureRewritten(Intake again, double[] plain) throws Exception {
        again.awaitColumns();
        long began = System.nanoTime();
        int asked = 0;
        double longest = 0;
        while (!again.isRewritten() && System.nanoTime() - began < REWRITTEN_NANOS) {
            long start = System.nanoTime();
            again.ask(mix.get(0).ours());
            longest = Math.max(longest, (System.nanoTime() - start) / 1e6);
            asked++;
        }
        report.note(
                "months of merged persons written anew after %.0f s; of %d trends asked meanwhile the slowest took %.0f ms"
                        .formatted((System.nanoTime() - began) / 1e9, asked, longest));
        note("with 5 % merged identities, months written since : before (must 1.4)", medians(again), plain);
    }

    private void note(String what, double[] now, double[] before) {
        var text = new StringBuilder(what).append(':');
        for (int i = 0; i < now.length; i++) {
            text.append(" %s %.2f".formatted(letter(mix.get(i)), now[i] / before[i]));
        }
        report.note(text.toString());
    }

    private static String letter(InsightQuestions.Question question) {
        return question.name().substring(0, question.name().indexOf(':'));
    }

    /** In turn with the bare loop and against it: the machine is not as fast from one minute to the next. */
    private double[] medians(Intake asked) throws Exception {
        double[] medians = new double[mix.size()];
        for (int q = 0; q < medians.length; q++) {
            double[] ours = new double[Math.max(1, 3 * rounds)];
            double[] bare = new double[ours.length];
            for (int i = -WARM_UP; i < ours.length; i++) {
                long start = System.nanoTime();
                asked.ask(mix.get(q).ours());
                long end = System.nanoTime();
                loops.run(mix.get(q).bare());
                if (i >= 0) {
                    ours[i] = end - start;
                    bare[i] = System.nanoTime() - end;
                }
            }
            Arrays.sort(ours);
            Arrays.sort(bare);
            medians[q] = ours[ours.length / 2] / bare[bare.length / 2];
        }
        return medians;
    }

    /** The same questions in SQL over the log itself, once each after one to warm up. */
    private void overRows() throws Exception {
        var text = new StringBuilder("PostgreSQL rows : ours (must 8):");
        for (InsightQuestions.Question question : mix) {
            long seconds = 0;
            long found = 0;
            for (int i = 0; i < 2; i++) {
                long start = System.nanoTime();
                try (var statement = owner.createStatement();
                        var row = statement.executeQuery(question.rows())) {
                    row.next();
                    found = row.getLong(1);
                }
                seconds = System.nanoTime() - start;
            }
            long start = System.nanoTime();
            long said = question.said().of(product.ask(question.ours()))[0];
            double ours = System.nanoTime() - start;
            report.check(found == said, letter(question) + ": ours " + said + ", rows " + found);
            text.append(" %s %.0f (%,d ms)".formatted(letter(question), seconds / ours, seconds / 1_000_000));
        }
        report.note(text.toString());
    }

    private void readYourWrites() {
        String name = "Written and read";
        String question =
                "{\"kind\":\"trend\",\"range\":{\"last\":\"2d\"},\"interval\":\"day\",\"series\":[{\"event\":\"" + name
                        + "\",\"measure\":\"total\"}]}";
        long[] nanos = new long[WRITES];
        int missed = 0;
        for (int i = 0; i < WRITES; i++) {
            product.track(("{\"userId\":\"reader\",\"event\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
            long acknowledged = System.nanoTime();
            missed += total(question) == i + 1 ? 0 : 1;
            nanos[i] = System.nanoTime() - acknowledged;
        }
        Arrays.sort(nanos);
        report.check(missed == 0, missed + " acknowledged events were not in the next answer");
        report.note(
                "an acknowledged event is in the answer asked for next, which comes after %.0f ms, p95 %.0f ms (must 2,000)"
                        .formatted(Load.percentile(nanos, 50), Load.percentile(nanos, 95)));
    }

    private long total(String question) {
        var trend = (InsightResult.Trend) product.ask(question);
        Number total = trend.series().get(0).total();
        return total == null ? 0 : total.longValue();
    }

    private void clients() throws Exception {
        double one = throughput(1);
        double several = throughput(CLIENTS);
        report.note("%d clients : 1, questions a second over the mix (must 1.0): %.2f (%.1f : %.1f)"
                .formatted(CLIENTS, several / one, several, one));
    }

    private double throughput(int clients) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            long began = System.nanoTime();
            long end = began + TimeUnit.MILLISECONDS.toNanos(rounds > 1 ? MIX_MILLIS : 1);
            List<Callable<Integer>> askers = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                int first = client;
                askers.add(() -> {
                    int asked = 0;
                    while (System.nanoTime() < end || asked == 0) {
                        product.ask(mix.get((first + asked++) % mix.size()).ours());
                    }
                    return asked;
                });
            }
            int asked = 0;
            for (Future<Integer> each : threads.invokeAll(askers)) {
                asked += each.get();
            }
            return asked / ((System.nanoTime() - began) / 1e9);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each of them turns out to be the next one. */
    private void merge() throws Exception {
        try (var insert =
                owner.prepareStatement("insert into analytics.person_alias (workspace_id, person_id, canonical_id, at)"
                        + " values (?, ?, ?, now())")) {
            for (int user = 0; user + 1 < events.users; user += MERGED) {
                insert.setObject(1, product.workspace().id());
                insert.setObject(2, InsightBenchmark.person(user));
                insert.setObject(3, InsightBenchmark.person(user + 1));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** A trend over all months when an event of another month has arrived, by what is kept of months. */
    static void months(Report report, Supplier<Intake> plain, Supplier<Intake> keeping) {
        double all = afterAnEvent(plain);
        double kept = afterAnEvent(keeping);
        report.note("a trend after an event of another month, %.1f ms : with its whole months kept, %.1f ms: %.1f"
                .formatted(all, kept, all / kept));
    }

    private static double afterAnEvent(Supplier<Intake> open) {
        String trend = mix().get(0).ours();
        String newest = "{\"kind\":\"trend\",\"range\":{\"last\":\"1d\"},\"series\":[{\"event\":\"later\"}]}";
        try (Intake product = open.get()) {
            product.awaitColumns();
            double[] times = new double[WARM_UP];
            for (int i = -WARM_UP; i < times.length; i++) {
                product.track("{\"userId\":\"later\",\"event\":\"later\"}".getBytes(StandardCharsets.UTF_8));
                product.ask(newest);
                long start = System.nanoTime();
                product.ask(trend);
                if (i >= 0) {
                    times[i] = (System.nanoTime() - start) / 1e6;
                }
            }
            Arrays.sort(times);
            return times[times.length / 2];
        }
    }

    /** The first question after a start, with compiled code, against the next ones. */
    static void cold(Report report, Supplier<Intake> open) {
        var text = new StringBuilder("columns read from the file first : in memory (must 12):");
        for (InsightQuestions.Question question : mix()) {
            try (Intake product = open.get()) {
                product.awaitColumns();
                long start = System.nanoTime();
                product.ask(question.ours());
                double first = System.nanoTime() - start;
                double[] warm = new double[WARM_UP];
                for (int i = 0; i < warm.length; i++) {
                    start = System.nanoTime();
                    product.ask(question.ours());
                    warm[i] = System.nanoTime() - start;
                }
                Arrays.sort(warm);
                text.append(" %s %.1f (%.0f ms)".formatted(letter(question), first / warm[WARM_UP / 2], first / 1e6));
            }
        }
        report.note(text.toString());
    }
}
