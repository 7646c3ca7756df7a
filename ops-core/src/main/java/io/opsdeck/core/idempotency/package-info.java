/** Answers to requests that named a key, kept so that asking again changes nothing. */
@NullMarked
package io.opsdeck.core.idempotency;

import org.jspecify.annotations.NullMarked;
