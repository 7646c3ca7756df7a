/** Events that could not be stored. */
@NullMarked
package io.opsdeck.web.quarantine;

import org.jspecify.annotations.NullMarked;
