package io.opsdeck.web.outbound;

import io.opsdeck.core.outbound.Lanes.LaneView;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How many of the attempts of a lane succeeded. */
public final class Share {

    private Share() {}

    /** Rounded down, so that only what never failed is 100 %; null where nothing was attempted. */
    public static @Nullable String text(LaneView lane, Locale locale) {
        if (lane.attempts() == 0) {
            return null;
        }
        NumberFormat format = NumberFormat.getPercentInstance(locale);
        format.setMaximumFractionDigits(1);
        format.setRoundingMode(RoundingMode.DOWN);
        return format.format((double) lane.succeeded() / lane.attempts());
    }
}
