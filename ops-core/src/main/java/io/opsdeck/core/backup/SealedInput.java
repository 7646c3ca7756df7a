package io.opsdeck.core.backup;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Decrypts what {@link SealedOutput} wrote. A byte is handed out when its whole chunk is known to be genuine. */
final class SealedInput extends InputStream {

    private final InputStream in;
    private final Sealing sealing;
    private byte[] ahead;
    private byte[] chunk = {};
    private int read;
    private boolean last;

    private SealedInput(InputStream in, Sealing sealing) throws IOException {
        this.in = in;
        this.sealing = sealing;
        this.ahead = in.readNBytes(Sealing.CHUNK + Sealing.TAG);
    }

    /** @param in behind the head that says that this is encrypted */
    static SealedInput resume(InputStream in, String passphrase) throws IOException {
        return new SealedInput(in, Sealing.resume(new DataInputStream(in), passphrase));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        while (read == chunk.length) {
            if (last) {
                return -1;
            }
            next();
        }
        int some = Math.min(length, chunk.length - read);
        System.arraycopy(chunk, read, bytes, from, some);
        read += some;
        return some;
    }

    private void next() throws IOException {
        byte[] sealed = ahead;
        if (sealed.length < Sealing.TAG) {
            throw new EOFException("it is not complete");
        }
        ahead = in.readNBytes(Sealing.CHUNK + Sealing.TAG);
        last = ahead.length == 0;
        chunk = sealing.open(sealed, sealed.length, last);
        read = 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
