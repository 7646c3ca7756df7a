/** How much other services may ask of this node. */
@NullMarked
package io.opsdeck.web.limit;

import org.jspecify.annotations.NullMarked;
