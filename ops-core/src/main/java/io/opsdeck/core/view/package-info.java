/** Filters of list pages that members keep under a name. */
@NullMarked
package io.opsdeck.core.view;

import org.jspecify.annotations.NullMarked;
