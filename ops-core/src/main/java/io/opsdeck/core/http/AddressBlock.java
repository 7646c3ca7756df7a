package io.opsdeck.core.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** The addresses that begin with the same bits, such as {@code 10.0.0.0/8}. */
public record AddressBlock(byte[] start, int bits) {

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** Reads an address or a block in CIDR notation; a name is none. */
    public static boolean isOne(String text) {
        int slash = text.indexOf('/');
        return LITERAL.matcher(slash < 0 ? text : text.substring(0, slash)).matches();
    }

    public static AddressBlock of(String text) {
        int slash = text.indexOf('/');
        byte[] start = literal(slash < 0 ? text : text.substring(0, slash));
        try {
            int bits = slash < 0 ? start.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > start.length * 8) {
                throw new IllegalArgumentException(text + " is no block of addresses");
            }
            return new AddressBlock(start, bits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(text + " is no block of addresses", e);
        }
    }

    private static byte[] literal(String text) {
        if (!LITERAL.matcher(text).matches()) {
            throw new IllegalArgumentException(text + " is no address");
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is no address", e);
        }
    }

    public boolean holds(byte[] address) {
        if (address.length != start.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (address[i] != start[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || (address[whole] & 0xFF) >> (8 - rest) == (start[whole] & 0xFF) >> (8 - rest);
    }
}
