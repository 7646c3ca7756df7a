package io.opsdeck.core.file;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Reads one piece of a file in a short transaction, so that a slow reader holds no connection. */
@Component
class FilePartReader {

    private static final byte[] END = {};

    private final JdbcClient jdbc;

    FilePartReader(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The piece, empty behind the last. */
    @Transactional(readOnly = true)
    public byte[] read(FileId id, int number) {
        return jdbc.sql("select bytes from core.file_part where file_id = ? and number = ?")
                .params(id.id(), number)
                .query(byte[].class)
                .optional()
                .orElse(END);
    }
}
