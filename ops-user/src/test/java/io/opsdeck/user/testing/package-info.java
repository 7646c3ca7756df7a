/** Fixtures for tests that need profiles. */
@NullMarked
package io.opsdeck.user.testing;

import org.jspecify.annotations.NullMarked;
