package io.opsdeck.core.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.outbound.OutboundState;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class SystemMailTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    SystemMail mails;

    @Autowired
    MailTexts texts;

    @Autowired
    Outbound outbound;

    @Autowired
    Invitations invitations;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    @Test
    void anInvitationArrivesInTheLanguageOfTheWorkspaceWithItsLink() throws Exception {
        UUID owner = ids.next();
        String code = Actor.call(
                new Actor(Actor.Kind.MEMBER, owner, "林 <b>", null, null),
                () -> in(() -> {
                    member(owner);
                    return invitations.invite(
                            "Wang-" + owner + "@Example.com",
                            Role.VIEWER,
                            owner,
                            new Authority(Role.OWNER, EnumSet.allOf(Permission.class)));
                }));
        MimeMessage mail = mailTo("wang-" + owner + "@example.com");
        assertThat(mail.getSubject()).isEqualTo("邀请你加入「W」");
        assertThat(mail.getFrom()[0]).hasToString("Opsdeck <ops@opsdeck.example>");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getHeader("Content-Language")).containsExactly("zh-CN");
        assertThat(mail.getMessageID()).endsWith("@opsdeck.example>");
        var both = (MimeMultipart) mail.getContent();
        assertThat(both.getContentType()).startsWith("multipart/alternative");
        String text = (String) both.getBodyPart(0).getContent();
        String html = (String) both.getBodyPart(1).getContent();
        assertThat(text).contains("林 <b>", "https://ops.example/invitations/" + code, "72 小时");
        assertThat(html).contains("href=\"https://ops.example/invitations/" + code + "\"", "林 &lt;b&gt;");
        assertThat(in(() -> invitations.find(code))).isPresent();
    }

    @Test
    void theSameKeyIsMailedOnceAndAnotherOneAgain() throws Exception {
        String to = ids.next() + "@example.com";
        OutboundId first = send("reset/1", reset(to));
        assertThat(send("reset/1", reset(to))).isEqualTo(first);
        awaitSent(first);
        awaitSent(send("reset/2", reset(to)));
        assertThat(MailRig.mailsTo(to)).hasSize(2);
        assertThat(mailTo(to).getMessageID()).isEqualTo("<" + first + "@opsdeck.example>");
    }

    /** S-35: whoever reads the database finds no link that opens a door. */
    @Test
    void theLedgerDoesNotShowTheLetter() {
        OutboundId id = send("sealed", reset(ids.next() + "@example.com"));
        awaitSent(id);
        String row = in(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql(
                        "select row_to_json(o)::text || coalesce((select string_agg(row_to_json(a)::text, '')"
                                + " from core.outbound_attempt a where a.outbound_id = o.id), '')"
                                + " from core.outbound o where id = ?")
                .param(id.id())
                .query(String.class)
                .single())));
        assertThat(row).contains("sealed").doesNotContain("secret-link");
    }

    /** ASVS 1.3.11: nobody adds headers by a name. */
    @Test
    void aNameCannotAddHeaders() throws Exception {
        String to = ids.next() + "@example.com";
        awaitSent(send(
                "injected",
                new Letter(
                        MailKind.JOB_REPORT,
                        MailAddress.of(to),
                        Locale.ENGLISH,
                        List.of("Hi\r\nBcc: eve@example.com\r\n\r\nbody", "done"),
                        "https://ops.example/jobs")));
        MimeMessage mail = mailTo(to);
        assertThat(mail.getSubject()).isEqualTo("Hi Bcc: eve@example.com body");
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getAllRecipients()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasItsTextsInBothLanguages(MailKind kind) {
        var arguments = List.of("one", "two", "three");
        for (Locale language : List.of(Locale.ENGLISH, Locale.forLanguageTag("zh-CN"))) {
            var written = texts.write(
                    new Letter(kind, MailAddress.of("a@example.com"), language, arguments, "https://ops.example/x"));
            assertThat(written.subject()).isNotBlank().doesNotContain("{");
            assertThat(written.text()).contains("https://ops.example/x").doesNotContain("{", "''");
            assertThat(written.html()).contains("lang=\"" + language.toLanguageTag() + "\"");
        }
    }

    @Test
    void withoutAServerNothingIsPlanned() {
        var none = new SmtpSettings("", 587, "", "", "starttls", "");
        assertThat(none.isConfigured()).isFalse();
        assertThatThrownBy(() -> new SmtpSettings("smtp.example", 587, "", "", "starttls", " "))
                .hasMessageContaining("OPSDECK_MAIL_FROM");
        assertThatThrownBy(() -> new SmtpSettings("smtp.example", 587, "", "", "ssl", "a@example.com"))
                .hasMessageContaining("OPSDECK_SMTP_SECURITY");
    }

    private static Letter reset(String to) {
        return new Letter(
                MailKind.PASSWORD_RESET,
                MailAddress.of(to),
                Locale.ENGLISH,
                List.of("30"),
                "https://ops.example/reset/secret-link");
    }

    private void member(UUID id) {
        transactions.executeWithoutResult(
                status -> jdbc.sql("""
                        insert into core.member (id, mail, name, password_hash, sessions_after, created_at)
                        values (?, ?, 'Owner', '-', now(), now())
                        """).params(id, id + "@example.com").update());
    }

    private OutboundId send(String key, Letter letter) {
        return in(() -> Objects.requireNonNull(
                        transactions.execute(status -> mails.send(workspace + "/" + key, letter))))
                .orElseThrow();
    }

    private void awaitSent(OutboundId id) {
        await().atMost(LONG).until(() -> in(() -> outbound.require(id)).state() == OutboundState.SENT);
    }

    private static MimeMessage mailTo(String address) {
        await().atMost(LONG).until(() -> !MailRig.mailsTo(address).isEmpty());
        return MailRig.mailsTo(address).get(0);
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
