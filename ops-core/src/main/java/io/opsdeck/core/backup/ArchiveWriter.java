package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Manifest.Part;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes an archive: a zip of entries that are named and hashed, and the manifest last. The file has its name when all of
 * it is on the disk; until then it ends with {@value #UNFINISHED}. Readable by its owner alone.
 */
final class ArchiveWriter implements Closeable {

    static final String UNFINISHED = ".part";
    static final String MANIFEST = "manifest.json";
    static final String SECRET_KEY = "secret.key";

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final Path unfinished;
    private final FileChannel channel;
    private final ZipOutputStream zip;

    /** @param passphrase with which everything is encrypted, or null */
    ArchiveWriter(Path file, @Nullable String passphrase) throws IOException {
        this.file = file;
        this.unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        Files.deleteIfExists(unfinished);
        PrivateFile.create(unfinished);
        channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
        OutputStream out = open(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
        zip = new ZipOutputStream(passphrase == null ? out : SealedOutput.begin(out, passphrase));
        zip.setLevel(Deflater.BEST_SPEED);
    }

    /** Writes rows and says how many there were. */
    interface Rows {
        long write(OutputStream out) throws IOException, SQLException;
    }

    Part part(String entry, String table, String leaf, List<String> columns, Rows rows)
            throws IOException, SQLException {
        zip.putNextEntry(new ZipEntry(entry));
        MessageDigest digest = sha256();
        var counted = new Counted(new DigestOutputStream(open(zip), digest));
        var buffered = new BufferedOutputStream(counted, BUFFER);
        long written = rows.write(buffered);
        buffered.flush();
        zip.closeEntry();
        return new Part(
                entry,
                table,
                leaf,
                columns,
                written,
                counted.bytes,
                HexFormat.of().formatHex(digest.digest()));
    }

    void secretKey(byte[] key) throws IOException {
        zip.putNextEntry(new ZipEntry(SECRET_KEY));
        zip.write(key);
        zip.closeEntry();
    }

    /** Ends the archive, gives the file its name and answers its size. */
    long finish(Manifest manifest) throws IOException {
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(JsonMapper.shared().writeValueAsBytes(manifest));
        zip.closeEntry();
        zip.close();
        channel.force(true);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return Files.size(file);
    }

    /** Without {@link #finish} nothing is left behind. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(unfinished);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whoever ends his part does not end the file. */
    private static OutputStream open(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    private static final class Counted extends FilterOutputStream {

        private long bytes;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
            bytes++;
        }

        @Override
        public void write(byte[] some, int from, int length) throws IOException {
            out.write(some, from, length);
            bytes += length;
        }
    }
}
