package io.opsdeck.core.export;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A temporary file whose space is free again when it is closed or the process ends, however it ends. */
final class UnnamedFile implements Closeable {

    private static final int BUFFER = 1 << 16;

    private final FileChannel channel;

    UnnamedFile() throws IOException {
        Path path = Files.createTempFile("export", ".tmp");
        this.channel = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** To write to from the beginning; the caller flushes it and need not close it. */
    OutputStream output() throws IOException {
        channel.truncate(0);
        return new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    /** What was written. */
    InputStream input() throws IOException {
        return Channels.newInputStream(channel.position(0));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
