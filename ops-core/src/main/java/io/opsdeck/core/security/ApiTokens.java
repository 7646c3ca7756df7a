package io.opsdeck.core.security;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Opaque tokens by which other services act as a member, within scopes. Only their hashes are stored. */
@Service
@Transactional(readOnly = true)
public class ApiTokens {

    static final String KIND = "api";

    private static final int MOST_IN_NAME = 80;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;
    private final AuditTrail audit;
    private final TransactionTemplate transactions;
    private volatile @Nullable Set<ByteBuffer> bootstrapTokens;

    ApiTokens(JdbcClient jdbc, Ids ids, Clock clock, AuditTrail audit, TransactionTemplate transactions) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
        this.transactions = transactions;
    }

    /** The tokens of the current workspace, newest first. */
    public List<TokenView> list() {
        return jdbc.sql("""
                        select t.id, t.name, t.prefix, m.name as owner, t.scopes, t.created_at, t.expires_at,
                               t.last_used_at, t.revoked_at
                        from core.api_token t join core.member m on m.id = t.member_id
                        order by t.created_at desc, t.id
                        """).query(this::view).list();
    }

    /**
     * Makes a token for a member in the current workspace and returns it, the only time it can be read.
     *
     * @param scopes at most what the member may do himself
     * @param lifetime how long it lives, or null for ever
     */
    @Transactional
    public String create(
            UUID member, Set<Permission> held, String name, Set<Permission> scopes, @Nullable Duration lifetime) {
        if (name.isBlank()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (name.length() > MOST_IN_NAME) {
            throw CoreError.TOO_LONG.at("/name", MOST_IN_NAME);
        }
        if (scopes.isEmpty()) {
            throw CoreError.REQUIRED.at("/scopes");
        }
        if (!held.containsAll(scopes)) {
            throw CoreError.SCOPE_NOT_HELD.at("/scopes");
        }
        String token = Secrets.next(KIND);
        UUID id = ids.next();
        Instant now = clock.instant();
        insert(id, CurrentWorkspace.require().id(), member, name.strip(), token, scopes, now, lifetime);
        audit.record("token.created", "token", id.toString(), name.strip(), Map.of(), Map.of("scopes", keys(scopes)));
        return token;
    }

    /** Ends a token; a second time changes nothing. */
    @Transactional
    public void revoke(UUID id) {
        String name = jdbc.sql("select name from core.api_token where id = ?")
                .param(id)
                .query(String.class)
                .optional()
                .orElseThrow(CoreError.TOKEN_NOT_FOUND::exception);
        int changed = jdbc.sql("update core.api_token set revoked_at = ? where id = ? and revoked_at is null")
                .params(Timestamp.from(clock.instant()), id)
                .update();
        if (changed == 1) {
            audit.record("token.revoked", "token", id.toString(), name, Map.of(), Map.of());
        }
    }

    /**
     * Tells texts that can be no token, mostly without asking the database. The token of the environment looks like
     * nothing in particular; the hashes of such are read once.
     */
    @Transactional(propagation = Propagation.SUPPORTS)
    public boolean isPossible(String text) {
        return Secrets.isWellFormed(KIND, text) || bootstrapTokens().contains(ByteBuffer.wrap(Secrets.hash(text)));
    }

    /** There is no other once there is a member, so they are remembered from then on. */
    private Set<ByteBuffer> bootstrapTokens() {
        Set<ByteBuffer> known = bootstrapTokens;
        if (known == null) {
            known = CurrentWorkspace.callAsSystem(
                    () -> Objects.requireNonNull(transactions.execute(status -> readBootstrapTokens())));
        }
        return known;
    }

    private Set<ByteBuffer> readBootstrapTokens() {
        boolean setUp = jdbc.sql("select exists (select from core.member)")
                .query(Boolean.class)
                .single();
        Set<ByteBuffer> found = Set.copyOf(jdbc.sql("select token_hash from core.api_token where workspace_id is null")
                .query((row, number) -> ByteBuffer.wrap(row.getBytes(1)))
                .list());
        if (setUp) {
            bootstrapTokens = found;
        }
        return found;
    }

    /** Finds a living token by its text. Runs in the system scope, since the workspace is not known yet. */
    public Optional<TokenAccess> find(String token) {
        return jdbc.sql("""
                        select t.id, t.workspace_id, t.member_id, t.name, t.scopes from core.api_token t
                        join core.member m on m.id = t.member_id and m.disabled_at is null
                        where t.token_hash = ? and t.revoked_at is null and (t.expires_at is null or t.expires_at > ?)
                        """)
                .params(Secrets.hash(token), Timestamp.from(clock.instant()))
                .query((row, number) -> {
                    UUID workspace = row.getObject(2, UUID.class);
                    return new TokenAccess(
                            row.getObject(1, UUID.class),
                            workspace == null ? null : new WorkspaceId(workspace),
                            row.getObject(3, UUID.class),
                            row.getString(4),
                            scopes(row.getArray(5).getArray()));
                })
                .optional();
    }

    /** Remembers the use of a token to the minute. Runs in the system scope. */
    @Transactional
    public void used(UUID id) {
        Instant now = clock.instant();
        jdbc.sql(
                        "update core.api_token set last_used_at = ? where id = ? and (last_used_at is null or last_used_at < ?)")
                .params(Timestamp.from(now), id, Timestamp.from(now.minusSeconds(60)))
                .update();
    }

    /** Stores the token that the environment gave at first start: every scope, every workspace of its owner. */
    @Transactional
    public void bootstrap(UUID member, String token) {
        insert(ids.next(), null, member, "bootstrap", token, EnumSet.allOf(Permission.class), clock.instant(), null);
    }

    private void insert(
            UUID id,
            @Nullable UUID workspace,
            UUID member,
            String name,
            String token,
            Set<Permission> scopes,
            Instant now,
            @Nullable Duration lifetime) {
        jdbc.sql("""
                        insert into core.api_token
                          (id, workspace_id, member_id, name, prefix, token_hash, scopes, created_at, expires_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .param(id)
                .param(workspace)
                .param(member)
                .param(name)
                .param(Secrets.prefix(token))
                .param(Secrets.hash(token))
                .param(keys(scopes).toArray(String[]::new))
                .param(Timestamp.from(now))
                .param(lifetime == null ? null : Timestamp.from(now.plus(lifetime)))
                .update();
    }

    private TokenView view(ResultSet row, int number) throws SQLException {
        Timestamp expires = row.getTimestamp("expires_at");
        Timestamp used = row.getTimestamp("last_used_at");
        boolean expired = expires != null && !expires.toInstant().isAfter(clock.instant());
        return new TokenView(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("prefix"),
                row.getString("owner"),
                scopes(row.getArray("scopes").getArray()),
                row.getTimestamp("created_at").toInstant(),
                expires == null ? null : expires.toInstant(),
                used == null ? null : used.toInstant(),
                row.getTimestamp("revoked_at") != null
                        ? TokenView.State.REVOKED
                        : expired ? TokenView.State.EXPIRED : TokenView.State.ACTIVE);
    }

    private static List<String> keys(Set<Permission> scopes) {
        return scopes.stream().map(Permission::key).sorted().toList();
    }

    private static Set<Permission> scopes(Object array) {
        return Arrays.stream((String[]) array)
                .map(Permission::of)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Permission.class)));
    }

    /** What a presented token allows. The workspace is absent for a token of the whole installation. */
    public record TokenAccess(
            UUID id, @Nullable WorkspaceId workspace, UUID member, String name, Set<Permission> scopes) {}

    /** A token as a list shows it. */
    public record TokenView(
            UUID id,
            String name,
            String prefix,
            String owner,
            Set<Permission> scopes,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            State state) {

        /** Whether the token still works. */
        public enum State {
            ACTIVE,
            EXPIRED,
            REVOKED
        }
    }
}
