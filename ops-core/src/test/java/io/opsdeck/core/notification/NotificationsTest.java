package io.opsdeck.core.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.notification.Inbox.Entry;
import io.opsdeck.core.notification.Inbox.Tab;
import io.opsdeck.core.notification.NotificationPreferences.DigestTime;
import io.opsdeck.core.notification.NotificationPreferences.Preference;
import io.opsdeck.core.outbound.DeliveryUncertain;
import io.opsdeck.core.outbound.Freezes;
import io.opsdeck.core.outbound.Freezes.Scope;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.webhook.EndpointDisabled;
import io.opsdeck.core.webhook.EndpointId;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class NotificationsTest {

    private static final Authority EVERYTHING = new Authority(Role.OWNER, EnumSet.allOf(Permission.class));

    private static final Locale CHINESE = Locale.forLanguageTag("zh-CN");

    @Autowired
    Notifications notifications;

    @Autowired
    Inbox inbox;

    @Autowired
    NotificationPreferences preferences;

    @Autowired
    NotificationTexts texts;

    @Autowired
    NotificationRetention retention;

    @Autowired
    TokenNotices tokenNotices;

    @Autowired
    ApiTokens tokens;

    @Autowired
    Members members;

    @Autowired
    Invitations invitations;

    @Autowired
    Freezes freezes;

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
        lin = member("operator");
    }

    @Test
    void whatHappensAgainToTheSameObjectIsOneEntryUntilItIsRead() {
        tellLin("job.failed", "job/1");
        tellLin("job.failed", "job/1");
        tellLin("job.failed", "job/2");
        tellLin("job.finished", "job/1");
        assertThat(unread(lin)).hasSize(3);
        Entry twice = unread(lin).get(2);
        assertThat(twice.times()).isEqualTo(2);
        run(() -> inbox.read(lin, twice.id()));
        assertThat(in(() -> inbox.unread(lin))).isEqualTo(2);
        tellLin("job.failed", "job/1");
        assertThat(unread(lin)).hasSize(3);
        assertThat(unread(lin).get(0)).satisfies(again -> {
            assertThat(again.id()).isEqualTo(twice.id());
            assertThat(again.times()).isEqualTo(1);
        });
    }

    @Test
    void manyAtOnceAreOneEntryThatCountsThemAll() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(CompletableFuture.runAsync(() -> tellLin("job.failed", "one")));
        }
        all.forEach(CompletableFuture::join);
        assertThat(unread(lin))
                .singleElement()
                .satisfies(one -> assertThat(one.times()).isEqualTo(12));
    }

    @Test
    void nothingIsToldWhereTheFactRollsBack() {
        in(() -> transactions.execute(status -> {
            notifications.tell(notice("job.failed", "job/1"), Audience.member(lin, Reason.STARTED));
            status.setRollbackOnly();
            return true;
        }));
        assertThat(unread(lin)).isEmpty();
        assertThatThrownBy(() -> notifications.tell(notice("job.failed", "x"), Audience.member(lin, Reason.STARTED)))
                .hasMessageContaining("transaction");
    }

    @Test
    void thoseWhoMayDoSomethingAreToldButNotWhoDidIt() {
        UUID admin = member("admin");
        UUID viewer = member("viewer");
        UUID disabled = member("admin");
        UUID elsewhere =
                TestWorkspaces.join(jdbc, transactions, ids, TestWorkspaces.create(jdbc, transactions, ids), "owner");
        run(() -> jdbc.sql("update core.member set disabled_at = now() where id = ?")
                .param(disabled)
                .update());
        UUID freeze = Actor.call(
                new Actor(Actor.Kind.MEMBER, lin, "Lin", null, null),
                () -> in(() -> freezes.freeze(new Scope("mail", null), "Wrong prices")));
        assertThat(unread(lin)).isEmpty();
        assertThat(unread(viewer)).isEmpty();
        assertThat(unread(disabled)).isEmpty();
        assertThat(unread(elsewhere)).isEmpty();
        assertThat(unread(admin)).singleElement().satisfies(entry -> {
            assertThat(texts.sentence(entry, Locale.ENGLISH)).contains("Lin stopped sending", "Wrong prices");
            assertThat(entry.permission()).isEqualTo(Permission.OUTBOUND_MANAGE);
        });
        in(() -> {
            freezes.lift(freeze);
            return true;
        });
        assertThat(unread(lin)).extracting(Entry::kind).containsExactly("sending.resumed");
        assertThat(unread(admin)).hasSize(2);
    }

    @Test
    void whatIsMutedIsNotEvenInTheInbox() {
        run(() -> preferences.change(
                lin,
                List.of(new Preference("job.finished", true, MailChoice.NEVER, false)),
                DigestTime.of(8, "Europe/Berlin")));
        tellLin("job.finished", "job/1");
        tellLin("job.failed", "job/1");
        assertThat(unread(lin)).extracting(Entry::kind).containsExactly("job.failed");
        assertThat(in(() -> preferences.digestTime(lin))).isEqualTo(DigestTime.of(8, "Europe/Berlin"));
        assertThat(in(() -> preferences.list(lin)))
                .contains(
                        new Preference("job.finished", true, MailChoice.NEVER, false),
                        new Preference("job.failed", false, MailChoice.AT_ONCE, false));
        assertThat(in(() -> preferences.list(member("admin"))))
                .as("of another member")
                .contains(new Preference("job.finished", false, MailChoice.NEVER, false));
    }

    @Test
    void whatWasDoneCanBeTakenBackAndNothingElse() {
        tellLin("job.failed", "job/1");
        tellLin("job.failed", "job/2");
        tellLin("job.failed", "job/3");
        Entry first = unread(lin).get(2);
        run(() -> inbox.read(lin, first.id()));
        Instant all = in(() -> inbox.readAll(lin));
        assertThat(unread(lin)).isEmpty();
        run(() -> inbox.undo(lin, all.toString()));
        assertThat(unread(lin)).hasSize(2).doesNotContain(first);
        Instant away = in(() -> inbox.archive(lin, unread(lin).get(0).id()));
        assertThat(unread(lin)).hasSize(1);
        assertThat(page(lin, Tab.ARCHIVED)).hasSize(1);
        assertThat(page(lin, Tab.ALL)).hasSize(2);
        run(() -> inbox.undo(lin, away.toString()));
        assertThat(unread(lin)).hasSize(2);
        assertThat(page(lin, Tab.ARCHIVED)).isEmpty();
    }

    @Test
    void whatWasPutAwayComesUpAgainWhenItHappensAgain() {
        tellLin("job.failed", "job/1");
        run(() -> inbox.archive(lin, unread(lin).get(0).id()));
        tellLin("job.failed", "job/1");
        assertThat(unread(lin)).singleElement().satisfies(entry -> {
            assertThat(entry.archived()).isFalse();
            assertThat(entry.times()).isEqualTo(1);
        });
    }

    @Test
    void nobodyTouchesTheInboxOfAnother() {
        UUID wang = member("admin");
        tellLin("job.failed", "job/1");
        NotificationId his = unread(lin).get(0).id();
        assertThatThrownBy(() -> run(() -> inbox.read(wang, his))).hasMessage("notification_not_found");
        assertThatThrownBy(() -> run(() -> inbox.archive(wang, his))).hasMessage("notification_not_found");
        run(() -> inbox.readAll(wang));
        assertThat(unread(lin)).hasSize(1);
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        assertThat(CurrentWorkspace.call(other, () -> inbox.unread(lin))).isZero();
        assertThatThrownBy(() -> CurrentWorkspace.call(other, () -> inbox.read(lin, his)))
                .hasMessage("notification_not_found");
    }

    @Test
    void pagesShowEachEntryOnceNewestFirst() {
        for (int i = 0; i < 7; i++) {
            tellLin(i % 2 == 0 ? "job.failed" : "job.finished", "job/" + i);
        }
        List<Entry> seen = new ArrayList<>();
        String cursor = null;
        do {
            String from = cursor;
            Page<Entry> page = in(() -> inbox.page(lin, Tab.ALL, null, from, 3));
            seen.addAll(page.data());
            cursor = page.next();
        } while (cursor != null);
        assertThat(seen).hasSize(7).doesNotHaveDuplicates();
        assertThat(seen).isEqualTo(page(lin, Tab.ALL));
        assertThat(in(() -> inbox.page(lin, Tab.ALL, "job.finished", null, 10)).data())
                .hasSize(3);
        assertThat(in(() -> inbox.kinds(lin))).containsExactly("job.failed", "job.finished");
    }

    @Test
    void whoInvitedIsToldWhoJoinedAndAMemberThatHisRoleIsAnother() {
        UUID owner = member("owner");
        String code = in(() -> invitations.invite("new-" + owner + "@example.com", Role.VIEWER, owner, EVERYTHING));
        UUID joined = invitations.accept(code, "Wang Fang", "seven quiet herons", "::1");
        assertThat(unread(owner))
                .singleElement()
                .satisfies(entry -> assertThat(texts.sentence(entry, Locale.ENGLISH))
                        .startsWith("Wang Fang accepted your invitation"));
        assertThat(unread(joined)).as("he is new here and knows it").isEmpty();
        run(() -> members.changeRole(joined, Role.ANALYST, EVERYTHING));
        assertThat(unread(joined)).extracting(Entry::kind).containsExactly("role.changed");
        WorkspaceId second = TestWorkspaces.create(jdbc, transactions, ids);
        UUID boss = TestWorkspaces.join(jdbc, transactions, ids, second, "owner");
        String again = CurrentWorkspace.call(
                second, () -> invitations.invite("new-" + owner + "@example.com", Role.CONTENT, boss, EVERYTHING));
        invitations.accept(again, "", "seven quiet herons", "::1");
        assertThat(CurrentWorkspace.call(second, () -> inbox.page(joined, Tab.UNREAD, null, null, 10))
                        .data())
                .extracting(Entry::kind)
                .containsExactly("workspace.shared");
    }

    @Test
    void theOwnerOfATokenIsToldTwiceBeforeItEndsAndOnceThatNobodyUsesIt() {
        token("ends in ten days", Duration.ofDays(10));
        token("ends in a month", Duration.ofDays(30));
        tokenNotices.look();
        tokenNotices.look();
        assertThat(unread(lin)).singleElement().satisfies(entry -> {
            assertThat(entry.times()).isEqualTo(1);
            assertThat(texts.sentence(entry, CHINESE)).contains("「ends in ten days」");
        });
        run(() -> jdbc.sql("update core.api_token set expires_at = now() + interval '2 days'"
                        + " where name = 'ends in ten days'")
                .update());
        tokenNotices.look();
        tokenNotices.look();
        assertThat(unread(lin)).extracting(Entry::kind).containsExactly("token.expiring", "token.expiring");
        run(() -> jdbc.sql("update core.api_token set created_at = now() - interval '91 days',"
                        + " last_used_at = now() - interval '91 days' where name = 'ends in a month'")
                .update());
        tokenNotices.look();
        tokenNotices.look();
        assertThat(unread(lin)).hasSize(3);
        assertThat(unread(lin).get(0).kind()).isEqualTo("token.unused");
        run(() -> jdbc.sql("update core.api_token set revoked_at = now()").update());
        run(() -> inbox.readAll(lin));
        tokenNotices.look();
        assertThat(unread(lin)).isEmpty();
    }

    @Test
    void whatNeedsADecisionIsToldToThoseWhoManageSending() {
        publish(new DeliveryUncertain("mail", "invitation"));
        publish(new DeliveryUncertain("mail", "invitation"));
        publish(new EndpointDisabled(new EndpointId(ids.next()), "crm.example", "failing"));
        assertThat(unread(lin)).extracting(Entry::kind).containsExactly("endpoint.disabled", "delivery.uncertain");
        assertThat(unread(lin).get(1).times()).isEqualTo(2);
        assertThat(unread(lin).get(1).link()).isEqualTo("/outbound?where=mail&state=uncertain");
        assertThat(texts.sentence(unread(lin).get(0), Locale.ENGLISH)).contains("crm.example");
    }

    @Test
    void everyKindAndReasonHasItsTextsInBothLanguages() {
        for (NotificationKind kind : new PlatformKinds().kinds()) {
            for (Locale language : List.of(Locale.ENGLISH, CHINESE)) {
                var notice = new Notice(kind.key(), "x", List.of("one", "two", "three"), "/");
                assertThat(texts.kind(kind.key(), language)).isNotEqualTo(kind.key());
                assertThat(texts.sentence(notice, language))
                        .isNotEqualTo("one two three")
                        .doesNotContain("{", "''");
            }
        }
        for (Reason reason : Reason.values()) {
            assertThat(texts.reason(reason, null, Locale.ENGLISH)).startsWith("because");
            assertThat(texts.reason(reason, null, CHINESE)).isNotBlank();
        }
        assertThat(texts.sentence(new Notice("job.failed", "x", List.of(Notice.name("#1"), "f"), "/"), Locale.ENGLISH))
                .isEqualTo("#1 failed: f");
    }

    @Test
    void whatIsOlderThanNinetyDaysIsForgotten() {
        tellLin("job.failed", "job/1");
        tellLin("job.failed", "job/2");
        run(() -> jdbc.sql(
                        "update core.notification set happened_at = now() - interval '91 days' where object = 'job/1'")
                .update());
        retention.forget();
        assertThat(page(lin, Tab.ALL)).hasSize(1);
    }

    private void token(String name, Duration lifetime) {
        var scopes = Set.of(Permission.EVENT_READ);
        run(() -> tokens.create(lin, scopes, name, scopes, lifetime));
    }

    private void publish(Object fact) {
        run(() -> events.publishEvent(fact));
    }

    private void tellLin(String kind, String object) {
        run(() -> notifications.tell(notice(kind, object), Audience.member(lin, Reason.STARTED)));
    }

    private static Notice notice(String kind, String object) {
        return new Notice(kind, object, List.of("Import", "orders.csv"), "/jobs/1");
    }

    private UUID member(String role) {
        return TestWorkspaces.join(jdbc, transactions, ids, workspace, role);
    }

    private List<Entry> unread(UUID member) {
        return page(member, Tab.UNREAD);
    }

    private List<Entry> page(UUID member, Tab tab) {
        return in(() -> inbox.page(member, tab, null, null, 100)).data();
    }

    private void run(Runnable work) {
        in(() -> {
            transactions.executeWithoutResult(status -> work.run());
            return true;
        });
    }

    private <T> T in(Supplier<T> work) {
        return Objects.requireNonNull(CurrentWorkspace.call(workspace, work));
    }
}
