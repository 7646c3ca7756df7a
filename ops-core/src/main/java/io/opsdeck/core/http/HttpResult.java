package io.opsdeck.core.http;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of a request: an answer of any status, or none. */
public sealed interface HttpResult {

    Duration took();

    /**
     * The other side answered.
     *
     * @param headers names in lower case
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, Map<String, List<String>> headers, byte[] body, Duration took) implements HttpResult {

        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        /** The first value of a header; {@code name} in lower case. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
        }
    }

    /** There is no answer. */
    record NoAnswer(Reason reason, Duration took) implements HttpResult {

        /** Whether the request may have arrived and had its effect all the same. */
        public boolean mayHaveArrived() {
            return reason.mayHaveArrived;
        }
    }

    /** Why there is no answer. */
    enum Reason {
        URL_INVALID(false),
        URL_NOT_SECURE(false),
        HOST_UNKNOWN(false),
        ADDRESS_REFUSED(false),
        /** As many connections as one host gets are in use. */
        HOST_BUSY(false),
        NOT_CONNECTED(false),
        /** No trust in the certificate, or its name is another one. */
        TLS_FAILED(false),
        TIMED_OUT(true),
        CONNECTION_LOST(true),
        ANSWER_TOO_LARGE(true);

        private final boolean mayHaveArrived;

        Reason(boolean mayHaveArrived) {
            this.mayHaveArrived = mayHaveArrived;
        }
    }
}
