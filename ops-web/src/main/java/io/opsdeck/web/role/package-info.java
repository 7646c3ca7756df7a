/** The permission matrix. */
@NullMarked
package io.opsdeck.web.role;

import org.jspecify.annotations.NullMarked;
