package io.opsdeck.core.chat;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.http.HttpError;
import io.opsdeck.core.http.OutboundHttp;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.notification.NotificationKind;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.outbound.Lanes;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The robots of the current workspace. What they said are deliveries of {@link Outbound} with the kind {@value #KIND} and
 * the robot's id as lane.
 */
@Service
@Transactional(readOnly = true)
public class Robots {

    public static final String KIND = ChatChannel.KIND;

    private static final int LONGEST_SECRET = 200;
    private static final String SELECT = """
            select id, name, platform, kinds, for_members, daily_hour, host, sealed_secret is not null, enabled,
              last_at, coalesce(last_sent, false), coalesce(last_said, ''), created_at
            from core.chat_robot
            """;

    private final OutboundHttp http;
    private final Lanes lanes;
    private final Notifications notifications;
    private final Workspaces workspaces;
    private final RobotBook book;
    private final ChatPost post;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Ids ids;
    private final Clock clock;
    private final String baseUrl;

    Robots(
            OutboundHttp http,
            Lanes lanes,
            Notifications notifications,
            Workspaces workspaces,
            RobotBook book,
            ChatPost post,
            AuditTrail audit,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Ids ids,
            Clock clock,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.http = http;
        this.lanes = lanes;
        this.notifications = notifications;
        this.workspaces = workspaces;
        this.book = book;
        this.post = post;
        this.audit = audit;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
        this.baseUrl = baseUrl;
    }

    /**
     * A robot as it stands; its secrets are never read back.
     *
     * @param signs whether it has a secret to sign with
     * @param lastAt when it was last tried, or null
     * @param lastSaid what the platform answered then
     */
    public record RobotView(
            RobotId id,
            RobotSettings settings,
            String host,
            boolean signs,
            boolean enabled,
            @Nullable Instant lastAt,
            boolean lastSent,
            String lastSaid,
            Instant createdAt) {}

    /** Oldest first. */
    public List<RobotView> list() {
        return jdbc.sql(SELECT + " where removed_at is null order by id")
                .query(Robots::view)
                .list();
    }

    public RobotView require(RobotId id) {
        return jdbc.sql(SELECT + " where removed_at is null and id = ?")
                .param(id.id())
                .query(Robots::view)
                .optional()
                .orElseThrow(ChatError.ROBOT_NOT_FOUND::exception);
    }

    /**
     * Looks the host up, and so begins its own transaction afterwards.
     *
     * @param secret to sign with, or empty where the robot has none
     */
    @Transactional(propagation = Propagation.NEVER)
    public RobotId create(RobotSettings settings, String address, String secret) {
        check(settings);
        String url = check(settings.platform(), address);
        checkSecret(settings.platform(), secret);
        var id = new RobotId(ids.next());
        return within(() -> {
            jdbc.sql("""
                            insert into core.chat_robot (id, workspace_id, name, platform, kinds, for_members, daily_hour,
                              sealed_address, sealed_secret, host, created_at)
                            values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            """)
                    .param(id.id())
                    .param(settings.name())
                    .param(settings.platform().name())
                    .param(settings.kinds().toArray(String[]::new))
                    .param(settings.forMembers())
                    .param(settings.dailyHour())
                    .param(book.seal(id, url))
                    .param(sealed(id, secret))
                    .param(URI.create(url).getHost())
                    .param(Timestamp.from(clock.instant()))
                    .update();
            lanes.limit(KIND, id.toString(), settings.platform().perMinute());
            audit.record("robot.created", "robot", id.toString(), settings.name(), Map.of(), facts(settings));
            return id;
        });
    }

    /**
     * Looks the host up where the address is another one, and so begins its own transaction afterwards.
     *
     * @param address empty to keep the one there is
     * @param secret empty to keep the one there is
     */
    @Transactional(propagation = Propagation.NEVER)
    public void change(RobotId id, RobotSettings settings, String address, String secret) {
        check(settings);
        RobotView before = within(() -> require(id));
        if (before.settings().platform() != settings.platform()) {
            throw CoreError.INVALID_VALUE.at("/platform", settings.platform().key());
        }
        String url = address.isBlank() ? "" : check(settings.platform(), address);
        checkSecret(settings.platform(), secret);
        within(() -> {
            jdbc.sql("""
                            update core.chat_robot set name = ?, kinds = ?, for_members = ?, daily_hour = ?,
                              sealed_address = coalesce(?, sealed_address), host = coalesce(?, host),
                              sealed_secret = coalesce(?, sealed_secret)
                            where id = ? and removed_at is null
                            """)
                    .param(settings.name())
                    .param(settings.kinds().toArray(String[]::new))
                    .param(settings.forMembers())
                    .param(settings.dailyHour())
                    .param(url.isEmpty() ? null : book.seal(id, url))
                    .param(url.isEmpty() ? null : URI.create(url).getHost())
                    .param(sealed(id, secret))
                    .param(id.id())
                    .update();
            audit.record(
                    "robot.changed",
                    "robot",
                    id.toString(),
                    settings.name(),
                    facts(before.settings()),
                    facts(settings));
            return true;
        });
    }

    @Transactional
    public void enable(RobotId id) {
        turn(id, true, "robot.enabled");
    }

    /** What waited to be told is not told any more. */
    @Transactional
    public void disable(RobotId id) {
        turn(id, false, "robot.disabled");
        forgetLines(id);
    }

    private void turn(RobotId id, boolean on, String action) {
        RobotView robot = require(id);
        int changed = jdbc.sql("update core.chat_robot set enabled = ? where id = ? and enabled <> ?")
                .params(on, id.id(), on)
                .update();
        if (changed == 1) {
            audit.record(action, "robot", id.toString(), robot.settings().name(), Map.of(), Map.of());
        }
    }

    /** Its secrets are gone at once; the list of what it said stays. */
    @Transactional
    public void remove(RobotId id) {
        RobotView robot = require(id);
        jdbc.sql("""
                        update core.chat_robot set enabled = false, removed_at = ?, sealed_address = null,
                          sealed_secret = null
                        where id = ?
                        """).params(Timestamp.from(clock.instant()), id.id()).update();
        jdbc.sql("delete from core.chat_choice where robot_id = ?")
                .param(id.id())
                .update();
        forgetLines(id);
        audit.record("robot.removed", "robot", id.toString(), robot.settings().name(), Map.of(), Map.of());
    }

    private void forgetLines(RobotId id) {
        jdbc.sql("delete from core.chat_line where robot_id = ?").param(id.id()).update();
    }

    /** Lets it say something, also where it is switched off. */
    @Transactional
    public OutboundId test(RobotId id) {
        require(id);
        String language =
                workspaces.require(CurrentWorkspace.require()).settings().locale();
        String text = post.text("chat.test", Locale.forLanguageTag(language));
        return post.plan(id, List.of(new ChatMessage.Line(text, baseUrl + "/")), 0, "test/" + ids.next(), true);
    }

    /** Those by which members may be told, by name. */
    public List<RobotView> forMembers() {
        return jdbc.sql(SELECT + " where removed_at is null and enabled and for_members order by lower(name), id")
                .query(Robots::view)
                .list();
    }

    /** By which robot a member is told, if by any. */
    public Optional<RobotId> choice(UUID member) {
        return jdbc.sql("select robot_id from core.chat_choice where member_id = ?")
                .param(member)
                .query((row, number) -> new RobotId(row.getObject(1, UUID.class)))
                .optional();
    }

    /** @param robot one of {@link #forMembers}, or null for none */
    @Transactional
    public void choose(UUID member, @Nullable RobotId robot) {
        jdbc.sql("delete from core.chat_choice where member_id = ?")
                .param(member)
                .update();
        if (robot == null) {
            return;
        }
        if (forMembers().stream().noneMatch(each -> each.id().equals(robot))) {
            throw ChatError.ROBOT_NOT_FOUND.exception();
        }
        jdbc.sql("""
                        insert into core.chat_choice (workspace_id, member_id, robot_id)
                        values (core.current_workspace(), ?, ?)
                        on conflict (workspace_id, member_id) do update set robot_id = excluded.robot_id
                        """).params(member, robot.id()).update();
    }

    private void check(RobotSettings settings) {
        Set<String> known =
                notifications.kinds().stream().map(NotificationKind::key).collect(Collectors.toSet());
        settings.kinds().stream()
                .filter(kind -> !known.contains(kind))
                .findFirst()
                .ifPresent(kind -> {
                    throw CoreError.INVALID_VALUE.at("/kinds", kind);
                });
    }

    /** Nothing is posted elsewhere than to the platform, except where the installation names the host. */
    private String check(Platform platform, String typed) {
        String address = typed.strip();
        if (address.isEmpty()) {
            throw CoreError.REQUIRED.at("/address");
        }
        URI uri = read(address);
        if (platform.isHost(uri.getHost().toLowerCase(Locale.ROOT))) {
            String rest = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
            if (!platform.isRobot(rest)) {
                throw ChatError.ROBOT_ADDRESS_INCOMPLETE.at("/address", platform.example());
            }
        } else if (!http.isAllowedByName(uri)) {
            throw ChatError.ROBOT_ADDRESS_FOREIGN.at("/address", platform.example());
        }
        http.check(address, "/address");
        return address;
    }

    private static URI read(String address) {
        try {
            URI uri = new URI(address);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw HttpError.URL_INVALID.at("/address");
    }

    private static void checkSecret(Platform platform, String secret) {
        if (!secret.isBlank() && !platform.signs()) {
            throw CoreError.INVALID_VALUE.at("/secret", platform.key());
        }
        if (secret.length() > LONGEST_SECRET) {
            throw CoreError.TOO_LONG.at("/secret", LONGEST_SECRET);
        }
    }

    private byte @Nullable [] sealed(RobotId id, String secret) {
        return secret.isBlank() ? null : book.seal(id, secret.strip());
    }

    private static Map<String, Object> facts(RobotSettings settings) {
        return Map.of(
                "name", settings.name(),
                "platform", settings.platform().key(),
                "kinds", settings.kinds());
    }

    private <T> T within(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    private static RobotView view(ResultSet row, int number) throws SQLException {
        return new RobotView(
                new RobotId(row.getObject(1, UUID.class)),
                new RobotSettings(
                        row.getString(2),
                        Platform.valueOf(row.getString(3)),
                        List.of((String[]) row.getArray(4).getArray()),
                        row.getBoolean(5),
                        row.getObject(6, Integer.class)),
                row.getString(7),
                row.getBoolean(8),
                row.getBoolean(9),
                row.getTimestamp(10) == null ? null : row.getTimestamp(10).toInstant(),
                row.getBoolean(11),
                row.getString(12),
                row.getTimestamp(13).toInstant());
    }
}
