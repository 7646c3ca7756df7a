package io.opsdeck.web.insight;

import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.fold.LifecyclePlan;
import io.opsdeck.analytics.insight.Filter;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.InsightQuery.Breakdown;
import io.opsdeck.analytics.insight.InsightQuery.Compare;
import io.opsdeck.analytics.insight.Matcher;
import io.opsdeck.analytics.insight.QueryRange;
import io.opsdeck.core.text.ContactMask;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says what a question measures, as exactly as its answer counts. */
final class QueryWords {

    private final Words words;
    private final ZoneId zone;

    QueryWords(Words words, ZoneId zone) {
        this.words = words;
        this.zone = zone;
    }

    /** The whole question. */
    String sentence(InsightQuery query) {
        List<String> parts = new ArrayList<>();
        InsightQuery.Scope scope = query.scope();
        String range = range(scope.range());
        String interval = key("insight.per.", scope.interval());
        if (query instanceof InsightQuery.Trend trend) {
            parts.add(words.text(
                    "insight.says.trend",
                    words.all(trend.series().stream().map(this::series).toList()),
                    interval,
                    range));
            if (trend.formula() != null) {
                parts.add(words.text("insight.says.formula", trend.formula()));
            }
            if (trend.cumulative()) {
                parts.add(words.text("insight.says.cumulative"));
            }
        } else if (query instanceof InsightQuery.Funnel funnel) {
            funnel(funnel, range, parts);
        } else if (query instanceof InsightQuery.Retention retention) {
            parts.add(words.text(
                    "insight.says.retention." + lower(retention.cohort()),
                    matcher(retention.start()),
                    matcher(retention.back()),
                    interval,
                    range));
            parts.add(words.text("insight.says.retention." + lower(retention.mode())));
            parts.add(words.text("insight.says.clock." + lower(retention.clock())));
            if (retention.mean() == InsightQuery.Mean.SIMPLE) {
                parts.add(words.text("insight.says.mean"));
            }
        } else if (query instanceof InsightQuery.Lifecycle lifecycle) {
            parts.add(words.text("insight.says.lifecycle", matcher(lifecycle.matcher()), interval, range));
            if (lifecycle.newBy() == LifecyclePlan.NewBy.CREATED) {
                parts.add(words.text("insight.says.created"));
            }
        } else if (query instanceof InsightQuery.Stickiness stickiness) {
            parts.add(words.text(
                    stickiness.cumulative() ? "insight.says.stickiness.cumulative" : "insight.says.stickiness",
                    matcher(stickiness.matcher()),
                    interval,
                    range));
        } else if (query instanceof InsightQuery.Paths paths) {
            paths(paths, range, parts);
        } else if (query instanceof InsightQuery.Attributed attributed) {
            parts.add(words.text(
                    "insight.says.attribution",
                    matcher(attributed.conversion()),
                    words.all(attributed.touches().stream().map(this::matcher).toList()),
                    name(attributed.touchProperty()),
                    range));
            parts.add(words.text(
                    "insight.says.model." + lower(attributed.model()),
                    words.span(attributed.lookback()),
                    words.span(attributed.halfLife())));
            credited(attributed, parts);
        }
        around(scope, query instanceof InsightQuery.Funnel, parts);
        if (query instanceof InsightQuery.Retention && scope.breakdown() != null) {
            parts.add(words.text("insight.says.retention.same"));
        }
        String all = String.join(words.isChinese() ? "" : " ", parts);
        return all.substring(0, 1).toUpperCase(words.locale()) + all.substring(1);
    }

    private void funnel(InsightQuery.Funnel funnel, String range, List<String> parts) {
        String steps = funnel.steps().stream()
                .map(this::paced)
                .reduce((a, b) -> a + " → " + b)
                .orElse("");
        parts.add(
                words.text("insight.says.funnel." + lower(funnel.count()), steps, words.span(funnel.window()), range));
        parts.add(
                funnel.tracked().isEmpty()
                        ? words.text("insight.says.order." + lower(funnel.order()))
                        : words.text(
                                "insight.says.tracked",
                                words.all(funnel.tracked().stream()
                                        .map(this::matcher)
                                        .toList())));
        funnel.exclusions()
                .forEach(exclusion -> parts.add(words.text(
                        "insight.says.exclusion." + lower(funnel.exclusionMode()),
                        matcher(exclusion.matcher()),
                        exclusion.from(),
                        exclusion.to())));
        if (funnel.timeFrom() > 0) {
            parts.add(words.text("insight.says.between", funnel.timeFrom(), funnel.timeTo()));
        }
    }

    /** A step with how long after the one before it may come. */
    private String paced(InsightQuery.Step step) {
        String name = step.optional() ? words.text("insight.says.optional", step(step)) : step(step);
        if (step.minGap() > 0) {
            name = words.text("insight.says.gap.min", name, words.span(step.minGap()));
        }
        return step.maxGap() < FunnelPlan.NO_LIMIT
                ? words.text("insight.says.gap.max", name, words.span(step.maxGap()))
                : name;
    }

    private void credited(InsightQuery.Attributed attributed, List<String> parts) {
        if (attributed.keyEvent() != null) {
            String key = matcher(attributed.keyEvent());
            parts.add(
                    attributed.keyProperty().isEmpty()
                            ? words.text("insight.says.key", key)
                            : words.text("insight.says.key.same", key, name(attributed.keyProperty())));
        }
        if (attributed.per() == InsightQuery.Per.PERSON) {
            parts.add(words.text("insight.says.per.person"));
        }
    }

