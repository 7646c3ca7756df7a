package io.opsdeck.web.workbench;

import io.opsdeck.core.audit.ReadTrail;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Records who ran which statement. Its texts and numbers may be those of persons and are left out. */
@Component
class SqlReads {

    private static final Pattern LITERAL =
            Pattern.compile("'(?:[^']|'')*'|\\$\\$.*?\\$\\$|(?<![\\w.])\\d[\\d.]*", Pattern.DOTALL);
    private static final int LONGEST = 2_000;
    private static final int NAME = 6;

    private final ReadTrail reads;

    SqlReads(ReadTrail reads) {
        this.reads = reads;
    }

    void ran(String sql) {
        String shape = LITERAL.matcher(sql.strip()).replaceAll("?");
        reads.record(
                "query.run",
                "sql",
                name(shape),
                Map.of("sql", shape.length() > LONGEST ? shape.substring(0, LONGEST) : shape));
    }

    private static String name(String shape) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(shape.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, NAME);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
