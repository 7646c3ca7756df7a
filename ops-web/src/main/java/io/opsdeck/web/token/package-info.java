/** API tokens. */
@NullMarked
package io.opsdeck.web.token;

import org.jspecify.annotations.NullMarked;
