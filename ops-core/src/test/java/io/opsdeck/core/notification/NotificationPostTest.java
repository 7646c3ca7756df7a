package io.opsdeck.core.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.MailRig;
import io.opsdeck.core.notification.Inbox.Tab;
import io.opsdeck.core.notification.NotificationPreferences.DigestTime;
import io.opsdeck.core.notification.NotificationPreferences.Preference;
import io.opsdeck.core.outbound.DeliveryUncertain;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What leaves by mail. Daily mails are asked for in 2031, so that those of today's scheduler are never due. */
@OutboundRig
class NotificationPostTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern STOP = Pattern.compile("https://ops\\.example/u/([A-Za-z0-9_-]+)");

    @Autowired
    Notifications notifications;

    @Autowired
    NotificationPreferences preferences;

    @Autowired
    NotificationMail mail;

    @Autowired
    NotificationPost post;

    @Autowired
    MailStops stops;

    @Autowired
    Inbox inbox;

    @Autowired
    ApplicationEventPublisher events;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    UUID lin = new UUID(0, 0);

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        lin = TestWorkspaces.join(jdbc, transactions, ids, workspace, "operator");
        run(() -> preferences.change(lin, List.of(), DigestTime.of(2, "Europe/Berlin")));
    }

    @Test
    void whatIsWantedAtOnceIsMailedInTheLanguageOfTheMember() throws Exception {
        run(() -> jdbc.sql("update core.member set locale = 'en' where id = ?")
                .param(lin)
                .update());
        tell("job.failed", "job/1", "orders of lin@example.com.csv");
        tell("job.finished", "job/2", "other.csv");
        post.sendAtOnce();
        MimeMessage letter = only();
        assertThat(letter.getSubject()).isEqualTo("Import failed: orders of l***@example.com.csv");
        assertThat(text(letter))
                .contains("https://ops.example/jobs/1", "because you started it", "W:")
                .doesNotContain("lin@example.com");
        assertThat(letter.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        assertThat(letter.getHeader("List-Unsubscribe")[0]).matches("<https://ops\\.example/u/[A-Za-z0-9_-]+>");
    }

    @Test
    void whatComesTogetherIsOneLetterAndRepeatsWaitTenMinutes() throws Exception {
        run(() -> IntStream.range(0, 3).forEach(i -> tellHere("job.failed", "job/" + i, "file" + i + ".csv")));
        post.sendAtOnce();
        assertThat(text(only())).contains("file0.csv", "file1.csv", "file2.csv");
        tell("job.failed", "job/1", "file1.csv");
        post.sendAtOnce();
        Timestamp next = in(() -> transactions.execute(
                status -> jdbc.sql("select mail_at from core.notification where member_id = ? and object = 'job/1'")
                        .param(lin)
                        .query(Timestamp.class)
                        .single()));
        assertThat(Duration.between(Instant.now(), next.toInstant()))
                .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
        assertThat(mails()).hasSize(1);
    }

    @Test
    void whatWasReadOrStoppedMeanwhileIsNotMailed() {
        tell("job.failed", "job/1", "a.csv");
        run(() -> inbox.readAll(lin));
        tell("role.changed", "role", "b");
        run(() -> preferences.stopMail(lin, "role.changed"));
        post.sendAtOnce();
        tell("token.expiring", "token/1", "c");
        post.sendAtOnce();
        assertThat(only()).satisfies(letter -> assertThat(text(letter)).contains("「Import」"));
    }

    @Test
    void theDailyMailComesOnceADayAtTheHourOfTheMember() throws Exception {
        tellAt("token.unused", "token/1", "2031-06-01T20:00:00Z");
        at("2031-06-01T23:59:00Z").sendDigests();
        at("2031-06-02T00:01:00Z").sendDigests();
        assertThat(only().getSubject()).isEqualTo("「W」有 1 条未读通知");
        tellAt("token.unused", "token/2", "2031-06-02T08:00:00Z");
        at("2031-06-02T09:00:00Z").sendDigests();
        assertThat(mails()).as("what comes after the hour waits for the next").hasSize(1);
        at("2031-06-03T00:01:00Z").sendDigests();
        await().atMost(LONG).until(() -> mails().size() == 2);
        assertThat(text(mails().get(1))).contains("token/2").doesNotContain("token/1");
        at("2031-06-04T00:01:00Z").sendDigests();
        assertThat(mails()).as("nothing is new").hasSize(2);
    }

    @Test
    void anHourThatDoesNotExistAndOneThatComesTwiceAreOneMailEach() {
        tellAt("token.unused", "token/1", "2031-03-29T20:00:00Z");
        at("2031-03-30T00:59:00Z").sendDigests();
        assertThat(mails()).isEmpty();
        at("2031-03-30T01:01:00Z").sendDigests();
        at("2031-03-30T02:01:00Z").sendDigests();
        assertThat(only()).isNotNull();
        tellAt("token.unused", "token/2", "2031-10-25T20:00:00Z");
        at("2031-10-26T00:01:00Z").sendDigests();
        await().atMost(LONG).until(() -> mails().size() == 2);
        tellAt("token.unused", "token/3", "2031-10-25T23:59:00Z");
        at("2031-10-26T01:01:00Z").sendDigests();
        assertThat(mails()).hasSize(2);
        at("2031-10-27T01:01:00Z").sendDigests();
        await().atMost(LONG).until(() -> mails().size() == 3);
    }

    @Test
    void ofManyWhoLookAtOnceOneSendsTheDailyMail() {
        tellAt("token.unused", "token/1", "2031-06-01T20:00:00Z");
        List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> at("2031-06-02T00:01:00Z").sendDigests()))
                .toList();
        all.forEach(CompletableFuture::join);
        assertThat(only()).isNotNull();
        Integer planned = in(
                () -> transactions.execute(status -> jdbc.sql("select count(*) from core.outbound where kind = 'mail'")
                        .query(Integer.class)
                        .single()));
        assertThat(planned).isEqualTo(1);
    }

    @Test
    void whoReadEverythingGetsNoDailyMail() {
        tellAt("token.unused", "token/1", "2031-06-01T20:00:00Z");
        run(() -> inbox.readAll(lin));
        at("2031-06-02T00:01:00Z").sendDigests();
        tellAt("token.unused", "token/2", "2031-06-02T20:00:00Z");
        at("2031-06-03T00:01:00Z").sendDigests();
        assertThat(only()).satisfies(letter -> assertThat(text(letter)).contains("token/2"));
    }

    /** Else each mail that hangs would make another one. */
    @Test
    void aMailOfOursThatMayNotHaveArrivedIsNotMailedAbout() {
        run(() -> preferences.change(
                lin,
                List.of(new Preference("delivery.uncertain", false, MailChoice.AT_ONCE, false)),
                DigestTime.of(2, "Europe/Berlin")));
        run(() -> events.publishEvent(new DeliveryUncertain("mail", "notice")));
        post.sendAtOnce();
        run(() -> events.publishEvent(new DeliveryUncertain("mail", "invitation")));
        post.sendAtOnce();
        assertThat(only()).isNotNull();
        assertThat(in(() -> inbox.unread(lin))).isEqualTo(2);
    }

    @Test
    void theLinkInTheMailEndsSuchMailsAndNothingElse() throws Exception {
        tell("job.failed", "job/1", "a.csv");
        post.sendAtOnce();
        String code = code(only());
        assertThat(stops.describe(code, Locale.ENGLISH)).isEqualTo("Job failed");
        assertThat(choice("job.failed")).isEqualTo(MailChoice.AT_ONCE);
        stops.stop(code);
        stops.stop(code);
        assertThat(choice("job.failed")).isEqualTo(MailChoice.NEVER);
        assertThat(choice("role.changed")).isEqualTo(MailChoice.AT_ONCE);
        assertThat(choice("token.unused")).isEqualTo(MailChoice.DAILY);
        String digest = code(in(() -> stops.link(lin, MailStops.DIGEST)));
        stops.stop(digest);
        assertThat(in(() -> preferences.list(lin)))
                .extracting(Preference::mail)
                .doesNotContain(MailChoice.DAILY)
                .contains(MailChoice.AT_ONCE);
        assertThat(in(() -> inbox.page(lin, Tab.ALL, null, null, 10)).data())
                .as("the inbox is no mail")
                .hasSize(1);
        for (String wrong : List.of("", "x", code.substring(1), code + "A", "-".repeat(3_000), "ÄÖ")) {
            assertThatThrownBy(() -> stops.stop(wrong)).hasMessage("mail_stop_unknown");
        }
    }

    private MailChoice choice(String kind) {
        return in(() -> preferences.list(lin)).stream()
                .filter(each -> each.kind().equals(kind))
                .findFirst()
                .orElseThrow()
                .mail();
    }

    private static String code(MimeMessage letter) throws Exception {
        return code(text(letter));
    }

    private static String code(String text) {
        Matcher link = STOP.matcher(text);
        assertThat(link.find()).as(text).isTrue();
        return link.group(1);
    }

    private NotificationPost at(String time) {
        return new NotificationPost(
                mail, preferences, jdbc, transactions, Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
    }

    private void tellAt(String kind, String object, String time) {
        run(() -> {
            tellHere(kind, object, object);
            jdbc.sql("update core.notification set happened_at = ? where object = ?")
                    .params(Timestamp.from(Instant.parse(time)), object)
                    .update();
        });
    }

    private void tell(String kind, String object, String name) {
        run(() -> tellHere(kind, object, name));
    }

    private void tellHere(String kind, String object, String name) {
        List<String> arguments = kind.startsWith("token.unused") ? List.of(name, "90") : List.of("Import", name);
        notifications.tell(new Notice(kind, object, arguments, "/jobs/1"), Audience.member(lin, Reason.STARTED));
    }

    private MimeMessage only() {
        await().atMost(LONG).until(() -> !mails().isEmpty());
        assertThat(mails()).hasSize(1);
        return mails().get(0);
    }

    private List<MimeMessage> mails() {
        return Arrays.stream(MailRig.SERVER.getReceivedMessages())
                .filter(letter -> isTo(letter, lin + "@example.com"))
                .toList();
    }

    private static boolean isTo(MimeMessage letter, String address) {
        try {
            return letter.getRecipients(Message.RecipientType.TO)[0].toString().equals(address);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(MimeMessage letter) {
        try {
            return (String) ((MimeMultipart) letter.getContent()).getBodyPart(0).getContent();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(Runnable work) {
        in(() -> {
            transactions.executeWithoutResult(status -> work.run());
            return true;
        });
    }

    private <T> T in(Supplier<@Nullable T> work) {
        return Objects.requireNonNull(CurrentWorkspace.call(workspace, work));
    }
}
