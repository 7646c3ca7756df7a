package io.opsdeck.analytics.store;

/**
 * One property of the rows of a block as dictionary codes of 1, 2 or 4 bytes, whichever holds the largest; 0 means that
 * the event does not have it. Immutable.
 */
public final class Codes {

    private final byte[] bytes;
    private final short[] shorts;
    private final int[] ints;

    private static final byte[] NO_BYTES = {};
    private static final short[] NO_SHORTS = {};
    private static final int[] NO_INTS = {};

    /** No row has the property. */
    public static final Codes NONE = new Codes(NO_BYTES, NO_SHORTS, NO_INTS);

    private Codes(byte[] bytes, short[] shorts, int[] ints) {
        this.bytes = bytes;
        this.shorts = shorts;
        this.ints = ints;
    }

    /** Takes the first {@code size} codes. */
    static Codes of(int[] codes, int size) {
        int largest = 0;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, codes[i]);
        }
        if (largest == 0) {
            return NONE;
        }
        if (largest < 1 << 8) {
            byte[] narrow = new byte[size];
            for (int i = 0; i < size; i++) {
                narrow[i] = (byte) codes[i];
            }
            return new Codes(narrow, NO_SHORTS, NO_INTS);
        }
        if (largest < 1 << 16) {
            short[] narrow = new short[size];
            for (int i = 0; i < size; i++) {
                narrow[i] = (short) codes[i];
            }
            return new Codes(NO_BYTES, narrow, NO_INTS);
        }
        return new Codes(NO_BYTES, NO_SHORTS, java.util.Arrays.copyOf(codes, size));
    }

    public int at(int row) {
        if (bytes.length != 0) {
            return bytes[row] & 0xff;
        }
        if (shorts.length != 0) {
            return shorts[row] & 0xffff;
        }
        return ints.length == 0 ? 0 : ints[row];
    }

    /** Takes the bits of {@code clear} from every row whose code is not {@code wanted}; codes beyond it are not. */
    public void filter(boolean[] wanted, int clear, int[] bits, int begin, int end) {
        if (bytes.length != 0) {
            int[] kept = kept(wanted, clear, 1 << 8);
            for (int i = begin; i < end; i++) {
                bits[i] &= kept[bytes[i] & 0xff];
            }
        } else if (shorts.length != 0) {
            int[] kept = kept(wanted, clear, 1 << 16);
            for (int i = begin; i < end; i++) {
                bits[i] &= kept[shorts[i] & 0xffff];
            }
        } else {
            int keep = ~clear;
            for (int i = begin; i < end; i++) {
                int code = ints.length == 0 ? 0 : ints[i];
                bits[i] &= code < wanted.length && wanted[code] ? -1 : keep;
            }
        }
    }

    private static int[] kept(boolean[] wanted, int clear, int codes) {
        int[] kept = new int[codes];
        for (int code = 0; code < codes; code++) {
            kept[code] = code < wanted.length && wanted[code] ? -1 : ~clear;
        }
        return kept;
    }

    /**
     * What the codes of {@code rows[from..to)} stand for, the first of them at {@code place}; codes that are not in the
     * table are {@code beyond}.
     */
    public void translate(int[] rows, int from, int to, int[] table, int beyond, int[] into, int place) {
        int shift = place - from;
        for (int i = from; i < to; i++) {
            int code = at(rows[i]);
            into[i + shift] = code < table.length ? table[code] : beyond;
        }
    }

    long bytes() {
        return bytes.length + 2L * shorts.length + 4L * ints.length + 64;
    }
}
