package io.opsdeck.analytics.insight;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to a query, in the shape of the REST API. */
public sealed interface InsightResult {

    Answered answered();

    /**
     * What every answer says of itself.
     *
     * @param from the first instant that counted
     * @param to the instant that did not count any more
     * @param asOf when the newest event that it counted arrived; null when there is none
     * @param people distinct persons with an event that the query looks at
     * @param unknown events and properties that the workspace does not have
     */
    record Answered(
            Instant from,
            Instant to,
            String timeZone,
            @Nullable Instant asOf,
            long people,
            List<String> unknown) {}

    /** @param incompleteFrom index of the first interval that may still grow, or null */
    record Trend(
            Answered answered,
            List<String> labels,
            List<Line> series,
            @Nullable Compared compare,
            @Nullable Integer incompleteFrom)
            implements InsightResult {}

    /**
     * One line.
     *
     * @param series index in the query; -1 of a formula
     * @param breakdown the value it is about, or null
     * @param data a number per interval; null where there is none, such as a mean of nothing
     */
    record Line(
            int series,
            String label,
            @Nullable String breakdown,
            List<@Nullable Number> data,
            @Nullable Number total) {}

    /** The same lines over the time before, in the order of the intervals. */
    record Compared(List<String> labels, List<Line> series) {}

    /** How far chains went. */
    record Funnel(
            Answered answered,
            List<Step> steps,
            List<Split> breakdown,
            @Nullable TimeToConvert timeToConvert,
            Entries trend)
            implements InsightResult {}

    /**
     * One step.
     *
     * @param overall share of the first step, null where nobody began
     * @param relative share of the step before
     */
    record Step(
            String label,
            boolean optional,
            long count,
            @Nullable Double overall,
            @Nullable Double relative,
            long dropped,
            @Nullable Double medianSeconds,
            @Nullable Double meanSeconds) {}

    /** The steps of one value. */
    record Split(String value, List<Step> steps) {}

    /** How long it took from the first to the last step. */
    record TimeToConvert(List<Bin> bins, double medianSeconds, double meanSeconds) {}

    /** @param toSeconds not part of the bin */
    record Bin(double fromSeconds, double toSeconds, long count) {}

    /** By when the chains began. */
    record Entries(List<String> labels, List<Long> entered, List<Long> converted) {}

    /** @param incomplete cohort and period of the cells whose time has not passed */
    record Retention(
            Answered answered,
            List<Cohort> cohorts,
            List<@Nullable Double> mean,
            List<List<Integer>> incomplete,
            List<Returned> breakdown)
            implements InsightResult {}

    /** The cohorts of one value. */
    record Returned(String value, List<Cohort> cohorts, List<@Nullable Double> mean) {}

    /**
     * One cohort.
     *
     * @param start label of its interval
     * @param data persons per period or bracket; the first is the cohort itself
     * @param again those who came back within the first period
     */
    record Cohort(String start, long size, List<Long> data, long again) {}

    /** Persons per interval; dormant ones as positive numbers. */
    record Lifecycle(
            Answered answered,
            List<String> labels,
            List<Long> fresh,
            List<Long> returning,
            List<Long> resurrecting,
            List<Long> dormant,
            @Nullable Integer incompleteFrom)
            implements InsightResult {}

    /** Persons by the number of intervals in which they were active. */
    record Stickiness(Answered answered, List<Bucket> buckets) implements InsightResult {}

    /** @param intervals exactly so many, or so many at least */
    record Bucket(int intervals, long people) {}

    /** Steps count from 1; the step of an edge is that of the node it comes from. */
    record Paths(Answered answered, List<Node> nodes, List<Edge> edges) implements InsightResult {}

    record Node(int step, String name, long people) {}

    /** @param people persons who went there, {@code count} counts how often */
    record Edge(int step, String from, String to, long people, long count, double meanSeconds) {}

    /**
     * What each value earned.
     *
     * @param unattributed conversions without a touch
     * @param unattributedRevenue what they brought, null where no revenue was asked for
     */
    record Attributed(
            Answered answered,
            List<Credit> rows,
            long conversions,
            long unattributed,
            @Nullable Number unattributedRevenue)
            implements InsightResult {}

    /** @param revenue null where none was asked for */
    record Credit(
            String value,
            @Nullable Number conversions,
            @Nullable Number revenue) {}
}
