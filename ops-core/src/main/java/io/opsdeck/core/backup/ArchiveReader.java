package io.opsdeck.core.backup;

import io.opsdeck.core.backup.Manifest.Part;
import io.opsdeck.core.command.CommandFailure;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reads an archive from its beginning to its end, as often as it is asked. */
final class ArchiveReader {

    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final @Nullable String passphrase;

    ArchiveReader(Path file, @Nullable String passphrase) {
        this.file = file;
        this.passphrase = passphrase;
    }

    /** What to do with an entry. */
    interface Visitor {
        void visit(String entry, InputStream content) throws IOException, SQLException;
    }

    /** What an archive is made of, after everything in it was compared with its checksums. */
    record Checked(Manifest manifest, byte @Nullable [] secretKey) {}

    /** Reads all of it once. */
    Checked check() throws SQLException {
        var found = new Finding();
        visit(found);
        Manifest manifest = found.manifest;
        if (manifest == null) {
            throw damaged("it is not complete", null);
        }
        if (manifest.format() != Manifest.FORMAT) {
            throw new CommandFailure("This backup was written by Opsdeck " + manifest.product()
                    + " in a format that this version does not know. Restore it with that version.");
        }
        for (Part part : manifest.parts()) {
            String digest = found.digests.remove(part.entry());
            if (!part.sha256().equals(digest)) {
                throw damaged("the checksum of " + part.entry() + " is another one", null);
            }
        }
        if (!found.digests.isEmpty()) {
            throw damaged("it holds what its manifest does not name: " + found.digests.keySet(), null);
        }
        if ((manifest.secretKey() == Manifest.SecretKey.ARCHIVE) != (found.secretKey != null)) {
            throw damaged("the secret key is missing", null);
        }
        return new Checked(manifest, found.secretKey);
    }

    private static final class Finding implements Visitor {

        private final Map<String, String> digests = new HashMap<>();
        private @Nullable Manifest manifest;
        private byte @Nullable [] secretKey;

        @Override
        public void visit(String entry, InputStream content) throws IOException {
            if (entry.equals(ArchiveWriter.MANIFEST)) {
                manifest = JsonMapper.shared().readValue(content.readAllBytes(), Manifest.class);
                return;
            }
            if (entry.equals(ArchiveWriter.SECRET_KEY)) {
                secretKey = content.readAllBytes();
                return;
            }
            MessageDigest digest = ArchiveWriter.sha256();
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            digests.put(entry, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** Shows each entry, in the order of the archive. */
    void visit(Visitor visitor) throws SQLException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
                var zip = new ZipInputStream(opened(in))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                visitor.visit(entry.getName(), open(zip));
            }
        } catch (IOException | JacksonException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private InputStream opened(InputStream in) throws IOException {
        byte[] head = in.readNBytes(Sealing.headLength());
        if (!Sealing.begins(head)) {
            return new SequenceInputStream(new ByteArrayInputStream(head), in);
        }
        if (passphrase == null) {
            throw new CommandFailure(
                    "This backup is encrypted. Put its passphrase into a file and name it with --passphrase-file=….");
        }
        return new BufferedInputStream(SealedInput.resume(in, passphrase), BUFFER);
    }

    private CommandFailure damaged(String why, @Nullable Throwable cause) {
        return new CommandFailure(file + " cannot be restored: " + why + ".", cause);
    }

    /** Who reads an entry does not end the archive. */
    private static InputStream open(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public void close() {
                // The archive is closed by who opened it.
            }
        };
    }
}
