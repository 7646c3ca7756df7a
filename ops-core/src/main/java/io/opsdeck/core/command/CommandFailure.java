package io.opsdeck.core.command;

import org.jspecify.annotations.Nullable;

/** A command cannot be done; the message is one sentence for the operator, with the remedy. */
public class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
