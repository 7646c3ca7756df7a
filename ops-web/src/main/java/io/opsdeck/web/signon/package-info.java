/** Sign-in by a provider: the way there and back, and its settings. */
@NullMarked
package io.opsdeck.web.signon;

import org.jspecify.annotations.NullMarked;
