/** People of the operated product: profiles and everything known about them. */
@NullMarked
package io.opsdeck.user;

import org.jspecify.annotations.NullMarked;
