/** The first start. */
@NullMarked
package io.opsdeck.web.setup;

import org.jspecify.annotations.NullMarked;
