/** Time-ordered identifiers, made in one place. */
@NullMarked
package io.opsdeck.core.id;

import org.jspecify.annotations.NullMarked;
