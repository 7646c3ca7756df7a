package io.opsdeck.core.file;

import io.opsdeck.core.id.Ids;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The files of the current workspace. They are addressed by id, never by name, and read and written in pieces of
 * {@value #PART_BYTES} bytes, so that a large file never stands in memory.
 */
@Service
@Transactional(readOnly = true)
public class FileStore {

    private static final int PART_BYTES = 512 << 10;
    private static final int LONGEST_NAME = 255;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final FilePartReader parts;

    FileStore(JdbcClient jdbc, Ids ids, Clock clock, FilePartReader parts) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.parts = parts;
    }

    /**
     * A stored file.
     *
     * @param name what the member's file was called, for the screen only
     * @param size bytes as stored
     * @param sha256 of the stored bytes, in hexadecimal
     */
    public record FileView(FileId id, String name, long size, String sha256, Instant createdAt) {}

    /**
     * Stores what {@code content} holds; the caller closes it.
     *
     * @throws IOException if it cannot be read
     * @throws io.opsdeck.core.error.OpsdeckException {@link FileError#FILE_TOO_LARGE} behind {@code mostBytes},
     *     {@link FileError#FILE_EMPTY}
     */
    @Transactional(rollbackFor = IOException.class)
    public FileView store(String name, InputStream content, long mostBytes) throws IOException {
        UUID workspace = CurrentWorkspace.require().id();
        var id = new FileId(ids.next());
        Instant now = clock.instant();
        jdbc.sql("insert into core.file (id, workspace_id, name, size, sha256, created_at) values (?, ?, ?, 0, '', ?)")
                .params(id.id(), workspace, plain(name), Timestamp.from(now))
                .update();
        MessageDigest digest = sha256();
        long size = 0;
        for (int number = 0; ; number++) {
            byte[] part = content.readNBytes(PART_BYTES);
            size += part.length;
            if (size > mostBytes) {
                throw FileError.FILE_TOO_LARGE.at("/file", mostBytes >> 20);
            }
            if (part.length > 0) {
                digest.update(part);
                jdbc.sql("insert into core.file_part (file_id, number, workspace_id, bytes) values (?, ?, ?, ?)")
                        .params(id.id(), number, workspace, part)
                        .update();
            }
            if (part.length < PART_BYTES) {
                break;
            }
        }
        if (size == 0) {
            throw FileError.FILE_EMPTY.at("/file");
        }
        byte[] hash = digest.digest();
        jdbc.sql("update core.file set size = ?, sha256 = ? where id = ?")
                .params(size, hash, id.id())
                .update();
        return new FileView(id, plain(name), size, HexFormat.of().formatHex(hash), now);
    }

    public FileView require(FileId id) {
        return jdbc.sql("select name, size, sha256, created_at from core.file where id = ?")
                .param(id.id())
                .query((row, number) -> new FileView(
                        id,
                        row.getString(1),
                        row.getLong(2),
                        HexFormat.of().formatHex(row.getBytes(3)),
                        row.getTimestamp(4).toInstant()))
                .optional()
                .orElseThrow(FileError.FILE_NOT_FOUND::exception);
    }

    /** The bytes, fetched piece by piece in transactions of their own while they are read in the current workspace. */
    public InputStream open(FileId id) {
        require(id);
        return new SequenceInputStream(new Enumeration<>() {

            private int number;
            private byte[] next = parts.read(id, 0);

            @Override
            public boolean hasMoreElements() {
                return next.length > 0;
            }

            @Override
            public InputStream nextElement() {
                var part = new ByteArrayInputStream(next);
                number++;
                next = parts.read(id, number);
                return part;
            }
        });
    }

    @Transactional
    public void delete(FileId id) {
        jdbc.sql("delete from core.file where id = ?").param(id.id()).update();
    }

    private static String plain(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                .replaceAll("\\p{Cntrl}", "")
                .strip();
        String shown = last.isEmpty() ? "file" : last;
        return shown.length() > LONGEST_NAME ? shown.substring(0, LONGEST_NAME) : shown;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
