/** Events as they arrived. */
@NullMarked
package io.opsdeck.web.event;

import org.jspecify.annotations.NullMarked;
