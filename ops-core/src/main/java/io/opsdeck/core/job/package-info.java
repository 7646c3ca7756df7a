/**
 * What runs in the background and is visible while it does: progress, cancel, retry, result. A job owns a lease in
 * database time, an attempt that fences its writes and a cursor from which it goes on after a crash.
 */
@NullMarked
package io.opsdeck.core.job;

import org.jspecify.annotations.NullMarked;
