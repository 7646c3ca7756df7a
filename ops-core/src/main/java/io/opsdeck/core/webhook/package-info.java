/**
 * Events of the workspace for other services, by Standard Webhooks 1.0.0: endpoints that members keep, signed messages,
 * retries over three days.
 */
@NullMarked
package io.opsdeck.core.webhook;

import org.jspecify.annotations.NullMarked;
