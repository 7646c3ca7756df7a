package io.opsdeck.core.idempotency;

/** A name that the caller gave a request, to be recognised by when he sends it again: printable ASCII, 255 at most. */
public record IdempotencyKey(String text) {

    public static final int MOST = 255;

    public IdempotencyKey {
        if (text.isEmpty() || text.length() > MOST || !text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw IdempotencyError.IDEMPOTENCY_KEY_INVALID.exception(MOST);
        }
    }

    /** Reads the header: a quoted string of structured fields (RFC 9651), or the bare text that most clients send. */
    public static IdempotencyKey of(String header) {
        String given = header.strip();
        if (given.length() < 2 || !given.startsWith("\"") || !given.endsWith("\"")) {
            return new IdempotencyKey(given);
        }
        return new IdempotencyKey(given.substring(1, given.length() - 1).replaceAll("\\\\([\\\\\"])", "$1"));
    }
}
