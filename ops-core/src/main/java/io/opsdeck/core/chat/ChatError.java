package io.opsdeck.core.chat;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with robots. */
public enum ChatError implements ErrorCode {
    ROBOT_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** The address is none of the platform, nor on a host that the installation allows by name. */
    ROBOT_ADDRESS_FOREIGN(ErrorKind.INVALID),
    /** Of the platform, but not of a robot. */
    ROBOT_ADDRESS_INCOMPLETE(ErrorKind.INVALID);

    private final ErrorKind kind;

    ChatError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
