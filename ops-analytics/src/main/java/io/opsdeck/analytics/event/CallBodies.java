package io.opsdeck.analytics.event;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/**
 * Reads the bodies of calls while all that are held at once stay within a part of the heap. A call pays for each piece
 * as it arrives, so a client that sends slowly holds little. What does not fit is read to its end without being kept,
 * since a client that is still sending would not see the answer, and refused.
 */
final class CallBodies {

    private static final int FIRST = 16 << 10;

    /** What a byte of a body costs until its events are stored: in the buffer that grows, in the body and in its texts. */
    private static final int COST = 6;

    private final AtomicLong free;

    /** @param room bytes of heap for all calls together */
    CallBodies(long room) {
        this.free = new AtomicLong(room);
    }

    Body begin() {
        return new Body();
    }

    /** One body. Its room is free again when it is closed. */
    final class Body implements AutoCloseable {

        private long held;

        /**
         * The inflated bytes.
         *
         * @throws io.opsdeck.core.error.OpsdeckException {@link EventError#INTAKE_BUSY} when they do not fit beside the
         *     others, {@link EventError#DOCUMENT_TOO_LARGE}, {@link EventError#DOCUMENT_UNREADABLE}
         */
        byte[] read(TrackingCall call) {
            try {
                return read(call.gzip() ? new GZIPInputStream(call.body(), 8192) : call.body(), call);
            } catch (IOException e) {
                throw EventError.DOCUMENT_UNREADABLE.exception(e);
            }
        }

        private byte[] read(InputStream in, TrackingCall call) throws IOException {
            int most = call.kind().mostBytes();
            byte[] bytes = new byte[FIRST];
            int size = 0;
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes, size, bytes.length - size)) {
                size += read;
                if (size > most) {
                    throw EventError.DOCUMENT_TOO_LARGE.exception(most);
                }
                if (!hold(read)) {
                    drop(call.body(), bytes, most);
                    throw EventError.INTAKE_BUSY.exception();
                }
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.min(2 * size, most + 1));
                }
            }
            return Arrays.copyOf(bytes, size);
        }

        private boolean hold(int read) {
            long more = (long) COST * read;
            if (free.addAndGet(-more) < 0) {
                free.addAndGet(more);
                return false;
            }
            held += more;
            return true;
        }

        @Override
        public void close() {
            free.addAndGet(held);
            held = 0;
        }
    }

    private static void drop(InputStream in, byte[] buffer, int most) throws IOException {
        int left = most;
        int read = 0;
        while (read >= 0 && left > 0) {
            read = in.read(buffer, 0, Math.min(left, buffer.length));
            left -= read;
        }
    }
}
