/** Sign-in, sessions, tokens and the permission of each handler. */
@NullMarked
package io.opsdeck.web.security;

import org.jspecify.annotations.NullMarked;
