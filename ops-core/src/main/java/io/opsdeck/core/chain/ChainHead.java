package io.opsdeck.core.chain;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last link of a chain as it was at some time. Noted outside of the database it shows later that the chain was not
 * written anew as a whole.
 *
 * @param position 0 before the first link
 * @param hash 64 hexadecimal digits
 */
public record ChainHead(long position, String hash) {

    static final ChainHead NONE = new ChainHead(0, "0".repeat(64));

    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}):([0-9a-fA-F]{64})");

    /** Reads what {@link #toString} writes. */
    public static ChainHead of(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (!parts.matches()) {
            throw CoreError.INVALID_VALUE.exception(text);
        }
        return new ChainHead(Long.parseLong(parts.group(1)), parts.group(2).toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return position + ":" + hash;
    }
}
