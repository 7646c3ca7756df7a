/** Threads that work from the start of the application to its stop. */
@NullMarked
package io.opsdeck.core.worker;

import org.jspecify.annotations.NullMarked;
