package io.opsdeck.core.webhook;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.http.OutboundHttp;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.PlanDelivery;
import io.opsdeck.core.outbound.Purpose;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.webhook.EndpointBook.Disabled;
import io.opsdeck.core.webhook.WebhookChannel.Reference;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The endpoints of the current workspace, and what is told to them. Deliveries are those of {@link Outbound} with the
 * kind {@value #KIND} and the endpoint's id as lane.
 */
@Service
@Transactional(readOnly = true)
public class Webhooks {

    public static final String KIND = WebhookChannel.KIND;

    /** The type of the message by which members try an endpoint. */
    public static final String PING = "ping";

    private static final int MOST_HOURS_OF_TWO_SECRETS = 24;
    private static final String SELECT = """
            select id, url, description, types, personal, contact, enabled, disabled_reason, disabled_at, failing_since,
              created_at, (select max(expires_at) from core.webhook_secret s
                where s.endpoint_id = e.id and s.expires_at > now())
            from core.webhook_endpoint e
            """;

    private final OutboundHttp http;
    private final Outbound outbound;
    private final EndpointBook book;
    private final Vault vault;
    private final ObjectProvider<WebhookTypes> types;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Ids ids;
    private final Clock clock;
    private final JsonMapper json;

    Webhooks(
            OutboundHttp http,
            Outbound outbound,
            EndpointBook book,
            Vault vault,
            ObjectProvider<WebhookTypes> types,
            AuditTrail audit,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Ids ids,
            Clock clock,
            JsonMapper json) {
        this.http = http;
        this.outbound = outbound;
        this.book = book;
        this.vault = vault;
        this.types = types;
        this.audit = audit;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
        this.json = json;
    }

    /**
     * An endpoint as it stands.
     *
     * @param disabledReason {@code switched_off}, {@code gone} or {@code failing}; the text is
     *     {@code webhook.disabled.<reason>}
     * @param failingSince the first failure since the last success
     * @param oldSecretUntil until when messages are signed with the secret before the last as well, or null
     */
    public record EndpointView(
            EndpointId id,
            EndpointSettings settings,
            boolean enabled,
            @Nullable String disabledReason,
            @Nullable Instant disabledAt,
            @Nullable Instant failingSince,
            Instant createdAt,
            @Nullable Instant oldSecretUntil) {}

    /** A secret is shown once. */
    public record NewEndpoint(EndpointId id, String secret) {}

    /** Those that endpoints can subscribe to, by key. */
    public List<WebhookType> types() {
        return types.stream()
                .flatMap(each -> each.types().stream())
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList();
    }

    /** Oldest first. */
    public List<EndpointView> list() {
        return jdbc.sql(SELECT + " where removed_at is null order by id")
                .query(Webhooks::view)
                .list();
    }

    public EndpointView require(EndpointId id) {
        return jdbc.sql(SELECT + " where removed_at is null and id = ?")
                .param(id.id())
                .query(Webhooks::view)
                .optional()
                .orElseThrow(WebhookError.ENDPOINT_NOT_FOUND::exception);
    }

    /** Looks the host up before anything is written. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public NewEndpoint create(EndpointSettings settings) {
        check(settings);
        var id = new EndpointId(ids.next());
        return within(() -> {
            jdbc.sql("""
                            insert into core.webhook_endpoint (id, workspace_id, url, description, types, personal, contact,
                              created_at)
                            values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?)
                            """)
                    .param(id.id())
                    .param(settings.url())
                    .param(settings.description())
                    .param(settings.types().toArray(String[]::new))
                    .param(settings.personal())
                    .param(settings.contact())
                    .param(Timestamp.from(clock.instant()))
                    .update();
            String secret = newSecret(id);
            audit.record("webhook.created", "webhook", id.toString(), settings.url(), Map.of(), facts(settings));
            return new NewEndpoint(id, secret);
        });
    }

    /** Looks the host up before anything is written. */
    @Transactional(propagation = Propagation.SUPPORTS)
    public void change(EndpointId id, EndpointSettings settings) {
        check(settings);
        within(() -> {
            EndpointView before = require(id);
            jdbc.sql("""
                            update core.webhook_endpoint set url = ?, description = ?, types = ?, personal = ?, contact = ?
                            where id = ?
                            """)
                    .param(settings.url())
                    .param(settings.description())
                    .param(settings.types().toArray(String[]::new))
                    .param(settings.personal())
                    .param(settings.contact())
                    .param(id.id())
                    .update();
            audit.record(
                    "webhook.changed",
                    "webhook",
                    id.toString(),
                    settings.url(),
                    facts(before.settings()),
                    facts(settings));
            return true;
        });
    }

    /** What was planned meanwhile was skipped and can be resent. */
    @Transactional
    public void enable(EndpointId id) {
        EndpointView endpoint = require(id);
        int changed = jdbc.sql("""
                        update core.webhook_endpoint
                        set enabled = true, disabled_reason = null, disabled_at = null, failing_since = null
                        where id = ? and not enabled
                        """).param(id.id()).update();
        if (changed == 1) {
            audit.record(
                    "webhook.enabled",
                    "webhook",
                    id.toString(),
                    endpoint.settings().url(),
                    Map.of(),
                    Map.of());
        }
    }

    @Transactional
    public void disable(EndpointId id) {
        require(id);
        book.disable(id, Disabled.SWITCHED_OFF);
    }

    /** The list of its deliveries stays. */
    @Transactional
    public void remove(EndpointId id) {
        EndpointView endpoint = require(id);
        jdbc.sql("update core.webhook_endpoint set enabled = false, removed_at = ? where id = ?")
                .params(Timestamp.from(clock.instant()), id.id())
                .update();
        jdbc.sql("delete from core.webhook_secret where endpoint_id = ?")
                .param(id.id())
                .update();
        audit.record(
                "webhook.removed", "webhook", id.toString(), endpoint.settings().url(), Map.of(), Map.of());
    }

    /** Gives the endpoint a new secret; for 24 hours messages are signed with the one before as well. */
    @Transactional
    public String rotateSecret(EndpointId id) {
        EndpointView endpoint = require(id);
        jdbc.sql("delete from core.webhook_secret where endpoint_id = ? and expires_at is not null")
                .param(id.id())
                .update();
        jdbc.sql("update core.webhook_secret set expires_at = now() + make_interval(hours => ?) where endpoint_id = ?")
                .params(MOST_HOURS_OF_TWO_SECRETS, id.id())
                .update();
        String secret = newSecret(id);
        audit.record(
                "webhook.secret_rotated",
                "webhook",
                id.toString(),
                endpoint.settings().url(),
                Map.of(),
                Map.of());
        return secret;
    }

    private String newSecret(EndpointId id) {
        String secret = WebhookSecret.next().text();
        jdbc.sql("""
                        insert into core.webhook_secret (id, workspace_id, endpoint_id, sealed)
                        values (?, core.current_workspace(), ?, ?)
                        """)
                .params(ids.next(), id.id(), vault.seal(secret, id.toString()))
                .update();
        return secret;
    }

    /** Sends a message of the type {@value #PING}, also where the endpoint is switched off. */
    @Transactional
    public OutboundId ping(EndpointId id) {
        require(id);
        UUID message = write(new WebhookType(PING, Set.of()), Map.of("endpoint", id.toString()));
        return plan(id, message, PING, true);
    }

    /**
     * Tells the endpoints that subscribed to it what happened, when the caller's transaction has committed.
     *
     * @param type the key of one of {@link #types}
     * @param data ids and names of what changed; what says more of a person stands in fields that the type names
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void publish(String type, Map<String, ?> data) {
        WebhookType known = known(type, "/type");
        List<UUID> subscribed = jdbc.sql(
                        "select id from core.webhook_endpoint where enabled and removed_at is null and ? = any(types)")
                .param(type)
                .query(UUID.class)
                .list();
        if (subscribed.isEmpty()) {
            return;
        }
        UUID message = write(known, data);
        subscribed.forEach(endpoint -> plan(new EndpointId(endpoint), message, type, false));
    }

    /**
     * The workspaces in which an endpoint asks for one of {@code types}, so that facts of many workspaces need only be
     * gathered for those. Called as the system.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Set<WorkspaceId> subscribers(Collection<String> types) {
        return Set.copyOf(jdbc.sql("""
                        select distinct workspace_id from core.webhook_endpoint
                        where enabled and removed_at is null and types && ?::text[]
                        """)
                .param(types.toArray(String[]::new))
                .query((row, number) -> new WorkspaceId(row.getObject(1, UUID.class)))
                .list());
    }

    /** What a delivery carries: JSON, to the byte as it is sent; empty where it was forgotten after 30 days. */
    public String body(OutboundId delivery) {
        return jdbc.sql("""
                        select case when e.personal then coalesce(m.personal, m.thin) else m.thin end
                        from core.outbound o
                        join core.webhook_endpoint e on e.id = o.lane::uuid
                        join core.webhook_message m on m.id = (o.payload ->> 'message')::uuid
                        where o.id = ? and o.kind = ?
                        """)
                .params(delivery.id(), KIND)
                .query(String.class)
                .optional()
                .orElse("");
    }

    private UUID write(WebhookType type, Map<String, ?> data) {
        UUID id = ids.next();
        Map<String, Object> thin = new LinkedHashMap<>(data);
        thin.keySet().removeAll(type.personal());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        jdbc.sql("""
                        insert into core.webhook_message (id, workspace_id, type, thin, personal)
                        values (?, core.current_workspace(), ?, ?, ?)
                        """)
                .param(id)
                .param(type.key())
                .param(body(type, now, thin))
                .param(thin.size() == data.size() ? null : body(type, now, data))
                .update();
        return id;
    }

    private String body(WebhookType type, Instant at, Map<String, ?> data) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", type.key());
        body.put("timestamp", at.toString());
        body.put("data", data);
        return json.writeValueAsString(body);
    }

    private OutboundId plan(EndpointId endpoint, UUID message, String type, boolean test) {
        return outbound.plan(new PlanDelivery(
                KIND,
                endpoint.toString(),
                message + "/" + endpoint,
                Purpose.SERVICE,
                type,
                new Reference(message, test),
                null));
    }

    private void check(EndpointSettings settings) {
        settings.types().forEach(type -> known(type, "/types"));
        http.check(settings.url(), "/url");
    }

    private WebhookType known(String key, String pointer) {
        return types().stream()
                .filter(type -> type.key().equals(key))
                .findFirst()
                .orElseThrow(() -> WebhookError.WEBHOOK_TYPE_UNKNOWN.at(pointer, key));
    }

    private static Map<String, Object> facts(EndpointSettings settings) {
        return Map.of(
                "url", settings.url(),
                "description", settings.description(),
                "types", settings.types(),
                "personal", settings.personal());
    }

    private <T> T within(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    private static EndpointView view(ResultSet row, int number) throws SQLException {
        return new EndpointView(
                new EndpointId(row.getObject(1, UUID.class)),
                new EndpointSettings(
                        row.getString(2),
                        row.getString(3),
                        List.of((String[]) row.getArray(4).getArray()),
                        row.getBoolean(5),
                        row.getString(6)),
                row.getBoolean(7),
                row.getString(8),
                instant(row.getTimestamp(9)),
                instant(row.getTimestamp(10)),
                row.getTimestamp(11).toInstant(),
                instant(row.getTimestamp(12)));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
