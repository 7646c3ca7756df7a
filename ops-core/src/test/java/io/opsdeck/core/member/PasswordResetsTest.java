package io.opsdeck.core.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
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
import jakarta.mail.internet.MimeMultipart;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class PasswordResetsTest {

    private static final String OLD = "seven quiet herons";
    private static final String NEW = "nine loud cranes fly";
    private static final String ADDRESS = "192.0.2.8";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern LINK =
            Pattern.compile("https://ops\\.example/password-resets/(opd_reset_[0-9A-Za-z]+)");

    @Autowired
    PasswordResets resets;

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
    UUID owner = new UUID(0, 9);
    UUID member = new UUID(0, 9);
    String mail = "";

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        owner = join(workspace, Role.OWNER);
        member = join(workspace, Role.ANALYST);
        mail = in(() -> members.one(member)).mail();
    }

    @AfterEach
    void forgetFailures() {
        jdbc.sql("delete from core.sign_in_throttle").update();
    }

    @Test
    void aMailedLinkChangesThePasswordAndEndsAllSessions() throws Exception {
        Instant session = Instant.now();
        assertThat(resets.request(" " + mail.toUpperCase(java.util.Locale.ROOT), ADDRESS))
                .isTrue();
        String code = mailed(mail);
        assertThat(resets.find(code)).contains(mail);

        assertThat(resets.complete(code, NEW, ADDRESS)).isEqualTo(member);

        assertThat(signIn(OLD)).isEqualTo(Outcome.REFUSED);
        assertThat(signIn(NEW)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(members.access(member, session, workspace)).isEmpty();
        assertThat(members.access(member, Instant.now(), workspace)).isPresent();
        assertThat(actions()).contains("member.reset_mailed", "member.password_reset");
        assertThat(resets.find(code)).as("used").isEmpty();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(MailRig.mailsTo(mail))
                        .extracting(MimeMessage::getSubject)
                        .containsExactly("重置密码", "你的密码已修改"));
        assertThat(refusal(() -> resets.complete(code, OLD, ADDRESS))).isEqualTo(CoreError.PASSWORD_RESET_NOT_FOUND);
    }

    /** S-34: what can be seen of the request is one row and one task, for everybody. */
    @Test
    void askingDoesTheSameWhetherTheAddressIsKnownOrNot() {
        transactions.executeWithoutResult(status -> {
            for (String asked : List.of(mail, ids.next() + "@example.com", "disabled@example.com")) {
                assertThat(resets.request(asked, ADDRESS)).isTrue();
                assertThat(jdbc.sql("""
                                select count(*) from core.password_reset_request r join core.scheduled_tasks t
                                  on t.task_name = 'password-reset' and t.task_instance = r.id::text
                                where r.mail = ?
                                """).param(asked).query(Long.class).single())
                        .as(asked)
                        .isEqualTo(1);
            }
            assertThat(links()).as("before anybody has looked").isZero();
        });
    }

    @Test
    void whoIsUnknownOrDisabledGetsNoMailAndNothingIsKept() {
        String unknown = ids.next() + "@example.com";
        jdbc.sql("update core.member set disabled_at = now() where id = ?")
                .param(member)
                .update();

        resets.request(unknown, ADDRESS);
        resets.request(mail, ADDRESS);

        await().atMost(LONG)
                .until(() -> jdbc.sql("select count(*) from core.password_reset_request where mail in (?, ?)")
                                .params(unknown, mail)
                                .query(Long.class)
                                .single()
                        == 0);
        assertThat(links()).isZero();
        assertThat(actions()).doesNotContain("member.reset_mailed");
    }

    @Test
    void asksTooOftenAreSlowedDownByMailAndByAddressKnownOrNot() {
        for (String asked : List.of(mail, ids.next() + "@example.com")) {
            for (int i = 0; i < 5; i++) {
                assertThat(resets.request(asked, "192.0.2." + i)).isTrue();
            }
            assertThat(resets.request(asked, "192.0.2.99")).isFalse();
        }
        for (int i = 0; i < 30; i++) {
            assertThat(resets.request(ids.next() + "@example.com", "198.51.100.1"))
                    .isTrue();
        }
        assertThat(resets.request(ids.next() + "@example.com", "198.51.100.1")).isFalse();
    }

    @Test
    void aNewLinkTakesThePlaceOfTheOneBefore() {
        String first = hand();
        String second = hand();

        assertThat(resets.find(first)).isEmpty();
        assertThat(refusal(() -> resets.complete(first, NEW, ADDRESS))).isEqualTo(CoreError.PASSWORD_RESET_NOT_FOUND);
        assertThat(resets.complete(second, NEW, ADDRESS)).isEqualTo(member);
        assertThat(actions()).contains("member.reset_handed");
    }

    @Test
    void aLinkWorksForAnHour() {
        String code = hand();
        jdbc.sql("update core.password_reset set expires_at = expires_at - interval '1 hour' where member_id = ?")
                .param(member)
                .update();

        assertThat(resets.find(code)).isEmpty();
        assertThat(refusal(() -> resets.complete(code, NEW, ADDRESS))).isEqualTo(CoreError.PASSWORD_RESET_NOT_FOUND);
        assertThat(resets.find("opd_reset_" + "0".repeat(30))).isEmpty();
        assertThat(resets.find("x")).isEmpty();
    }

    @Test
    void aPasswordThatIsRefusedDoesNotUseTheLinkUp() {
        String code = hand();

        assertThat(refusal(() -> resets.complete(code, "short", ADDRESS))).isEqualTo(CoreError.PASSWORD_TOO_SHORT);
        assertThat(resets.complete(code, NEW, ADDRESS)).isEqualTo(member);
    }

    @Test
    void aLinkChangesOnePasswordHoweverManyNodesTakeItAtOnce() throws Exception {
        String code = hand();
        Callable<Boolean> attempt = () -> {
            try {
                resets.complete(code, NEW, ADDRESS);
                return true;
            } catch (OpsdeckException e) {
                assertThat(e.code()).isEqualTo(CoreError.PASSWORD_RESET_NOT_FOUND);
                return false;
            }
        };

        assertThat(Race.of(6, attempt)).containsOnlyOnce(true);
    }

    @Test
    void onlyAnOwnerHandsALinkOverAndNotForHimself() {
        UUID admin = join(workspace, Role.ADMIN);

        assertThat(refusal(() -> resets.hand(member, admin))).isEqualTo(CoreError.OWNERS_ONLY);
        assertThat(refusal(() -> resets.hand(owner, owner))).isEqualTo(CoreError.NOT_YOURSELF);
    }

    @Test
    void anOwnerCannotLetHimselfIntoAnotherWorkspaceByIt() {
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        CurrentWorkspace.run(other, () -> members.join(member, Role.VIEWER));

        assertThat(refusal(() -> resets.hand(member, owner))).isEqualTo(CoreError.MEMBER_ELSEWHERE);
    }

    private String hand() {
        return in(() -> resets.hand(member, owner));
    }

    private static String mailed(String to) throws Exception {
        await().atMost(LONG).until(() -> !MailRig.mailsTo(to).isEmpty());
        var both = (MimeMultipart) MailRig.mailsTo(to).get(0).getContent();
        Matcher link = LINK.matcher((String) both.getBodyPart(0).getContent());
        assertThat(link.find()).isTrue();
        return link.group(1);
    }

    private Outcome signIn(String password) {
        return members.signIn(mail, password, ADDRESS).outcome();
    }

    private long links() {
        return jdbc.sql("select count(*) from core.password_reset where member_id = ?")
                .param(member)
                .query(Long.class)
                .single();
    }

    private UUID join(WorkspaceId into, Role role) {
        return CurrentWorkspace.call(
                into,
                () -> Objects.requireNonNull(transactions.execute(status -> {
                    UUID made = members.register(ids.next() + "@example.com", "Lin", OLD);
                    members.join(made, role);
                    return made;
                })));
    }

    private List<String> actions() {
        return in(() -> audit.page("", "", null, 100)).data().stream()
                .map(AuditEntry::action)
                .toList();
    }

    private ErrorCode refusal(Supplier<?> work) {
        try {
            in(work);
        } catch (OpsdeckException e) {
            return e.code();
        }
        throw new AssertionError("nothing was refused");
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
