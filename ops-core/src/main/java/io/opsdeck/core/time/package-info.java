/** The one clock of the application. */
@NullMarked
package io.opsdeck.core.time;

import org.jspecify.annotations.NullMarked;
