package io.opsdeck.core.idempotency;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.database.NamedLocks;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers to requests with a key, of the current workspace and actor. Claiming the key, what the request does and
 * keeping the answer are one transaction: after a crash either all of it is there or nothing.
 */
@Service
@Transactional(propagation = Propagation.MANDATORY)
public class IdempotentAnswers {

    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final NamedLocks locks;
    private final Vault vault;
    private final JsonMapper json;

    IdempotentAnswers(JdbcClient jdbc, NamedLocks locks, Vault vault, JsonMapper json) {
        this.jdbc = jdbc;
        this.locks = locks;
        this.vault = vault;
        this.json = json;
    }

    /**
     * Takes the key until the caller's transaction ends, or answers what was answered before. Who comes second meanwhile
     * is refused at once: he would wait for the row's index otherwise, with a connection in his hand.
     *
     * @throws io.opsdeck.core.error.OpsdeckException {@link IdempotencyError#IDEMPOTENCY_KEY_IN_USE}, {@link
     *     IdempotencyError#IDEMPOTENCY_KEY_REUSED}
     */
    public Optional<KeptAnswer> claim(KeyedRequest request) {
        if (!locks.tryHold(name(request))) {
            throw IdempotencyError.IDEMPOTENCY_KEY_IN_USE.exception();
        }
        record Row(byte[] fingerprint, KeptAnswer answer) {}

        Optional<Row> row = jdbc.sql("""
                        select fingerprint, status, headers::text, body from core.idempotent_answer
                        where actor_id = ? and route = ? and key = ?
                        """)
                .params(actor(), request.route(), request.key().text())
                .query((found, number) -> new Row(
                        found.getBytes(1),
                        new KeptAnswer(
                                found.getInt(2),
                                json.readValue(found.getString(3), HEADERS),
                                vault.open(found.getBytes(4), name(request)))))
                .optional();
        if (row.isPresent() && !MessageDigest.isEqual(row.get().fingerprint(), request.fingerprint())) {
            throw IdempotencyError.IDEMPOTENCY_KEY_REUSED.exception();
        }
        return row.map(Row::answer);
    }

    /** Keeps the answer of the request whose key the caller's transaction has claimed. */
    public void keep(KeyedRequest request, KeptAnswer answer) {
        jdbc.sql("""
                        insert into core.idempotent_answer (workspace_id, actor_id, route, key, fingerprint, status, headers,
                          body)
                        values (core.current_workspace(), ?, ?, ?, ?, ?, ?::jsonb, ?)
                        """)
                .param(actor())
                .param(request.route())
                .param(request.key().text())
                .param(request.fingerprint())
                .param(answer.status())
                .param(json.writeValueAsString(answer.headers()))
                .param(vault.seal(answer.body(), name(request)))
                .update();
    }

    /** What the lock and the seal are for. */
    private static String name(KeyedRequest request) {
        return String.join(
                "\n",
                "idempotency",
                CurrentWorkspace.require().toString(),
                actor().toString(),
                request.route(),
                request.key().text());
    }

    private static UUID actor() {
        return Objects.requireNonNull(Actor.current().id(), "only tokens and members give keys");
    }
}
