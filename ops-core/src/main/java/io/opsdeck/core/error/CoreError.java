package io.opsdeck.core.error;

/** What can go wrong with workspaces, members and access. */
public enum CoreError implements ErrorCode {
    WORKSPACE_NOT_FOUND(ErrorKind.NOT_FOUND),
    MEMBER_NOT_FOUND(ErrorKind.NOT_FOUND),
    INVITATION_NOT_FOUND(ErrorKind.NOT_FOUND),
    TOKEN_NOT_FOUND(ErrorKind.NOT_FOUND),
    SESSION_NOT_FOUND(ErrorKind.NOT_FOUND),
    VIEW_NOT_FOUND(ErrorKind.NOT_FOUND),
    PASSWORD_RESET_NOT_FOUND(ErrorKind.NOT_FOUND),
    SET_UP_DONE(ErrorKind.NOT_FOUND),
    REQUIRED(ErrorKind.INVALID),
    TOO_LONG(ErrorKind.INVALID),
    INVALID_MAIL(ErrorKind.INVALID),
    INVALID_TIME_ZONE(ErrorKind.INVALID),
    INVALID_CURRENCY(ErrorKind.INVALID),
    INVALID_LOCALE(ErrorKind.INVALID),
    INVALID_VALUE(ErrorKind.INVALID),
    PASSWORD_TOO_SHORT(ErrorKind.INVALID),
    PASSWORD_TOO_LONG(ErrorKind.INVALID),
    PASSWORD_TOO_COMMON(ErrorKind.INVALID),
    PASSWORD_WRONG(ErrorKind.INVALID),
    CODE_WRONG(ErrorKind.INVALID),
    TWO_STEP_IS_ON(ErrorKind.CONFLICT),
    TWO_STEP_IS_OFF(ErrorKind.CONFLICT),
    TWO_STEP_REQUIRED(ErrorKind.FORBIDDEN),
    OWNERS_ONLY(ErrorKind.FORBIDDEN),
    MEMBER_ELSEWHERE(ErrorKind.FORBIDDEN),
    PASSWORDS_CLOSED(ErrorKind.FORBIDDEN),
    SCOPE_NOT_HELD(ErrorKind.FORBIDDEN),
    ALREADY_MEMBER(ErrorKind.CONFLICT),
    NAME_TAKEN(ErrorKind.CONFLICT),
    LAST_OWNER(ErrorKind.CONFLICT),
    NOT_YOURSELF(ErrorKind.CONFLICT),
    ROLE_ABOVE_YOURS(ErrorKind.FORBIDDEN),
    OWNER_KEEPS_EVERYTHING(ErrorKind.CONFLICT),
    FORBIDDEN(ErrorKind.FORBIDDEN),
    UNAUTHENTICATED(ErrorKind.UNAUTHENTICATED),
    TOO_MANY_ATTEMPTS(ErrorKind.TOO_MANY);

    private final ErrorKind kind;

    CoreError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
