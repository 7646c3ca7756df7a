package io.opsdeck.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class InvitationsTest {

    private static final String PASSWORD = "seven quiet herons";
    private static final String ADDRESS = "192.0.2.9";

    @Autowired
    Invitations invitations;

    @Autowired
    Members members;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    UUID member = new UUID(0, 9);
    String mail = "";

    @BeforeEach
    void someoneIsMemberElsewhere() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        mail = ids.next() + "@example.com";
        member = register(TestWorkspaces.create(jdbc, transactions, ids), mail, Role.OPERATOR);
    }

    @AfterEach
    void forgetFailures() {
        jdbc.sql("delete from core.sign_in_throttle").update();
    }

    @Test
    void aKnownMemberJoinsWithHisPassword() {
        String code = invite();

        assertThat(accept(code, "a wrong password")).isEqualTo(CoreError.UNAUTHENTICATED);
        assertThat(invitations.accept(code, "", PASSWORD, ADDRESS)).isEqualTo(member);

        assertThat(CurrentWorkspace.call(workspace, () -> members.one(member)).role())
                .isEqualTo(Role.ANALYST);
        assertThat(accept(code, PASSWORD)).isEqualTo(CoreError.INVITATION_NOT_FOUND);
    }

    @Test
    void guessingThePasswordOfAKnownMemberIsSlowedDown() {
        String code = invite();
        for (int i = 0; i < 5; i++) {
            assertThat(accept(code, "wrong password " + i)).isEqualTo(CoreError.UNAUTHENTICATED);
        }

        assertThat(accept(code, PASSWORD)).isEqualTo(CoreError.TOO_MANY_ATTEMPTS);
        assertThat(accept(invite(), PASSWORD)).as("another invitation").isEqualTo(CoreError.TOO_MANY_ATTEMPTS);
        assertThat(members.signIn(mail, PASSWORD, "192.0.2.10").outcome())
                .as("the sign-in page, from elsewhere")
                .isEqualTo(SignIn.Outcome.THROTTLED);

        jdbc.sql("update core.sign_in_throttle set blocked_until = ?")
                .param(Timestamp.from(Instant.EPOCH))
                .update();
        assertThat(invitations.accept(invite(), "", PASSWORD, ADDRESS)).isEqualTo(member);
    }

    @Test
    void guessingAtManyMembersFromOneAddressIsSlowedDown() {
        String code = invite();
        for (int i = 0; i < 30; i++) {
            members.signIn("nobody" + i + "@example.com", "wrong password", ADDRESS);
        }

        assertThat(accept(code, PASSWORD)).isEqualTo(CoreError.TOO_MANY_ATTEMPTS);
        assertThat(invitations.accept(code, "", PASSWORD, "192.0.2.10")).isEqualTo(member);
    }

    private String invite() {
        return CurrentWorkspace.call(
                workspace,
                () -> invitations.invite(
                        mail, Role.ANALYST, member, new Authority(Role.OWNER, EnumSet.allOf(Permission.class))));
    }

    private ErrorCode accept(String code, String password) {
        try {
            invitations.accept(code, "", password, ADDRESS);
        } catch (OpsdeckException e) {
            return e.code();
        }
        throw new AssertionError("nothing was refused");
    }

    private UUID register(WorkspaceId into, String address, Role role) {
        return CurrentWorkspace.call(
                into,
                () -> Objects.requireNonNull(transactions.execute(status -> {
                    UUID made = members.register(address, "Lin", PASSWORD);
                    members.join(made, role);
                    return made;
                })));
    }
}
