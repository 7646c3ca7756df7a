package io.opsdeck.core.member;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.WorkspaceView;
import io.opsdeck.core.workspace.Workspaces;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The first owner: by a one-time code printed at start, or by the environment. Gone once a member exists. */
@Service
public class SetUp {

    public static final Duration LIFETIME = Duration.ofMinutes(30);

    static final String KIND = "setup";

    private final Members members;
    private final Workspaces workspaces;
    private final ApiTokens tokens;
    private final JdbcClient jdbc;
    private final Clock clock;

    SetUp(Members members, Workspaces workspaces, ApiTokens tokens, JdbcClient jdbc, Clock clock) {
        this.members = members;
        this.workspaces = workspaces;
        this.tokens = tokens;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    public boolean isOpen() {
        return members.isEmpty();
    }

    /** A new code; it replaces the one before. */
    @Transactional
    public String issueCode() {
        String code = Secrets.next(KIND);
        jdbc.sql("""
                        insert into core.set_up_code (code_hash, expires_at) values (?, ?)
                        on conflict (only_one) do update
                          set code_hash = excluded.code_hash, expires_at = excluded.expires_at
                        """)
                .params(Secrets.hash(code), Timestamp.from(clock.instant().plus(LIFETIME)))
                .update();
        return code;
    }

    @Transactional(readOnly = true)
    public boolean accepts(String code) {
        return Secrets.isWellFormed(KIND, code)
                && isOpen()
                && jdbc.sql("select exists (select from core.set_up_code where code_hash = ? and expires_at > ?)")
                        .params(Secrets.hash(code), Timestamp.from(clock.instant()))
                        .query(Boolean.class)
                        .single();
    }

    /** Makes the first workspace and its owner with a printed code; of two parallel attempts one wins. */
    @Transactional(propagation = Propagation.NEVER)
    public UUID complete(String code, WorkspaceSettings settings, String mail, String name, String password) {
        if (!accepts(code)) {
            throw CoreError.SET_UP_DONE.exception();
        }
        var owner = new AtomicReference<@Nullable UUID>();
        workspaces.create(settings, workspace -> {
            int taken = jdbc.sql("delete from core.set_up_code where code_hash = ?")
                    .param(Secrets.hash(code))
                    .update();
            if (taken == 0 || !members.isEmpty()) {
                throw CoreError.SET_UP_DONE.exception();
            }
            UUID member = members.register(mail, name, password);
            members.join(member, Role.OWNER);
            owner.set(member);
        });
        return java.util.Objects.requireNonNull(owner.get());
    }

    /**
     * Makes the first owner without a person at the keyboard.
     *
     * @param token becomes an API token of the owner with every scope, if given; its form is free
     */
    @Transactional(propagation = Propagation.NEVER)
    public WorkspaceView bootstrap(WorkspaceSettings settings, String mail, String password, @Nullable String token) {
        return workspaces.create(settings, workspace -> {
            if (!members.isEmpty()) {
                throw CoreError.SET_UP_DONE.exception();
            }
            UUID member = members.registerUnchecked(mail, mail.substring(0, Math.max(1, mail.indexOf('@'))), password);
            members.join(member, Role.OWNER);
            if (token != null) {
                tokens.bootstrap(member, token);
            }
        });
    }
}
