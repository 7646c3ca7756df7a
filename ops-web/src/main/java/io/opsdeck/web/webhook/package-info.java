/** Webhooks: the pages of endpoints and their REST interface. */
@NullMarked
package io.opsdeck.web.webhook;

import org.jspecify.annotations.NullMarked;
