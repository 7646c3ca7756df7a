package io.opsdeck.core.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.chat.Robots.RobotView;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.notification.Audience;
import io.opsdeck.core.notification.MailChoice;
import io.opsdeck.core.notification.Notice;
import io.opsdeck.core.notification.NotificationPreferences;
import io.opsdeck.core.notification.NotificationPreferences.DigestTime;
import io.opsdeck.core.notification.NotificationPreferences.Preference;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.notification.Reason;
import io.opsdeck.core.outbound.Lanes;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.Outbound.DeliveryFilter;
import io.opsdeck.core.outbound.Outbound.DeliveryView;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.outbound.OutboundState;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class RobotsTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    @Autowired
    Robots robots;

    @Autowired
    ChatPost post;

    @Autowired
    Notifications notifications;

    @Autowired
    NotificationPreferences preferences;

    @Autowired
    Outbound outbound;

    @Autowired
    Lanes lanes;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    private final ChatSinks sinks = new ChatSinks();
    private WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    private UUID lin = new UUID(0, 0);

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        lin = TestWorkspaces.join(jdbc, transactions, ids, workspace, "operator");
    }

    @AfterEach
    void closeSinks() {
        sinks.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRobotOfEachPlatformTellsWhatItsGroupWants(Platform platform) {
        RobotId robot = robot(platform, secret(platform), "job.failed");
        tell("job.failed", "job/1", "订单 <b> & wang@example.com.csv");
        tell("job.finished", "job/2", "other.csv");
        await().atMost(LONG).until(() -> sinks.said(platform).contains("订单"));
        assertThat(sinks.said(platform))
                .contains("Opsdeck · W", "https://ops.example/jobs/1", "@example.com.csv")
                .doesNotContain("wang@example.com", "other.csv");
        await().atMost(LONG).until(() -> require(robot).lastSent());
        assertThat(lane(robot).perMinute()).isEqualTo(platform.perMinute());
    }

    @ParameterizedTest
    @EnumSource(names = {"FEISHU", "DINGTALK"})
    void aWrongSecretIsAFailureAlthoughTheAnswerIs200(Platform platform) {
        RobotId robot = robot(platform, "wrong");
        DeliveryView failed = awaitState(test(robot), OutboundState.FAILED);
        assertThat(failed.reason()).isEqualTo("chat_signature");
        assertThat(require(robot).lastSent()).isFalse();
        assertThat(require(robot).lastSaid()).contains("match");
        run(() -> jdbc.sql("update core.outbound_lane set breaker = 'CLOSED', failures_in_row = 0")
                .update());
        in(() -> {
            robots.change(robot, settings(platform), "", ChatSinks.SECRET);
            return true;
        });
        awaitState(test(robot), OutboundState.SENT);
        assertThat(sinks.said(platform)).contains("测试消息");
    }

    @Test
    void whoeverIsTooFastWaitsAndTriesAgain() {
        RobotId robot = robot(Platform.WECOM, "");
        Objects.requireNonNull(sinks.next.get(Platform.WECOM))
                .add("{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}");
        OutboundId message = test(robot);
        DeliveryView put = awaitState(message, OutboundState.DEFERRED);
        assertThat(put.reason()).isEqualTo("chat_too_fast");
        assertThat(put.dueAt()).isAfter(Instant.now().plusSeconds(30));
        assertThat(lane(robot).pausedUntil()).isAfter(Instant.now().plusSeconds(30));
        run(() -> {
            jdbc.sql("update core.outbound set due_at = now() where id = ?")
                    .param(message.id())
                    .update();
            jdbc.sql("update core.outbound_lane set paused_until = null").update();
        });
        awaitState(message, OutboundState.SENT);
        assertThat(sinks.taken.get(Platform.WECOM)).hasSize(1);
    }

    @Test
    void aBurstIsFewMessagesWithAllOfIt() {
        robot(Platform.SLACK, "", "job.failed");
        for (int i = 0; i < 25; i++) {
            tell("job.failed", "job/" + i, "file-" + i + ".csv");
        }
        List<CompletableFuture<Void>> all = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.runAsync(post::send))
                .toList();
        all.forEach(CompletableFuture::join);
        await().atMost(LONG)
                .until(() -> IntStream.range(0, 25)
                        .allMatch(i -> sinks.said(Platform.SLACK).contains("file-" + i + ".csv")));
        List<String> messages = Objects.requireNonNull(sinks.taken.get(Platform.SLACK));
        assertThat(messages).hasSizeLessThan(5);
        assertThat(String.join("", messages).split("file-7\\.csv", -1))
                .as("each once")
                .hasSize(2);
    }

    @Test
    void aMemberIsToldByTheRobotThatHeChose() {
        RobotId robot = robot(Platform.SLACK, "");
        run(() -> robots.choose(lin, robot));
        tell("job.failed", "job/1", "not wanted by robot.csv");
        run(() -> preferences.change(
                lin,
                List.of(new Preference("job.failed", false, MailChoice.NEVER, true)),
                DigestTime.of(9, "Asia/Shanghai")));
        tell("job.failed", "job/2", "wanted.csv");
        await().atMost(LONG).until(() -> sinks.said(Platform.SLACK).contains("wanted.csv"));
        assertThat(sinks.said(Platform.SLACK)).contains("Member: ").doesNotContain("not wanted");
        assertThat(in(() -> robots.choice(lin))).contains(robot);
        assertThatThrownBy(() -> run(() -> robots.choose(lin, new RobotId(ids.next()))))
                .hasMessage("robot_not_found");
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        assertThatThrownBy(() -> CurrentWorkspace.call(other, () -> robots.require(robot)))
                .hasMessage("robot_not_found");
    }

    @Test
    void aRobotThatIsOffSaysNothingButATest() {
        RobotId robot = robot(Platform.SLACK, "", "job.failed");
        run(() -> robots.disable(robot));
        tell("job.failed", "job/1", "unheard.csv");
        awaitState(test(robot), OutboundState.SENT);
        run(() -> robots.enable(robot));
        tell("job.failed", "job/2", "heard.csv");
        await().atMost(LONG).until(() -> sinks.said(Platform.SLACK).contains("heard.csv"));
        assertThat(sinks.said(Platform.SLACK)).doesNotContain("unheard.csv");
        run(() -> robots.remove(robot));
        assertThat(in(() -> robots.list())).isEmpty();
        assertThat(in(() -> outbound.page(new DeliveryFilter("chat", robot.toString(), null, null, null), null, 10))
                        .data())
                .as("what it said stays")
                .hasSize(2);
    }

    /** S-35: whoever reads the database or the pages cannot speak in the group. */
    @Test
    void addressAndSecretStandNowhere() {
        RobotId robot = robot(Platform.DINGTALK, ChatSinks.SECRET);
        OutboundId message = test(robot);
        awaitState(message, OutboundState.SENT);
        String rows = in(() ->
                transactions.execute(status -> jdbc.sql("""
                        select (select string_agg(row_to_json(r)::text, ' ') from core.chat_robot r)
                          || (select string_agg(row_to_json(o)::text, ' ') from core.outbound o)
                          || (select string_agg(row_to_json(t)::text, ' ') from core.outbound_attempt t)
                          || (select string_agg(row_to_json(a)::text, ' ') from core.audit_entry a)
                        """).query(String.class).single()));
        assertThat(rows).contains("127.0.0.1", "测试消息").doesNotContain(ChatSinks.TOKEN, ChatSinks.SECRET, "sign=");
        assertThat(require(robot).toString()).doesNotContain(ChatSinks.TOKEN, ChatSinks.SECRET);
    }

    @Test
    void nothingIsPostedElsewhereThanToThePlatform() {
        for (String foreign : List.of(
                "https://evil.example/open-apis/bot/v2/hook/x",
                "https://open.feishu.cn.evil.example/open-apis/bot/v2/hook/x",
                "https://oapi.dingtalk.com/robot/send?access_token=x")) {
            assertThatThrownBy(() -> create(Platform.FEISHU, foreign, ""))
                    .as(foreign)
                    .hasMessageContaining("robot_address_foreign");
        }
        assertThatThrownBy(() -> create(Platform.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/", ""))
                .hasMessageContaining("robot_address_incomplete");
        assertThatThrownBy(() -> create(Platform.FEISHU, "https://open.feishu.cn/", ""))
                .hasMessageContaining("robot_address_incomplete");
        for (String none : List.of("not an address", "https:///x", "x")) {
            assertThatThrownBy(() -> create(Platform.FEISHU, none, "")).hasMessageContaining("url_invalid");
        }
        assertThatThrownBy(() -> create(Platform.SLACK, sinks.address(Platform.SLACK), "secret"))
                .hasMessageContaining("invalid_value");
        assertThat(in(() -> robots.list())).isEmpty();
    }

    private static String secret(Platform platform) {
        return platform.signs() ? ChatSinks.SECRET : "";
    }

    private RobotId robot(Platform platform, String secret, String... kinds) {
        return in(() -> robots.create(settings(platform, kinds), sinks.address(platform), secret));
    }

    private RobotId create(Platform platform, String address, String secret) {
        return in(() -> robots.create(settings(platform), address, secret));
    }

    private static RobotSettings settings(Platform platform, String... kinds) {
        return new RobotSettings("运营群", platform, List.of(kinds), true, null);
    }

    private RobotView require(RobotId robot) {
        return in(() -> robots.require(robot));
    }

    private Lanes.LaneView lane(RobotId robot) {
        return in(() -> lanes.list("chat")).stream()
                .filter(lane -> lane.lane().equals(robot.toString()))
                .findFirst()
                .orElseThrow();
    }

    private OutboundId test(RobotId robot) {
        return in(() -> robots.test(robot));
    }

    private DeliveryView awaitState(OutboundId id, OutboundState state) {
        await().atMost(LONG).until(() -> in(() -> outbound.require(id)).state() == state);
        return in(() -> outbound.require(id));
    }

    private void tell(String kind, String object, String name) {
        run(() -> notifications.tell(
                new Notice(kind, object, List.of("导入", name), "/jobs/1"), Audience.member(lin, Reason.STARTED)));
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
