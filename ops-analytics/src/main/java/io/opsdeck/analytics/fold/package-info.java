/** Behavioural queries as loops over one person's events: arrays and primitives in, exact counts out. */
@NamedInterface("fold")
@NullMarked
package io.opsdeck.analytics.fold;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
