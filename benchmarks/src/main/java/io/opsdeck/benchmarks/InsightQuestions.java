package io.opsdeck.benchmarks;

import io.opsdeck.analytics.insight.InsightResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The questions of the insight benchmarks, each in as many ways as there are engines. */
final class InsightQuestions {

    private static final String RANGE = "\"range\":{\"from\":\"2025-01-01\",\"to\":\"2025-03-31\"}";
    private static final String BY_COUNTRY = "\"breakdown\":{\"property\":\"country\",\"limit\":25}";
    private static final String WEEK = "floor((extract(epoch from at) - 1735516800) / 604800)::int";

    /**
     * A question to all, and what has to be equal: sums over all numbers of the answer.
     *
     * @param theirs SQL that gives the same numbers, as columns of one row each
     * @param bare the same question over arrays
     * @param rows the same question over the rows of the log in PostgreSQL, or null
     */
    record Question(
            String name,
            String must,
            String ours,
            String theirs,
            Said said,
            BareLoops.Loop bare,
            @Nullable String rows) {}

    /** The numbers of an answer, summed up kind by kind. */
    interface Said {
        long[] of(InsightResult result);
    }

    private InsightQuestions() {}

    static List<Question> all() {
        List<Question> questions = new ArrayList<>();
        questions.add(new Question(
                "T: daily trend, unique persons by country",
                "3",
                "{\"kind\":\"trend\"," + RANGE
                        + ",\"interval\":\"day\",\"series\":[{\"event\":\"product_view\",\"measure\":\"unique\"}],"
                        + BY_COUNTRY + "}",
                "with seen as materialized (select ts::date d, country, user_id from by_event where event = 1 group by 1, 2, 3)"
                        + " select sum(n) filter (where d is not null)::bigint, sum(n) filter (where d is null)::bigint from"
                        + " (select d, country, count(*) n from seen group by 1, 2"
                        + " union all select null, country, count(distinct user_id) from seen group by 2)",
                result -> new long[] {
                    lines(result)
                            .flatMap(line -> line.data().stream())
                            .mapToLong(value -> value == null ? 0 : value.longValue())
                            .sum(),
                    lines(result)
                            .map(InsightResult.Line::total)
                            .mapToLong(total -> total == null ? 0 : total.longValue())
                            .sum()
                },
                BareLoops::trend,
                "select sum(n)::bigint from (select count(*) n from (select (at at time zone 'UTC')::date d, props ->> 'country' c, person_id"
                        + " from analytics.event where name = 'product_view' group by 1, 2, 3) seen group by d, c) x"));
        questions.add(funnel("F3: funnel of 3 steps by country, with times", 1, 2, 4));
        questions.add(funnel("F5: funnel of 5 steps by country, with times", 0, 1, 2, 3, 4));
        questions.add(new Question(
                "R: weekly retention, login to product_view",
                "1.5",
                "{\"kind\":\"retention\"," + RANGE
                        + ",\"interval\":\"week\",\"start\":{\"event\":\"login\"},\"return\":{\"event\":\"product_view\"},\"periods\":13}",
                "with m as (select user_id, min(case when event = 6 then week end) c,"
                        + " bit_or(case when event = 1 then 1 << week else 0 end) m from by_event where event in (6, 1) group by 1),"
                        + " g as (select c, m, count(*) n from m where c is not null group by 1, 2)"
                        + " select (select sum(n)::bigint from g, range(14) w(i) where i > c and (m >> i::integer) & 1 = 1),"
                        + " (select sum(n)::bigint from g)",
                result -> {
                    List<InsightResult.Cohort> cohorts = ((InsightResult.Retention) result).cohorts();
                    return new long[] {
                        cohorts.stream()
                                .flatMap(cohort -> cohort.data().stream().skip(1))
                                .mapToLong(value -> value)
                                .sum(),
                        cohorts.stream().mapToLong(InsightResult.Cohort::size).sum()
                    };
                },
                BareLoops::retention,
                "with m as (select person_id, min(case when name = 'login' then " + WEEK + " end) c,"
                        + " bit_or(case when name = 'product_view' then 1 << " + WEEK
                        + " else 0 end) m from analytics.event"
                        + " where name in ('login', 'product_view') group by 1)"
                        + " select count(*) from m, generate_series(0, 13) i where i > c and (m >> i) & 1 = 1"));
        questions.add(
                new Question(
                        "L: weekly lifecycle",
                        "2.5",
                        "{\"kind\":\"lifecycle\"," + RANGE + ",\"interval\":\"week\",\"matcher\":{\"event\":null}}",
                        "with m as (select user_id, bit_or(1 << week) m from by_user group by 1), g as (select m, count(*) n from m group by 1),"
                                + " c as (select n, (m >> i::integer) & 1 = 1 now, i > 0 and (m >> greatest(i - 1, 0)::integer) & 1 = 1 before,"
                                + " m & ((1 << i::integer) - 1) = 0 first from g, range(14) w(i))"
                                + " select sum(n) filter (where before and not now)::bigint, sum(n) filter (where now and first)::bigint,"
                                + " sum(n) filter (where now and before)::bigint, sum(n) filter (where now and not before and not first)::bigint from c",
                        result -> {
                            var life = (InsightResult.Lifecycle) result;
                            return new long[] {
                                sum(life.dormant()), sum(life.fresh()), sum(life.returning()), sum(life.resurrecting())
                            };
                        },
                        BareLoops::lifecycle,
                        "with m as (select person_id, bit_or(1 << " + WEEK + ") m from analytics.event group by 1)"
                                + " select count(*) from m, generate_series(1, 13) i where (m >> i) & 1 = 0 and (m >> (i - 1)) & 1 = 1"));
        questions.add(new Question(
                "P: paths, first 4 nodes of a session",
                "15",
                "{\"kind\":\"paths\"," + RANGE + ",\"depth\":4,\"minShare\":0,\"gap\":\"30m\"}",
                "with w as (select user_id, ts, event, epoch_ms(ts) - epoch_ms(lag(ts) over x) gap, lag(event) over x last from by_user"
                        + " window x as (partition by user_id order by ts)),"
                        + " n as (select user_id, ts, event, gap is null or gap >= 1800000 fresh from w"
                        + " where gap is null or gap >= 1800000 or last <> event),"
                        + " k as materialized (select user_id, event, before, case when fresh then 1 when n1 then 2 when n2 then 3 else 4 end step"
                        + " from (select user_id, event, fresh, lag(fresh, 1) over x n1, lag(fresh, 2) over x n2, lag(fresh, 3) over x n3,"
                        + " lag(event) over x before from n window x as (partition by user_id order by ts))"
                        + " where fresh or n1 or n2 or n3),"
                        + " nodes as (select step, event, count(*) people from (select user_id, step, event from k group by 1, 2, 3)"
                        + " group by 1, 2), edges as (select step, before, event, count(*) people, sum(c) c from (select user_id, step,"
                        + " before, event, count(*) c from k where step > 1 group by 1, 2, 3, 4) group by 1, 2, 3)"
                        + " select (select sum(people)::bigint from nodes), (select sum(people)::bigint from edges),"
                        + " (select sum(c)::bigint from edges)",
                result -> {
                    var paths = (InsightResult.Paths) result;
                    return new long[] {
                        paths.nodes().stream()
                                .mapToLong(InsightResult.Node::people)
                                .sum(),
                        paths.edges().stream()
                                .mapToLong(InsightResult.Edge::people)
                                .sum(),
                        paths.edges().stream()
                                .mapToLong(InsightResult.Edge::count)
                                .sum()
                    };
                },
                BareLoops::paths,
                null));
        questions.add(segment());
        return questions;
    }

