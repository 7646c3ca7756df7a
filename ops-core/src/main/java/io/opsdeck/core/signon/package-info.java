/** Sign-in by a provider of OpenID Connect: its settings, the protocol, and who its people are here. */
@NullMarked
package io.opsdeck.core.signon;

import org.jspecify.annotations.NullMarked;
