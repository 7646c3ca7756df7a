package io.opsdeck.user.profile;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with a list of profiles. A person that does not exist is an error of the event log. */
public enum ProfileError implements ErrorCode {
    /** The text that is no filter is its argument. */
    INVALID_PROFILE_FILTER(ErrorKind.INVALID),
    TOO_MANY_PROFILE_FILTERS(ErrorKind.INVALID),
    /** The trait is its argument. */
    CONTACT_FILTER_HIDDEN(ErrorKind.FORBIDDEN);

    private final ErrorKind kind;

    ProfileError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
