/** People of the operations team: sign-in, invitations, membership and roles. */
@NullMarked
package io.opsdeck.core.member;

import org.jspecify.annotations.NullMarked;
