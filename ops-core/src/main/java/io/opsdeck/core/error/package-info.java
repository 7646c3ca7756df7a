/** Errors as codes; their texts live in the bundles of the web module. */
@NullMarked
package io.opsdeck.core.error;

import org.jspecify.annotations.NullMarked;
