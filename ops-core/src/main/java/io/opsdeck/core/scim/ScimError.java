package io.opsdeck.core.scim;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with provisioning. */
public enum ScimError implements ErrorCode {
    SCIM_USER_NOT_FOUND(ErrorKind.NOT_FOUND),
    SCIM_GROUP_NOT_FOUND(ErrorKind.NOT_FOUND),
    SCIM_SCHEMA_NOT_FOUND(ErrorKind.NOT_FOUND),
    /** The argument is the name that somebody has already. */
    SCIM_TAKEN(ErrorKind.CONFLICT),
    /** The argument is the filter. */
    SCIM_FILTER(ErrorKind.INVALID),
    /** The argument is the path. */
    SCIM_PATH(ErrorKind.INVALID),
    /** The argument is the attribute. */
    SCIM_VALUE(ErrorKind.INVALID),
    /** The name of a member who belongs to other workspaces too, or came without the provider, is his own. */
    SCIM_NOT_YOURS(ErrorKind.INVALID),
    SCIM_OWNER(ErrorKind.FORBIDDEN);

    private final ErrorKind kind;

    ScimError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
