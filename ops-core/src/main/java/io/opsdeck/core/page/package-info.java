/** Cursor paging. */
@NullMarked
package io.opsdeck.core.page;

import org.jspecify.annotations.NullMarked;
