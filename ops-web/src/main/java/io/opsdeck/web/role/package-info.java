/** Roles: the permission matrix, and the roles that a workspace adds. */
@NullMarked
package io.opsdeck.web.role;

import org.jspecify.annotations.NullMarked;
