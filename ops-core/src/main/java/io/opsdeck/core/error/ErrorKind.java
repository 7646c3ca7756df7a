package io.opsdeck.core.error;

/** What went wrong in terms that every interface can translate; {@link #status()} is the HTTP status that says it. */
public enum ErrorKind {
    NOT_FOUND(404),
    /** The document itself cannot be read. */
    MALFORMED(400),
    /** What the caller read before is no longer so. */
    PRECONDITION_FAILED(412),
    TOO_LARGE(413),
    INVALID(422),
    CONFLICT(409),
    FORBIDDEN(403),
    UNAUTHENTICATED(401),
    TOO_MANY(429),
    UNAVAILABLE(503);

    private final int status;

    ErrorKind(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }
}
