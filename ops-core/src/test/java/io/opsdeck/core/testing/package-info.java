/** Fixtures that the tests of all modules share. */
@NullMarked
package io.opsdeck.core.testing;

import org.jspecify.annotations.NullMarked;
