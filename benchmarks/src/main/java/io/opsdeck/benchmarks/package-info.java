/**
 * Programs that start the product's jar and measure it, or hurt it, from outside: over HTTP, with signals, and with a
 * look into its database at the end. Start at {@link io.opsdeck.benchmarks.Benchmarks}.
 */
@NullMarked
package io.opsdeck.benchmarks;

import org.jspecify.annotations.NullMarked;
