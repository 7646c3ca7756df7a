package io.opsdeck.analytics.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.testing.AnalyticsApplication;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(classes = AnalyticsApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class QuarantineWatchTest {

    private static final int MANY = 6;

    @Autowired
    EventIntake intake;

    @Autowired
    EventSources sources;

    @Autowired
    Webhooks webhooks;

    @Autowired
    Notifications notifications;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Autowired
    JsonMapper json;

    private WorkspaceId workspace = new WorkspaceId(new java.util.UUID(0, 9));
    private String key = "";
    private String source = "";

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        var made = CurrentWorkspace.call(
                workspace, () -> sources.create("Shop", EventSources.Kind.WEB, LocalDate.of(1990, 1, 1)));
        key = made.writeKey();
        source = made.id().toString();
        CurrentWorkspace.call(
                workspace, () -> transactions.execute(status -> jdbc.sql("""
                        insert into core.webhook_endpoint (id, workspace_id, url, description, types, personal, created_at)
                        values (gen_random_uuid(), core.current_workspace(), 'https://203.0.113.1/', '',
                          '{quarantine.grew}', false, now())
                        """).update()));
    }

    @Test
    void growthIsToldOncePerSourceAndTenMinutesWithHowMuchItWas() throws Exception {
        Instant now = Instant.now();
        watch(now).run();
        assertThat(told()).isEmpty();
        sendBad(3);
        runAtOnce(now);
        sendBad(2);
        runAtOnce(now.plus(Duration.ofMinutes(9)));
        assertThat(told()).extracting(data -> data.path("count").asInt()).containsExactly(3);
        runAtOnce(now.plus(Duration.ofMinutes(11)));
        runAtOnce(now.plus(Duration.ofMinutes(22)));
        assertThat(told()).extracting(data -> data.path("count").asInt()).containsExactly(3, 2);
        assertThat(told()).extracting(data -> data.path("source").asString()).containsOnly(source);
        assertThat(told().get(0).has("since")).isFalse();
        assertThat(told().get(1).has("since")).isTrue();
    }

    @Test
    void whoManagesSourcesFindsItInTheInboxOnceForASource() throws Exception {
        TestWorkspaces.join(jdbc, transactions, ids, workspace, "operator");
        TestWorkspaces.join(jdbc, transactions, ids, workspace, "viewer");
        sendBad(3);
        runAtOnce(Instant.now());
        assertThat(noticed()).containsExactly("3 Shop");
        sendBad(2);
        runAtOnce(Instant.now().plus(Duration.ofMinutes(11)));
        assertThat(noticed()).containsExactly("2 Shop");
    }

    private List<String> noticed() {
        return CurrentWorkspace.call(
                workspace,
                () -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql(
                                "select array_to_string(arguments, ' ') from core.notification where kind = 'quarantine.grew'")
                        .query(String.class)
                        .list())));
    }

    /** As on several nodes. */
    private void runAtOnce(Instant at) throws Exception {
        var nodes = Executors.newFixedThreadPool(MANY);
        try {
            List<Future<?>> runs = java.util.stream.Stream.generate(() -> watch(at))
                    .limit(MANY)
                    .<Future<?>>map(watch -> nodes.submit(watch::run))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            nodes.shutdown();
        }
    }

    private QuarantineWatch watch(Instant at) {
        return new QuarantineWatch(webhooks, notifications, jdbc, transactions, Clock.fixed(at, ZoneOffset.UTC));
    }

    private void sendBad(int count) {
        String bad = "{\"type\":\"track\",\"userId\":\"u\"}";
        String body = "{\"batch\":[" + String.join(",", java.util.Collections.nCopies(count, bad)) + "]}";
        Receipt receipt = intake.receive(new TrackingCall(
                TrackingCall.Kind.ofPath("batch").orElseThrow(),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                false,
                "Bearer " + key));
        assertThat(receipt.quarantined()).isEqualTo(count);
    }

    private List<JsonNode> told() {
        return CurrentWorkspace.call(
                workspace,
                () -> Objects.requireNonNull(transactions.execute(status ->
                        jdbc
                                .sql("select thin from core.webhook_message order by id")
                                .query(String.class)
                                .list()
                                .stream()
                                .map(text -> json.readTree(text).path("data"))
                                .toList())));
    }
}