    /** How many have three product views in the last month, all in one of four countries, and no purchase in its last week. */
    private static Question segment() {
        String countries = Arrays.stream(ShopEvents.COUNTRIES)
                .limit(BareLoops.SEGMENT_COUNTRIES)
                .collect(Collectors.joining("\",\"", "[\"", "\"]"));
        String month = "\"from\":\"2025-03-01\",\"to\":\"2025-03-31\"";
        return new Question(
                "S: segment of a count, a property and a negation",
                "1",
                "{\"kind\":\"trend\",\"range\":{" + month
                        + "},\"interval\":\"month\",\"series\":[{\"event\":\"product_view\",\"measure\":\"unique\"}],"
                        + "\"people\":{\"all\":[{\"event\":\"product_view\",\"filters\":[{\"property\":\"country\",\"op\":\"in\",\"value\":"
                        + countries + "}],\"times\":{\"op\":\"gte\",\"n\":3},\"within\":{" + month
                        + "}},{\"not\":{\"event\":\"purchase\",\"within\":{\"from\":\"2025-03-25\",\"to\":\"2025-03-31\"}}}]}}",
                "select count(*) from (select user_id from by_event where ts >= timestamp '2025-03-01' and ts < timestamp '2025-04-01'"
                        + " and event in (1, 4) group by 1 having count(*) filter (where event = 1 and country < "
                        + BareLoops.SEGMENT_COUNTRIES
                        + ") >= 3 and count(*) filter (where event = 4 and ts >= timestamp '2025-03-25') = 0)",
                result -> new long[] {
                    lines(result)
                            .map(InsightResult.Line::total)
                            .mapToLong(total -> total == null ? 0 : total.longValue())
                            .sum()
                },
                BareLoops::segment,
                null);
    }

