/** The Segment-compatible tracking API. */
@NullMarked
package io.opsdeck.web.tracking;

import org.jspecify.annotations.NullMarked;
