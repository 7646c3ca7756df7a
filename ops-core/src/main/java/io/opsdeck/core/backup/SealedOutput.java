package io.opsdeck.core.backup;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Encrypts what is written into it; see {@link Sealing}. Only closing it writes the last chunk. */
final class SealedOutput extends OutputStream {

    private final OutputStream out;
    private final Sealing sealing;
    private final byte[] chunk = new byte[Sealing.CHUNK];
    private int filled;
    private boolean closed;

    private SealedOutput(OutputStream out, Sealing sealing) {
        this.out = out;
        this.sealing = sealing;
    }

    static SealedOutput begin(OutputStream out, String passphrase) throws IOException {
        return begin(out, passphrase, Sealing.ITERATIONS);
    }

    /** @param iterations how slow it is to guess; the reader learns them from the head */
    static SealedOutput begin(OutputStream out, String passphrase, int iterations) throws IOException {
        return new SealedOutput(out, Sealing.begin(new DataOutputStream(out), passphrase, iterations));
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (filled == chunk.length) {
                out.write(sealing.seal(chunk, filled, false));
                filled = 0;
            }
            int some = Math.min(length - done, chunk.length - filled);
            System.arraycopy(bytes, from + done, chunk, filled, some);
            filled += some;
            done += some;
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.write(sealing.seal(chunk, filled, true));
            out.close();
        }
    }
}
