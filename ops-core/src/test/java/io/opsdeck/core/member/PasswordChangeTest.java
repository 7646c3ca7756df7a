package io.opsdeck.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.MailRig;
import io.opsdeck.core.member.SignIn.Outcome;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class PasswordChangeTest {

    private static final String OLD = "seven quiet herons";
    private static final String NEW = "nine loud cranes fly";
    private static final String ADDRESS = "192.0.2.11";

    @Autowired
    PasswordChange passwords;

    @Autowired
    Members members;

    @Autowired
    AuditTrail audit;

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
    void joinAWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        mail = ids.next() + "@example.com";
        member = CurrentWorkspace.call(
                workspace,
                () -> Objects.requireNonNull(transactions.execute(status -> {
                    UUID made = members.register(mail, "Lin", OLD);
                    members.join(made, Role.VIEWER);
                    return made;
                })));
    }

    @AfterEach
    void forgetFailures() {
        jdbc.sql("delete from core.sign_in_throttle").update();
    }

    @Test
    void theNewPasswordCountsAndSessionsOfBeforeAreOver() {
        Instant before = Instant.now();

        change(OLD, NEW);

        assertThat(members.signIn(mail, OLD, ADDRESS).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(members.signIn(mail, NEW, ADDRESS).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(members.access(member, before, workspace)).isEmpty();
        assertThat(CurrentWorkspace.call(
                        workspace,
                        () -> audit.page("", "", null, 10).data().get(0).action()))
                .isEqualTo("member.password_changed");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(MailRig.mailsTo(mail))
                        .extracting(MimeMessage::getSubject)
                        .containsExactly("你的密码已修改"));
    }

    @Test
    void withoutTheOldPasswordNothingChanges() {
        assertThat(refusal("a wrong password", NEW)).isEqualTo(CoreError.PASSWORD_WRONG);
        assertThat(refusal(OLD, "short")).isEqualTo(CoreError.PASSWORD_TOO_SHORT);

        assertThat(members.signIn(mail, OLD, ADDRESS).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void guessingIsSlowedDownTogetherWithSignIn() {
        for (int i = 0; i < 5; i++) {
            assertThat(refusal("wrong password " + i, NEW)).isEqualTo(CoreError.PASSWORD_WRONG);
        }

        assertThat(refusal(OLD, NEW)).isEqualTo(CoreError.TOO_MANY_ATTEMPTS);
        assertThat(members.signIn(mail, OLD, "192.0.2.12").outcome()).isEqualTo(Outcome.THROTTLED);
    }

    private void change(String current, String password) {
        CurrentWorkspace.run(workspace, () -> passwords.change(member, current, password, ADDRESS));
    }

    private ErrorCode refusal(String current, String password) {
        try {
            change(current, password);
        } catch (OpsdeckException e) {
            return e.code();
        }
        throw new AssertionError("nothing was refused");
    }
}
