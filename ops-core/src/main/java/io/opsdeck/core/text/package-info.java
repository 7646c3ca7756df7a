/** Text hygiene at the edge. */
@NullMarked
package io.opsdeck.core.text;

import org.jspecify.annotations.NullMarked;
