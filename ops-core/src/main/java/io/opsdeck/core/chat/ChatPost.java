package io.opsdeck.core.chat;

import io.opsdeck.core.chat.ChatChannel.Spoken;
import io.opsdeck.core.chat.ChatMessage.Line;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.PlanDelivery;
import io.opsdeck.core.outbound.Purpose;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes messages of the lines that are due. While one of a robot waits to leave there is no second one: what comes in a
 * burst is one message and then, at the robot's pace, another one with all the rest.
 */
@Component
class ChatPost {

    private static final int MOST_LINES = 30;
    private static final int LONGEST_SUBJECT = 120;

    private final Outbound outbound;
    private final Workspaces workspaces;
    private final MessageSource messages;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final String baseUrl;

    ChatPost(
            Outbound outbound,
            Workspaces workspaces,
            MessageSource messages,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Clock clock,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.outbound = outbound;
        this.workspaces = workspaces;
        this.messages = messages;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
        this.baseUrl = baseUrl;
    }

    private record Due(WorkspaceId workspace, RobotId robot) {}

    private record Waiting(UUID id, Line line) {}

    void send() {
        Instant now = clock.instant();
        due(now).forEach(each -> CurrentWorkspace.run(
                each.workspace(), () -> transactions.executeWithoutResult(status -> send(each.robot(), now))));
    }

    private List<Due> due(Instant now) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql(
                        "select distinct workspace_id, robot_id from core.chat_line where due_at <= ? order by 1, 2")
                .param(Timestamp.from(now))
                .query((row, number) -> new Due(
                        new WorkspaceId(row.getObject(1, UUID.class)), new RobotId(row.getObject(2, UUID.class))))
                .list())));
    }

    /** In the robot's workspace. The lock on the robot lets one message be made at a time. */
    private void send(RobotId robot, Instant now) {
        jdbc.sql("select id from core.chat_robot where id = ? for update")
                .param(robot.id())
                .query(UUID.class)
                .list();
        if (isBusy(robot)) {
            return;
        }
        List<Waiting> waiting = jdbc
                .sql("delete from core.chat_line where robot_id = ? and due_at <= ?" + " returning id, text, link")
                .params(robot.id(), Timestamp.from(now))
                .query((row, number) ->
                        new Waiting(row.getObject(1, UUID.class), new Line(row.getString(2), row.getString(3))))
                .list()
                .stream()
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
        if (!waiting.isEmpty()) {
            plan(robot, waiting);
        }
    }

    private boolean isBusy(RobotId robot) {
        return jdbc.sql("""
                        select exists (select from core.outbound where kind = ? and lane = ?
                          and state in ('PLANNED', 'CLAIMED', 'ATTEMPTING', 'DEFERRED'))
                        """)
                .params(ChatChannel.KIND, robot.toString())
                .query(Boolean.class)
                .single();
    }

    private void plan(RobotId robot, List<Waiting> waiting) {
        List<Line> lines = waiting.stream().map(Waiting::line).limit(MOST_LINES).toList();
        UUID last = waiting.get(waiting.size() - 1).id();
        plan(robot, lines, waiting.size() - lines.size(), "line/" + last, false);
    }

    /** Within a transaction of the robot's workspace. */
    io.opsdeck.core.outbound.OutboundId plan(RobotId robot, List<Line> lines, int more, String key, boolean test) {
        WorkspaceSettings settings =
                workspaces.require(CurrentWorkspace.require()).settings();
        Locale language = Locale.forLanguageTag(settings.locale());
        String title = "Opsdeck · " + settings.name();
        var message = new ChatMessage(
                settings.locale(), title, lines, more, text("chat.more", language), baseUrl + "/inbox?tab=all");
        String first = lines.get(0).text();
        return outbound.plan(new PlanDelivery(
                ChatChannel.KIND,
                robot.toString(),
                key,
                Purpose.SERVICE,
                first.length() > LONGEST_SUBJECT ? first.substring(0, LONGEST_SUBJECT) : first,
                new Spoken(message, test),
                null));
    }

    /** Without arguments, so that {@code {0}} stays for whoever knows the number. */
    String text(String key, Locale language) {
        return String.valueOf(messages.getMessage(key, null, key, language));
    }
}
