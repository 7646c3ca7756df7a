package io.opsdeck.analytics.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Events in the binary format of PostgreSQL's COPY, as {@link CopyRows} writes it: rows are handed on while the server
 * reads the next ones, and neither side writes times and ids as text.
 */
final class CopiedEvents {

    /** What {@link #read} understands, in this order. */
    static final String COLUMNS = "e.tx, e.seq, e.person_id, e.name, e.at, e.received_at, e.props";

    private final LogReader.EventSink sink;
    private final RecentTexts names = new RecentTexts(256);
    private boolean begun;
    private int count;

    private CopiedEvents(LogReader.EventSink sink) {
        this.sink = sink;
    }

    /**
     * Runs a query for {@link #COLUMNS}.
     *
     * @param query with nothing in it that somebody else wrote: it takes no parameters
     * @return how many events there were
     */
    static int read(Connection connection, String query, LogReader.EventSink sink) throws SQLException {
        var events = new CopiedEvents(sink);
        CopyOut copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("copy (" + query + ") to stdout (format binary)");
        try {
            byte[] part = copy.readFromCopy();
            while (part != null) {
                events.part(ByteBuffer.wrap(part));
                part = copy.readFromCopy();
            }
            return events.count;
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void part(ByteBuffer bytes) {
        if (!begun) {
            begun = true;
            bytes.position(CopyRows.HEADER.length - Integer.BYTES);
            int extension = bytes.getInt();
            bytes.position(bytes.position() + extension);
        }
        while (bytes.hasRemaining() && bytes.getShort() >= 0) {
            long tx = fixed(bytes);
            long seq = fixed(bytes);
            bytes.getInt();
            long person = bytes.getLong();
            long personsRest = bytes.getLong();
            String name = name(bytes, bytes.getInt());
            long at = millis(fixed(bytes));
            long receivedAt = millis(fixed(bytes));
            int length = bytes.getInt();
            int version = 1;
            bytes.position(bytes.position() + version);
            sink.event(tx, seq, person, personsRest, name, at, receivedAt, text(bytes, length - version));
            count++;
        }
    }

    /** A value of 8 bytes behind its length. */
    private static long fixed(ByteBuffer bytes) {
        bytes.getInt();
        return bytes.getLong();
    }

    private static long millis(long microsSince2000) {
        return Math.floorDiv(microsSince2000, 1_000) + CopyRows.EPOCH_2000_MILLIS;
    }

    private String name(ByteBuffer bytes, int length) {
        int from = bytes.position();
        bytes.position(from + length);
        return names.of(bytes.array(), from, length);
    }

    private static String text(ByteBuffer bytes, int length) {
        var text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
        bytes.position(bytes.position() + length);
        return text;
    }
}
