/** Permissions, roles, the acting person or token, and API tokens. */
@NullMarked
package io.opsdeck.core.security;

import org.jspecify.annotations.NullMarked;
