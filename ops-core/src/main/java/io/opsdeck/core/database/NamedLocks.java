package io.opsdeck.core.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Locks by name over all nodes, held until the caller's transaction ends. A name says what it is for. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class NamedLocks {

    private final JdbcClient jdbc;

    NamedLocks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Takes the lock, or says at once that somebody else has it. */
    public boolean tryHold(String name) {
        return jdbc.sql("select pg_try_advisory_xact_lock(?)")
                .param(number(name))
                .query(Boolean.class)
                .single();
    }

    /** Takes the lock, after whoever has it. */
    public void hold(String name) {
        jdbc.sql("select pg_advisory_xact_lock(?)")
                .param(number(name))
                .query((row, number) -> true)
                .single();
    }

    private static long number(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
