/** Fixtures for tests that need events. */
@NullMarked
package io.opsdeck.analytics.testing;

import org.jspecify.annotations.NullMarked;
