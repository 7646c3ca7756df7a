/** Mail of the product itself: invitations, password resets, reports. It leaves through the ledger of deliveries. */
@NullMarked
package io.opsdeck.core.mail;

import org.jspecify.annotations.NullMarked;
