package io.opsdeck.analytics.event;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the binary format of PostgreSQL's COPY, in one buffer that is reused: neither side writes or reads times, ids
 * and escapes as text. Costs the bytes of a row and a copy of each of its texts.
 */
final class CopyRows {

    /** Signature, flags and the length of an extension that is not there. */
    static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final int CHUNK = 64 << 10;
    static final long EPOCH_2000_MILLIS = 946_684_800_000L;
    private static final byte JSONB_VERSION = 1;

    private byte[] buffer = new byte[2 * CHUNK];
    private int size;

    void begin() {
        size = 0;
        room(HEADER.length);
        System.arraycopy(HEADER, 0, buffer, 0, HEADER.length);
        size = HEADER.length;
    }

    void row(int fields) {
        room(2);
        putShort(fields);
    }

    void uuid(UUID value) {
        room(20);
        putInt(16);
        putLong(value.getMostSignificantBits());
        putLong(value.getLeastSignificantBits());
    }

    /** Milliseconds since 1970 as {@code timestamptz}. */
    void time(long millis) {
        room(12);
        putInt(8);
        putLong((millis - EPOCH_2000_MILLIS) * 1000);
    }

    void smallint(int value) {
        room(6);
        putInt(2);
        putShort(value);
    }

    void text(@Nullable String value) {
        if (value == null) {
            room(4);
            putInt(-1);
            return;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        room(4 + bytes.length);
        putInt(bytes.length);
        putBytes(bytes);
    }

    void jsonb(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        room(5 + bytes.length);
        putInt(1 + bytes.length);
        buffer[size++] = JSONB_VERSION;
        putBytes(bytes);
    }

    /** Hands on what has gathered, once it is worth it. */
    void sendFull(CopyIn copy) throws SQLException {
        if (size > CHUNK) {
            send(copy);
        }
    }

    void end(CopyIn copy) throws SQLException {
        room(2);
        putShort(-1);
        send(copy);
        copy.endCopy();
    }

    private void send(CopyIn copy) throws SQLException {
        copy.writeToCopy(buffer, 0, size);
        size = 0;
    }

    private void room(int more) {
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + more, 2 * buffer.length));
        }
    }

    private void putShort(int value) {
        buffer[size++] = (byte) (value >> 8);
        buffer[size++] = (byte) value;
    }

    private void putInt(int value) {
        putShort(value >> 16);
        putShort(value);
    }

    private void putLong(long value) {
        putInt((int) (value >> 32));
        putInt((int) value);
    }

    private void putBytes(byte[] bytes) {
        System.arraycopy(bytes, 0, buffer, size, bytes.length);
        size += bytes.length;
    }
}
