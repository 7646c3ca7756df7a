package io.opsdeck.core.signon;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with the sign-in by a provider. */
public enum SignOnError implements ErrorCode {
    SIGN_ON_OFF(ErrorKind.NOT_FOUND),
    /** The settings belong to the owners of the installation's first workspace. */
    SIGN_ON_ELSEWHERE(ErrorKind.NOT_FOUND),
    /** No description of a provider is found under the issuer, or it is that of another one. */
    ISSUER_WRONG(ErrorKind.INVALID),
    DOMAIN_INVALID(ErrorKind.INVALID),
    ROLE_TOO_HIGH(ErrorKind.INVALID),
    /** Whoever closes the other way in has to come in by this one first. */
    SIGN_ON_UNTRIED(ErrorKind.INVALID),
    /** Somebody must get in when the provider does not answer. */
    EXEMPTION_NEEDED(ErrorKind.INVALID),
    PROVIDER_UNREACHABLE(ErrorKind.UNAVAILABLE),
    /** The provider did not sign the person in, or he did not want to. */
    PROVIDER_DECLINED(ErrorKind.UNAUTHENTICATED),
    /** The answer does not belong to an attempt of this session, or came too late. */
    ATTEMPT_OVER(ErrorKind.UNAUTHENTICATED),
    /** The answer is not what a provider may answer. */
    ANSWER_REFUSED(ErrorKind.UNAUTHENTICATED),
    MAIL_UNVERIFIED(ErrorKind.FORBIDDEN),
    NOT_INVITED(ErrorKind.FORBIDDEN);

    private final ErrorKind kind;

    SignOnError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
