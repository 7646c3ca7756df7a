/** Members and invitations. */
@NullMarked
package io.opsdeck.web.member;

import org.jspecify.annotations.NullMarked;
