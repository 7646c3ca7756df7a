/** Event sources. */
@NullMarked
package io.opsdeck.web.source;

import org.jspecify.annotations.NullMarked;
