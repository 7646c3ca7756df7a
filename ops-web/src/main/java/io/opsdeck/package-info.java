/** The application. */
@NullMarked
package io.opsdeck;

import org.jspecify.annotations.NullMarked;