    private void paths(InsightQuery.Paths paths, String range, List<String> parts) {
        parts.add(words.text(
                "insight.says.paths",
                paths.property().isEmpty()
                        ? words.text("insight.says.paths.events")
                        : words.text("insight.says.paths.property", name(paths.property())),
                paths.depth(),
                range));
        if (!paths.include().isEmpty()) {
            parts.add(words.text(
                    "insight.says.paths.include",
                    words.all(paths.include().stream().map(this::matcher).toList())));
        }
        if (paths.startAt() != null) {
            parts.add(words.text("insight.says.paths.start", matcher(paths.startAt())));
        }
        if (paths.endAt() != null) {
            parts.add(words.text("insight.says.paths.end", matcher(paths.endAt())));
        }
        parts.add(words.text("insight.says.paths.gap", words.span(paths.gap())));
    }

    /** Filters, breakdown and comparison, which many kinds have. */
    private void around(InsightQuery.Scope scope, boolean steps, List<String> parts) {
        if (!scope.filters().isEmpty()) {
            parts.add(words.text("insight.says.filters", filters(scope.filters())));
        }
        Breakdown breakdown = scope.breakdown();
        if (breakdown != null) {
            parts.add(words.text(
                    "insight.says.breakdown", name(breakdown.source(), breakdown.path()), breakdown.limit()));
            if (steps) {
                parts.add(words.text("insight.says.breakdown." + lower(breakdown.attribution()), breakdown.step()));
            }
        }
        if (scope.people() != null) {
            parts.add(words.text("insight.says.people", new RuleWords(words, this).rule(scope.people())));
        }
        if (scope.includeInternal()) {
            parts.add(words.text("insight.says.internal"));
        }
        if (scope.compare() != Compare.NONE) {
            parts.add(words.text("insight.says.compare." + lower(scope.compare())));
        }
    }

    /** What a line of a trend counts. */
    String series(InsightQuery.Series series) {
        return words.text(
                "insight.says.measure." + lower(series.measure()),
                matcher(series.matcher()),
                series.property().isEmpty() ? "" : name(series.property()),
                words.text(series.rolling() == 1 ? "insight.window.one" : "insight.window.many", series.rolling()));
    }

    /** The short name of a line of a trend. */
    String line(InsightQuery.Series series) {
        if (series.label() != null) {
            return series.label();
        }
        String event = event(series.matcher());
        return switch (series.measure()) {
            case TOTAL -> event;
            default ->
                words.text(
                        "insight.line",
                        event,
                        words.text(
                                "insight.short." + lower(series.measure()),
                                series.property().isEmpty() ? "" : name(series.property()),
                                series.rolling()));
        };
    }

    /** The name of a step. */
    String step(InsightQuery.Step step) {
        if (step.label() != null) {
            return step.label();
        }
        return String.join(
                words.text("insight.or"),
                step.any().stream()
                        .map(each -> each.filters().isEmpty() ? event(each) : matcher(each))
                        .toList());
    }

    /** Which events, with the conditions on them. */
    String matcher(Matcher matcher) {
        String event = matcher.event() == null
                ? words.text("insight.any-event")
                : words.text("insight.quoted", ContactMask.within(matcher.event()));
        String where = matcher.filters().isEmpty()
                ? event
                : words.text("insight.says.where", event, filters(matcher.filters()));
        return switch (matcher.occurrence()) {
            case EVERY -> where;
            case FIRST_EVER -> words.text("insight.says.first.ever", where);
            case FIRST_MATCHING -> words.text("insight.says.first.matching", where);
        };
    }

    String event(Matcher matcher) {
        return matcher.event() == null ? words.text("insight.any-event") : matcher.event();
    }

    private String filters(List<Filter> filters) {
        return words.all(filters.stream().map(this::filter).toList());
    }

    private String filter(Filter filter) {
        return named(name(filter.source(), filter.path()), filter);
    }

    /** A condition on a trait where it is clear that it is one. */
    String condition(Filter filter) {
        return named(name(filter.path()), filter);
    }

    private String named(String name, Filter filter) {
        String operator = words.text("people.op." + lower(filter.operator()));
        if (filter.values().isEmpty()) {
            return name + " " + operator;
        }
        List<String> values = filter.values().stream()
                .map(value -> value.isBlank() ? words.text("insight.quoted", value) : value)
                .toList();
        return name + " " + operator + " "
                + (filter.operator() == Filter.Operator.BETWEEN
                        ? words.text("people.op.between.values", values.toArray())
                        : words.all(values));
    }

    private String name(Filter.Source source, List<String> path) {
        return source == Filter.Source.PROFILE ? words.text("insight.trait", name(path)) : name(path);
    }

    static String name(List<String> path) {
        return String.join(".", path);
    }

    /** The time a question is about. */
    String range(QueryRange range) {
        if (range instanceof QueryRange.Last last) {
            String key = (last.complete() ? "insight.range.complete." : "insight.range.last.") + lower(last.unit());
            return last.amount() == 1 ? words.text(key + ".one") : words.text(key, words.number(last.amount()));
        }
        if (range instanceof QueryRange.Dates dates) {
            return words.text("insight.range.dates", words.date(dates.from()), words.date(dates.to()));
        }
        QueryRange.Instants instants = (QueryRange.Instants) range;
        return words.text(
                "insight.range.dates",
                instants.from().atZone(zone).toLocalDateTime(),
                instants.to().atZone(zone).toLocalDateTime());
    }

    private String key(String prefix, Enum<?> value) {
        return words.text(prefix + lower(value));
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
