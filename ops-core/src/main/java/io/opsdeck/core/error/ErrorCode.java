package io.opsdeck.core.error;

import org.jspecify.annotations.Nullable;

/** What can go wrong in a feature: an enum per feature. The text is {@code error.<code>} in the bundles. */
public interface ErrorCode {

    ErrorKind kind();

    /** The enum's name; {@code MEMBER_NOT_FOUND} becomes the public code {@code member_not_found}. */
    String name();

    default String code() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** After how many seconds the same may succeed; 0 where that is no matter of time. */
    default int retryAfterSeconds() {
        return kind() == ErrorKind.UNAVAILABLE || kind() == ErrorKind.TOO_MANY ? 5 : 0;
    }

    default OpsdeckException exception(Object... arguments) {
        return new OpsdeckException(this, null, null, arguments);
    }

    default OpsdeckException exception(Throwable cause) {
        return new OpsdeckException(this, null, cause);
    }

    /** An error of one field; {@code pointer} is a JSON Pointer such as {@code /timeZone}. */
    default OpsdeckException at(String pointer, Object... arguments) {
        return new OpsdeckException(this, pointer, (@Nullable Throwable) null, arguments);
    }
}
