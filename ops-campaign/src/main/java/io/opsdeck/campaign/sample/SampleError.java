package io.opsdeck.campaign.sample;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.ErrorKind;

/** What can go wrong with the sample workspace. */
public enum SampleError implements ErrorCode {
    NOT_A_SAMPLE(ErrorKind.CONFLICT),
    ONLY_WORKSPACE(ErrorKind.CONFLICT);

    private final ErrorKind kind;

    SampleError(ErrorKind kind) {
        this.kind = kind;
    }

    @Override
    public ErrorKind kind() {
        return kind;
    }
}
