/** Campaigns, messages, journeys and offers. */
@NullMarked
package io.opsdeck.campaign;

import org.jspecify.annotations.NullMarked;
