package io.opsdeck.analytics.insight;

/** The kinds of questions. */
public enum InsightKind {
    TREND,
    FUNNEL,
    RETENTION,
    LIFECYCLE,
    STICKINESS,
    PATHS,
    ATTRIBUTION
}
