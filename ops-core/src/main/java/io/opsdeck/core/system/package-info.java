/** What those who run an installation look at: what must always hold, how much room is left, what waits and how old it is. */
@NullMarked
package io.opsdeck.core.system;

import org.jspecify.annotations.NullMarked;
