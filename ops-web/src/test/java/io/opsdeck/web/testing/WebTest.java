package io.opsdeck.web.testing;

import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleChange;
import io.opsdeck.core.security.Roles;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The whole application on a port of its own. All tests of pages and interfaces share this one context, so each of them
 * makes the workspaces and members it changes.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "opsdeck.outbound.allowed=127.0.0.1",
            "opsdeck.columns.folder=target/columns/${random.uuid}",
            "opsdeck.bootstrap.owner=" + WebTest.OWNER + ":" + WebTest.PASSWORD,
            "opsdeck.bootstrap.token=" + WebTest.TOKEN
        })
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
public abstract class WebTest {

    protected static final String OWNER = "owner@example.com";
    protected static final String PASSWORD = "seven quiet herons";
    protected static final String TOKEN = "the-token-of-the-environment";

    /** An owner may hand out everything. */
    protected static final Authority OWNERS = new Authority(Role.OWNER, EnumSet.allOf(Permission.class));

    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected TransactionTemplate transactions;

    @Autowired
    protected Members members;

    @Autowired
    protected Workspaces workspaces;

    @Autowired
    protected ApiTokens tokens;

    @Autowired
    protected Roles roles;

    @Value("${local.server.port}")
    private int port;

    /** All tests call from one address, so the wrong passwords of one must not slow the next one down. */
    @AfterEach
    void forgetWrongPasswords() {
        jdbc.sql("delete from core.sign_in_throttle").update();
    }

    protected String base() {
        return "http://localhost:" + port;
    }

    protected Browser browser() {
        return new Browser(base());
    }

    protected Browser browserOf(Team.Person person) {
        Browser browser = browser();
        Answer answer = browser.signIn(person.mail(), PASSWORD);
        if (answer.status() != 303) {
            throw new IllegalStateException("sign-in of " + person.mail() + " answered " + answer.status());
        }
        return browser;
    }

    /** A new workspace with an owner of its own. */
    protected Team team() {
        int number = NUMBER.incrementAndGet();
        String mail = "owner" + number + "@example.com";
        var settings = WorkspaceSettings.of("Team " + number, "Asia/Shanghai", "MONDAY", "CNY", "zh-CN");
        var owner = new java.util.concurrent.atomic.AtomicReference<@Nullable UUID>();
        WorkspaceId workspace = workspaces
                .create(settings, id -> {
                    UUID member = members.register(mail, "Owner " + number, PASSWORD);
                    members.join(member, Role.OWNER);
                    owner.set(member);
                })
                .id();
        return new Team(workspace, new Team.Person(Objects.requireNonNull(owner.get()), mail));
    }

    /** A new member of a workspace. */
    protected Team.Person member(WorkspaceId workspace, Role role) {
        String mail = role.key() + NUMBER.incrementAndGet() + "@example.com";
        UUID id = CurrentWorkspace.call(
                workspace,
                () -> Objects.requireNonNull(transactions.execute(status -> {
                    UUID member = members.register(mail, "Member " + role.key(), PASSWORD);
                    members.join(member, role);
                    return member;
                })));
        return new Team.Person(id, mail);
    }

    /** Lets a workspace pass for the one with the sample, whose data take too long to load for a look at its settings. */
    protected void becomeSample(Team team) {
        CurrentWorkspace.run(
                team.workspace(),
                () -> transactions.executeWithoutResult(
                        status -> jdbc.sql("insert into campaign.sample_workspace (workspace_id, days_moved, loaded_at)"
                                        + " values (core.current_workspace(), 364, now())")
                                .update()));
    }

    /** Changes a cell of the matrix of a workspace. */
    protected void allow(WorkspaceId workspace, Role role, Permission permission, boolean allowed) {
        CurrentWorkspace.run(
                workspace, () -> roles.change(List.of(new RoleChange(role.key(), permission, allowed)), OWNERS));
    }

    protected String token(
            WorkspaceId workspace, Team.Person owner, Set<Permission> scopes, @Nullable Duration lifetime) {
        return CurrentWorkspace.call(workspace, () -> tokens.create(owner.id(), scopes, "Test", scopes, lifetime));
    }
}
