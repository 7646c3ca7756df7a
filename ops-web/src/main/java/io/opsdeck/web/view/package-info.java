/** Saved filters of list pages. */
@NullMarked
package io.opsdeck.web.view;

import org.jspecify.annotations.NullMarked;
