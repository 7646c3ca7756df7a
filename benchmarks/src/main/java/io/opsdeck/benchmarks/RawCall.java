package io.opsdeck.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A request written by hand, byte for byte, for what no decent client would send. */
final class RawCall implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final OutputStream out;
    private long sent;

    RawCall(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        out = socket.getOutputStream();
    }

    /** Writes the head of a POST; {@code more} are header lines, each ended by CR LF. */
    void head(String path, String authorization, String more) throws IOException {
        write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: "
                        + authorization + "\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        sent += bytes.length;
    }

    /** A chunk of a body in chunked coding. */
    void chunk(byte[] bytes) throws IOException {
        write((Integer.toHexString(bytes.length).toUpperCase(Locale.ROOT) + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        write(bytes);
        write(new byte[] {'\r', '\n'});
    }

    /** Whether something was answered already. */
    boolean hasAnswer() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    /** Bytes that the other side took. */
    long sent() {
        return sent;
    }

    /** The status of the answer, 0 if the connection was closed without one. */
    int status() {
        try {
            InputStream in = socket.getInputStream();
            var line = new ByteArrayOutputStream();
            int c = in.read();
            while (c >= 0 && c != '\n' && line.size() < 100) {
                line.write(c);
                c = in.read();
            }
            String[] parts = line.toString(StandardCharsets.US_ASCII).split(" ");
            return parts.length > 1 ? Integer.parseInt(parts[1].strip()) : 0;
        } catch (IOException e) {
            // Closed by the other side, which is one way to refuse.
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
