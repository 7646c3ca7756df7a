package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.insight.InsightResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A question with the answer it got, to be compared with what references say of the same world. */
record StoreTrial(
        Question question,
        StoreWorld world,
        Map<String, Double> answer,
        @Nullable Set<UUID> people) {

    /** What a reference says: all numbers but zeros, by name, and the people behind the point. */
    record Said(Map<String, Double> numbers, Set<UUID> people) {}

    /** A question with its slow answer. */
    interface Reference {
        Said say(StoreWorld world, StoreWorld.@Nullable Bug bug);
    }

    record Question(String kind, String json, @Nullable String point, Set<String> options, Reference reference) {}

    @Nullable
    String difference(StoreWorld.@Nullable Bug bug) {
        Said said = question.reference().say(world, bug);
        Map<String, Double> expected = new TreeMap<>(said.numbers());
        expected.values().removeIf(number -> number == 0);
        for (var each : expected.entrySet()) {
            double got = answer.getOrDefault(each.getKey(), 0.0);
            if (!(Math.abs(got - each.getValue()) <= 2e-6 * Math.max(1, Math.abs(got)))) {
                return each + " expected, not " + got + " of " + answer;
            }
        }
        for (var each : answer.entrySet()) {
            if (each.getValue() != 0 && !expected.containsKey(each.getKey())) {
                return each + " is not in " + expected;
            }
        }
        return people == null || people.equals(said.people()) ? null : people + " and not " + said.people();
    }

    /** Every number of an answer by what it says. */
    static Map<String, Double> numbers(InsightResult result) {
        Map<String, Double> numbers = new TreeMap<>();
        if (result instanceof InsightResult.Trend trend) {
            for (InsightResult.Line line : trend.series()) {
                String name = line.breakdown() + "|" + line.series() + "|";
                for (int i = 0; i < line.data().size(); i++) {
                    put(numbers, name + i, line.data().get(i));
                }
                put(numbers, name + "total", line.total());
            }
        }
        if (result instanceof InsightResult.Funnel funnel) {
            steps(numbers, "|", funnel.steps());
            funnel.breakdown().forEach(split -> steps(numbers, split.value() + "|", split.steps()));
            for (int i = 0; i < funnel.trend().entered().size(); i++) {
                put(numbers, "entered " + i, funnel.trend().entered().get(i));
                put(numbers, "converted " + i, funnel.trend().converted().get(i));
            }
            if (funnel.timeToConvert() != null) {
                put(numbers, "seconds", funnel.timeToConvert().meanSeconds());
            }
        }
        if (result instanceof InsightResult.Retention retention) {
            cohorts(numbers, "|", retention.cohorts());
            retention.breakdown().forEach(split -> cohorts(numbers, split.value() + "|", split.cohorts()));
            for (int column = 0; column < retention.mean().size(); column++) {
                put(numbers, "mean " + column, retention.mean().get(column));
            }
        }
        if (result instanceof InsightResult.Lifecycle lifecycle) {
            for (int i = 0; i < lifecycle.labels().size(); i++) {
                put(numbers, "NEW " + i, lifecycle.fresh().get(i));
                put(numbers, "RETURNING " + i, lifecycle.returning().get(i));
                put(numbers, "RESURRECTING " + i, lifecycle.resurrecting().get(i));
                put(numbers, "DORMANT " + i, lifecycle.dormant().get(i));
            }
        }
        if (result instanceof InsightResult.Stickiness stickiness) {
            stickiness.buckets().forEach(bucket -> put(numbers, "on " + bucket.intervals(), bucket.people()));
        }
        if (result instanceof InsightResult.Paths paths) {
            paths.nodes().forEach(node -> put(numbers, node.step() + ":" + node.name() + " people", node.people()));
            for (InsightResult.Edge edge : paths.edges()) {
                String name = edge.step() + ":" + edge.from() + ">" + (edge.step() + 1) + ":" + edge.to();
                put(numbers, name + " people", edge.people());
                put(numbers, name + " count", edge.count());
                put(numbers, name + " seconds", edge.meanSeconds());
            }
        }
        if (result instanceof InsightResult.Attributed attributed) {
            attributed.rows().forEach(row -> {
                put(numbers, row.value() + " share", row.conversions());
                put(numbers, row.value() + " amount", row.revenue());
            });
            put(numbers, "conversions", attributed.conversions());
            put(numbers, "unattributed", attributed.unattributed());
            put(numbers, "unattributed amount", attributed.unattributedRevenue());
        }
        return numbers;
    }

    private static void steps(Map<String, Double> numbers, String prefix, List<InsightResult.Step> steps) {
        for (int i = 0; i < steps.size(); i++) {
            put(numbers, prefix + "step " + (i + 1), steps.get(i).count());
        }
    }

    private static void cohorts(Map<String, Double> numbers, String prefix, List<InsightResult.Cohort> cohorts) {
        for (int cohort = 0; cohort < cohorts.size(); cohort++) {
            List<Long> data = cohorts.get(cohort).data();
            for (int column = 0; column < data.size(); column++) {
                put(numbers, prefix + cohort + "/" + column, data.get(column));
            }
            put(numbers, prefix + cohort + "/again", cohorts.get(cohort).again());
        }
    }

    private static void put(Map<String, Double> numbers, String name, @Nullable Number number) {
        if (number != null) {
            numbers.put(name, number.doubleValue());
        }
    }
}
