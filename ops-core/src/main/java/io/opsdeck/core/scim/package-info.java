/** Provisioning by SCIM 2.0 (RFC 7643, 7644): an identity provider keeps the members of a workspace and, by groups, their roles. */
@NullMarked
package io.opsdeck.core.scim;

import org.jspecify.annotations.NullMarked;