    private static Stream<InsightResult.Line> lines(InsightResult result) {
        return ((InsightResult.Trend) result).series().stream();
    }

    private static long sum(List<Long> numbers) {
        return numbers.stream().mapToLong(number -> number).sum();
    }

    /**
     * The chains by joining each step to the nearest one before, the times by going forward again from the first entry
     * that is near enough to the farthest step. Gives the number of persons at all steps of all countries, and their median
     * times from step to step.
     */
    private static Question funnel(String name, int... steps) {
        List<String> ours = new ArrayList<>();
        List<String> firsts = new ArrayList<>();
        var chains = new StringBuilder("with ");
        var forward = new StringBuilder();
        List<String> counts = new ArrayList<>();
        List<String> medians = new ArrayList<>();
        for (int i = 1; i <= steps.length; i++) {
            String events = "(select user_id, ts from by_event where event = " + steps[i - 1] + ")";
            ours.add("{\"event\":\"" + ShopEvents.NAMES[steps[i - 1]] + "\"}");
            firsts.add("select user_id, country, %d k, min(ts) c from s%d group by 1, 2".formatted(i, i));
            counts.add("count(*) filter (where k >= " + i + ")");
            if (i == 1) {
                chains.append("s1 as (select user_id, ts, ts as st, country from by_event where event = ")
                        .append(steps[0])
                        .append(')');
                forward.append(
                        ", c1 as (select r.*, b.ts t1 from r asof join %s b on r.user_id = b.user_id and r.c - interval 7 day <= b.ts)"
                                .formatted(events));
            } else {
                chains.append(
                        ", s%d as (select x.user_id, x.ts, p.st, p.country from %s x asof join s%d p on x.user_id = p.user_id and x.ts > p.ts where x.ts - p.st <= interval 7 day)"
                                .formatted(i, events, i - 1));
                forward.append(
                        ", c%d as (select p.*, b.ts t%d from c%d p asof left join %s b on p.user_id = b.user_id and p.t%d < b.ts)"
                                .formatted(i, i, i - 1, events, i - 1));
                medians.add("coalesce(round_even(median(epoch_ms(t%d) - epoch_ms(t%d)) filter (where k >= %d), 0), 0)"
                        .formatted(i, i - 1, i));
            }
        }
        String sql = chains + ", r as (select user_id, country, max(k) k, arg_max(c, k) c from ("
                + String.join(" union all ", firsts) + ") group by 1, 2)" + forward
                + " select sum(n)::bigint, sum(m)::bigint from"
                + " (select country, " + String.join(" + ", counts) + " n, " + String.join(" + ", medians) + " m from c"
                + steps.length + " group by 1)";
        return new Question(
                name,
                "6",
                "{\"kind\":\"funnel\"," + RANGE + ",\"window\":\"7d\",\"interval\":\"month\",\"steps\":["
                        + String.join(",", ours) + "]," + BY_COUNTRY + "}",
                sql,
                result -> {
                    List<InsightResult.Step> all = ((InsightResult.Funnel) result)
                            .breakdown().stream()
                                    .flatMap(split -> split.steps().stream())
                                    .toList();
                    return new long[] {
                        all.stream().mapToLong(InsightResult.Step::count).sum(),
                        Math.round(all.stream()
                                .mapToDouble(step -> step.medianSeconds() == null ? 0 : step.medianSeconds() * 1000)
                                .sum())
                    };
                },
                BareLoops.funnel(steps),
                steps.length == 3 ? nested(steps) : null);
    }

    /** The latest start of each step as a window over the one before. */
    private static String nested(int... steps) {
        String from = "(select person_id, at, name, props ->> 'country' c, case when name = '"
                + ShopEvents.NAMES[steps[0]]
                + "' then at end s1 from analytics.event where name in ('"
                + Arrays.stream(steps).mapToObj(step -> ShopEvents.NAMES[step]).collect(Collectors.joining("', '"))
                + "')) x1";
        for (int i = 2; i <= steps.length; i++) {
            from = ("(select *, case when name = '%s' and at - l%d <= interval '7 days' then l%d end s%d from"
                            + " (select *, max(s%d) over (partition by person_id order by at) l%d from %s) y%d) x%d")
                    .formatted(ShopEvents.NAMES[steps[i - 1]], i - 1, i - 1, i, i - 1, i - 1, from, i, i);
        }
        return "select "
                + IntStream.rangeClosed(1, steps.length)
                        .mapToObj(i -> "count(distinct person_id) filter (where s" + i + " is not null)")
                        .collect(Collectors.joining(" + "))
                + " from " + from;
    }
}
