package io.opsdeck.core.security;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with roles. */
public enum RoleError implements ErrorCode {
    ROLE_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** The argument is how many hold it. */
    ROLE_IN_USE(ErrorKind.CONFLICT),
    /** A preset keeps its name, and stays. */
    ROLE_IS_PRESET(ErrorKind.CONFLICT),
    ROLE_IS_YOURS(ErrorKind.CONFLICT),
    /** The argument is the permission. */
    PERMISSION_NOT_HELD(ErrorKind.FORBIDDEN);

    private final ErrorKind kind;

    RoleError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
