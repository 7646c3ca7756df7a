package io.opsdeck.web.insight;

import io.opsdeck.analytics.insight.InsightKind;
import java.util.Arrays;
import java.util.List;

/** A kind of question as pages show it; its name is {@code insight.kind.<key>}. */
public record KindView(InsightKind kind, String key, String icon) {

    static List<KindView> all() {
        return Arrays.stream(InsightKind.values()).map(KindView::of).toList();
    }

    static KindView of(InsightKind kind) {
        String icon = switch (kind) {
            case TREND -> "chart-line";
            case FUNNEL -> "chart-funnel";
            case RETENTION -> "grid-dots";
            case LIFECYCLE -> "stairs-up";
            case STICKINESS -> "chart-bar";
            case PATHS -> "route";
            case ATTRIBUTION -> "target-arrow";
        };
        return new KindView(kind, QueryWords.lower(kind), icon);
    }
}
