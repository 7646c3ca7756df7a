/**
 * The one HTTP client of the product. Names are resolved once, every address is checked, and the connection goes to the
 * address that was checked.
 */
@NullMarked
package io.opsdeck.core.http;

import org.jspecify.annotations.NullMarked;
