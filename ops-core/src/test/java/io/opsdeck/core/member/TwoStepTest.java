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
import io.opsdeck.core.member.TwoStep.Enrolment;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class TwoStepTest {

    private static final String PASSWORD = "seven quiet herons";
    private static final String ADDRESS = "192.0.2.7";
    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    TwoStep twoStep;

    @Autowired
    Members members;

    @Autowired
    AuditTrail audit;

    @Autowired
    Vault vault;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    UUID member = new UUID(0, 9);

    @BeforeEach
    void joinAWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        member = join(workspace, Role.ANALYST);
    }

    @AfterEach
    void forgetFailures() {
        jdbc.sql("delete from core.sign_in_throttle").update();
    }

    @Test
    void theFirstCodeOfTheAppTurnsItOn() {
        Enrolment enrolment = in(() -> twoStep.begin(member));
        assertThat(enrolment.uri()).startsWith("otpauth://totp/Opsdeck:").contains("secret=" + enrolment.key());
        assertThat(in(() -> twoStep.pending(member))).contains(enrolment);
        assertThat(in(() -> twoStep.isOn(member))).as("before a code").isFalse();
        assertThat(signIn()).isEqualTo(Outcome.SUCCEEDED);

        List<String> codes = in(() -> twoStep.confirm(member, PASSWORD, code(0), ADDRESS));

        assertThat(codes).hasSize(10).doesNotHaveDuplicates();
        assertThat(in(() -> twoStep.standing(member)).isOn()).isTrue();
        assertThat(in(() -> twoStep.pending(member))).isEmpty();
        assertThat(in(() -> members.one(member)).twoStep()).isTrue();
        assertThat(signIn()).isEqualTo(Outcome.SECOND_STEP);
        assertThat(actions()).contains("member.two_step_enabled");
        assertThat(refusal(() -> twoStep.begin(member))).isEqualTo(CoreError.TWO_STEP_IS_ON);
    }

    @Test
    void withoutPasswordOrCodeNothingIsTurnedOn() {
        in(() -> twoStep.begin(member));

        assertThat(refusal(() -> twoStep.confirm(member, "a wrong password", code(0), ADDRESS)))
                .isEqualTo(CoreError.PASSWORD_WRONG);
        assertThat(refusal(() -> twoStep.confirm(member, PASSWORD, code(5), ADDRESS)))
                .isEqualTo(CoreError.CODE_WRONG);
        assertThat(in(() -> twoStep.isOn(member))).isFalse();
    }

    @Test
    void anotherKeyReplacesTheOneThatNobodyConfirmed() {
        in(() -> twoStep.begin(member));
        String old = code(0);
        in(() -> twoStep.begin(member));

        assertThat(refusal(() -> twoStep.confirm(member, PASSWORD, old, ADDRESS)))
                .isEqualTo(CoreError.CODE_WRONG);
    }

    /** ASVS 6.5.1. */
    @Test
    void aCodeIsAcceptedOnceAndNoneOfBeforeIt() {
        enrol();
        String before = code(0);
        String next = code(1);

        assertThat(second(next)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(second(next)).isEqualTo(Outcome.REFUSED);
        assertThat(second(before)).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aCodeIsAcceptedOnceHoweverManyNodesSeeItAtOnce() throws Exception {
        enrol();
        String code = code(1);

        assertThat(Race.of(8, () -> second(code))).containsOnlyOnce(Outcome.SUCCEEDED);
    }

    @Test
    void aRecoveryCodeIsAcceptedOnceHoweverManyNodesSeeItAtOnce() throws Exception {
        String code = enrol().get(3);

        assertThat(Race.of(8, () -> second(code))).containsOnlyOnce(Outcome.SUCCEEDED);
        assertThat(in(() -> twoStep.standing(member)).codesLeft()).isEqualTo(9);
        assertThat(entry("member.recovery_code_used").address()).isEqualTo(ADDRESS);
    }

    @Test
    void newRecoveryCodesMakeTheOldOnesWorthless() {
        List<String> old = enrol();

        List<String> fresh = in(() -> twoStep.renewCodes(member, PASSWORD, code(1), ADDRESS));

        assertThat(fresh).hasSize(10).doesNotContainAnyElementsOf(old);
        assertThat(second(old.get(0))).isEqualTo(Outcome.REFUSED);
        assertThat(second(fresh.get(0).toLowerCase(java.util.Locale.ROOT))).isEqualTo(Outcome.SUCCEEDED);
        assertThat(actions()).contains("member.recovery_codes_renewed");
    }

    @Test
    void turningItOffTakesPasswordAndCode() {
        List<String> codes = enrol();

        assertThat(refusal(() -> off("a wrong password", codes.get(0)))).isEqualTo(CoreError.PASSWORD_WRONG);
        assertThat(refusal(() -> off(PASSWORD, "000 000 0"))).isEqualTo(CoreError.CODE_WRONG);
        assertThat(signIn()).isEqualTo(Outcome.SECOND_STEP);

        off(PASSWORD, codes.get(0));

        assertThat(signIn()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(second(codes.get(1))).isEqualTo(Outcome.REFUSED);
        assertThat(actions()).contains("member.two_step_disabled");
        assertThat(refusal(() -> off(PASSWORD, codes.get(1)))).isEqualTo(CoreError.TWO_STEP_IS_OFF);
    }

    @Test
    void anOwnerResetsTheSecondStepOfAnother() {
        UUID owner = join(workspace, Role.OWNER);
        UUID admin = join(workspace, Role.ADMIN);
        enrol();

        assertThat(refusal(() -> reset(admin))).isEqualTo(CoreError.OWNERS_ONLY);
        assertThat(refusal(() -> reset(member))).isEqualTo(CoreError.NOT_YOURSELF);
        reset(owner);

        assertThat(signIn()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(entry("member.two_step_reset").objectId()).isEqualTo(member.toString());
        assertThat(refusal(() -> reset(owner))).isEqualTo(CoreError.TWO_STEP_IS_OFF);
    }

    @Test
    void anOwnerCannotOpenTheDoorToAWorkspaceThatIsNotHis() {
        UUID owner = join(workspace, Role.OWNER);
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        CurrentWorkspace.run(other, () -> members.join(member, Role.VIEWER));
        enrol();

        assertThat(refusal(() -> reset(owner))).isEqualTo(CoreError.MEMBER_ELSEWHERE);
        UUID stranger = join(other, Role.VIEWER);
        assertThat(refusal(() -> reset(stranger, owner))).isEqualTo(CoreError.MEMBER_NOT_FOUND);
    }

    @Test
    void guessingIsSlowedDownAlthoughThePasswordIsRight() {
        enrol();
        for (int i = 0; i < 5; i++) {
            assertThat(signIn()).isEqualTo(Outcome.SECOND_STEP);
            assertThat(second("nonsense " + i)).isEqualTo(Outcome.REFUSED);
        }
        assertThat(second(code(1))).isEqualTo(Outcome.THROTTLED);
        assertThat(refusal(() -> off(PASSWORD, code(1)))).isEqualTo(CoreError.TOO_MANY_ATTEMPTS);
    }

    @Test
    void aCodeLongAfterThePasswordOrAfterTheEndOfAllSessionsIsTooLate() {
        enrol();
        Instant passwordAt = Instant.now();
        assertThat(twoStep.signIn(member, passwordAt.minus(TwoStep.PATIENCE), code(1), ADDRESS)
                        .outcome())
                .isEqualTo(Outcome.REFUSED);

        CurrentWorkspace.run(workspace, () -> members.signOutEverywhere(member));

        assertThat(twoStep.signIn(member, passwordAt, code(1), ADDRESS).outcome())
                .isEqualTo(Outcome.REFUSED);
        assertThat(second(code(1))).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aWorkspaceMayRequireIt() {
        assertThat(access().secondStepMissing()).isFalse();

        CurrentWorkspace.run(workspace, () -> twoStep.require(true));
        CurrentWorkspace.run(workspace, () -> twoStep.require(true));

        assertThat(access().secondStepMissing()).isTrue();
        assertThat(members.access(member, null, workspace).orElseThrow().secondStepMissing())
                .as("a token")
                .isFalse();
        assertThat(actions().stream().filter("workspace.two_step_changed"::equals))
                .hasSize(1);
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        UUID elsewhere = join(other, Role.VIEWER);
        assertThat(members.access(elsewhere, Instant.now(), other).orElseThrow().secondStepMissing())
                .isFalse();

        enrol();
        assertThat(access().secondStepMissing()).isFalse();
    }

    /** Whoever took the account over must not be able to do this unseen. */
    @Test
    void theMemberIsToldByMailOfEachChange() {
        String mail = in(() -> members.one(member)).mail();
        List<String> codes = enrol();
        second(codes.get(0));
        in(() -> twoStep.renewCodes(member, PASSWORD, codes.get(1), ADDRESS));
        off(PASSWORD, code(1));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(MailRig.mailsTo(mail))
                        .extracting(MimeMessage::getSubject)
                        .containsExactlyInAnyOrder("两步验证已开启", "有人使用恢复码登录", "恢复码已重新生成", "两步验证已关闭"));
    }

    @Test
    void theDatabaseHoldsNeitherKeyNorRecoveryCodes() {
        List<String> codes = enrol();
        String rows = jdbc.sql("select string_agg(t::text, '') from core.two_step t where member_id = ?")
                        .param(member)
                        .query(String.class)
                        .single()
                + jdbc.sql("select string_agg(t::text, '') from core.recovery_code t where member_id = ?")
                        .param(member)
                        .query(String.class)
                        .single();

        assertThat(rows).doesNotContain(key().hex(), key().base32(), hex(key().base32()), hex(key().hex()));
        assertThat(codes)
                .allSatisfy(code -> assertThat(rows)
                        .doesNotContain(code, code.replace("-", ""), hex(code), hex(code.replace("-", ""))));
    }

    private List<String> enrol() {
        in(() -> twoStep.begin(member));
        return in(() -> twoStep.confirm(member, PASSWORD, code(0), ADDRESS));
    }

    private Outcome signIn() {
        String mail = in(() -> members.one(member)).mail();
        return members.signIn(mail, PASSWORD, ADDRESS).outcome();
    }

    private Outcome second(String code) {
        return twoStep.signIn(member, Instant.now(), code, ADDRESS).outcome();
    }

    private boolean off(String password, String code) {
        CurrentWorkspace.run(workspace, () -> twoStep.disable(member, password, code, ADDRESS));
        return true;
    }

    private boolean reset(UUID by) {
        return reset(member, by);
    }

    private boolean reset(UUID of, UUID by) {
        CurrentWorkspace.run(workspace, () -> twoStep.reset(of, by));
        return true;
    }

    private Access access() {
        return members.access(member, Instant.now(), workspace).orElseThrow();
    }

    private String code(int steps) {
        return key().codeOf(TotpKey.stepAt(Instant.now()) + steps);
    }

    private TotpKey key() {
        byte[] sealed = jdbc.sql("select key from core.two_step where member_id = ?")
                .param(member)
                .query(byte[].class)
                .single();
        return TotpKey.of(vault.open(sealed, "two-step/" + member));
    }

    private UUID join(WorkspaceId into, Role role) {
        return CurrentWorkspace.call(
                into,
                () -> Objects.requireNonNull(transactions.execute(status -> {
                    UUID made = members.register(ids.next() + "@example.com", "Lin", PASSWORD);
                    members.join(made, role);
                    return made;
                })));
    }

    private List<String> actions() {
        return in(() -> audit.page("", "", null, 100)).data().stream()
                .map(AuditEntry::action)
                .toList();
    }

    private AuditEntry entry(String action) {
        return in(() -> audit.page(action, "", null, 100)).data().get(0);
    }

    private ErrorCode refusal(Supplier<?> work) {
        try {
            in(work);
        } catch (OpsdeckException e) {
            return e.code();
        }
        throw new AssertionError("nothing was refused");
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
