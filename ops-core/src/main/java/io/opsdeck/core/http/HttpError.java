package io.opsdeck.core.http;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** Why an address may not be called. */
public enum HttpError implements ErrorCode {
    /** Not an absolute http or https address with a host, or one with a user, a fragment or an ambiguous number in it. */
    URL_INVALID(ErrorKind.INVALID),
    /** Only https on the ports 443 and 8443 leaves, except to hosts that the installation allows by name. */
    URL_NOT_SECURE(ErrorKind.INVALID),
    HOST_UNKNOWN(ErrorKind.INVALID),
    /** One of the host's addresses is an inner, reserved or metadata address. */
    ADDRESS_REFUSED(ErrorKind.INVALID);

    private final ErrorKind kind;

    HttpError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
