/** The inbox of a member, the bell in the top bar, and what he wants to be told. */
@NullMarked
package io.opsdeck.web.notification;

import org.jspecify.annotations.NullMarked;
