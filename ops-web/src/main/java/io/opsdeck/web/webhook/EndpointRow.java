package io.opsdeck.web.webhook;

import io.opsdeck.core.outbound.Lanes.LaneView;
import io.opsdeck.core.webhook.Webhooks.EndpointView;
import io.opsdeck.web.outbound.Share;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint with how it fared in the last 24 hours.
 *
 * @param lane null before the first delivery
 * @param share of attempts that succeeded, as it is shown, or null where there was none
 */
record EndpointRow(
        EndpointView endpoint,
        @Nullable LaneView lane,
        @Nullable String share) {

    static EndpointRow of(EndpointView endpoint, @Nullable LaneView lane, Locale locale) {
        return new EndpointRow(endpoint, lane, lane == null ? null : Share.text(lane, locale));
    }
}
