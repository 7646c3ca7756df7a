package io.opsdeck.core.error;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An expected failure: a code with arguments for its text, and the field that it is about where there is one. */
public class OpsdeckException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;
    private final @Nullable String pointer;
    private final transient List<Object> arguments;

    OpsdeckException(ErrorCode code, @Nullable String pointer, @Nullable Throwable cause, Object... arguments) {
        super(code.code() + (arguments.length == 0 ? "" : " " + Arrays.toString(arguments)), cause);
        this.code = code;
        this.pointer = pointer;
        this.arguments = List.of(arguments);
    }

    public ErrorCode code() {
        return code;
    }

    public Optional<String> pointer() {
        return Optional.ofNullable(pointer);
    }

    public List<Object> arguments() {
        return arguments;
    }
}
