/** The home page. */
@NullMarked
package io.opsdeck.web.today;

import org.jspecify.annotations.NullMarked;
