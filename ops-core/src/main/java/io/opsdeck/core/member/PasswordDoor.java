package io.opsdeck.core.member;

import java.util.UUID;

/** Asked before a password opens anything; whatever else members come in by may close this way. */
public interface PasswordDoor {

    /** Whether this member may sign in by a password, and set one. */
    boolean isOpenTo(UUID member);

    /** Whether somebody who becomes a member may choose a password. */
    boolean isOpenToNewcomers();
}
