package io.opsdeck.core.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** Each invariant counts exactly what was broken behind the product's back. */
@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class InvariantsTest {

    @Autowired
    Invariants invariants;

    @Autowired
    InvariantMeters meters;

    @Autowired
    Installation installation;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Value("${opsdeck.database.url}")
    String url = "";

    @Value("${opsdeck.database.user}")
    String user = "";

    @Value("${opsdeck.database.password}")
    String password = "";

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    @Test
    void eachCanBeLookedAtAndNamesWhatWasBroken() throws Exception {
        Map<String, InvariantResult> before = look();
        assertThat(before.values()).noneMatch(InvariantResult::failed);
        UUID job = ids.next();
        UUID ended = ids.next();
        UUID delivery = ids.next();
        UUID sent = ids.next();
        UUID file = ids.next();
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        asOwner(
                "insert into core.job (id, workspace_id, kind, subject, state, parameters, actor_kind, actor_name, created_at,"
                        + " lease_until) values ('" + job + "', '" + workspace
                        + "', 'test', '', 'RUNNING', '{}', 'SYSTEM', 'x',"
                        + " now(), now() - interval '3 minutes')",
                "insert into core.job (id, workspace_id, kind, subject, state, parameters, actor_kind, actor_name, created_at)"
                        + " values ('" + ended + "', '" + workspace
                        + "', 'test', '', 'FAILED', '{}', 'SYSTEM', 'x', now())",
                outbound(delivery, "CLAIMED", "now() - interval '1 hour'", "now() - interval '3 minutes'", "null"),
                outbound(sent, "SENT", "now()", "null", "now()"),
                outbound(ids.next(), "PLANNED", "now() - interval '6 minutes'", "null", "null"),
                outbound(ids.next(), "PLANNED", "now() - interval '4 minutes'", "null", "null"),
                "insert into core.file values ('" + file + "', '" + workspace + "', 'a.csv', 9, '', now())",
                "insert into core.file_part values ('" + file + "', 0, '" + other + "', 'abc')",
                "insert into core.scheduled_tasks (task_name, task_instance, execution_time, picked, version)"
                        + " values ('nobody-knows-it', '" + job + "', now() - interval '11 minutes', false, 1)",
                "insert into core.audit_check values ('" + workspace + "', now(), 1, 'CHANGED', 2, null, 5)");

        Map<String, InvariantResult> after = look();

        assertThat(after.keySet())
                .filteredOn(key -> more(before, after, key) == 1)
                .containsExactlyInAnyOrder(
                        "job.lease",
                        "job.ended",
                        "outbound.lease",
                        "outbound.ended",
                        "outbound.overdue",
                        "file.whole",
                        "schedule.late",
                        "workspace.walls",
                        "workspace.owner",
                        "audit.chain");
        assertThat(sample(after, "job.ended")).isNotNull();
        assertThat(sample(after, "workspace.walls")).isEqualTo("core.file_part");
        assertThat(sample(after, "schedule.late")).isEqualTo("nobody-knows-it");

        asOwner("insert into core.outbound_freeze (id, workspace_id, reason, by_name, since) values ('" + ids.next()
                + "', '" + workspace + "', 'Wrong prices', 'Lin', now())");
        assertThat(more(before, look(), "outbound.overdue"))
                .as("while everything is held")
                .isZero();
        asOwner(
                "delete from core.scheduled_tasks where task_name = 'nobody-knows-it'",
                "delete from core.job where workspace_id = '" + workspace + "'",
                "delete from core.outbound where workspace_id = '" + workspace + "'",
                "delete from core.audit_check where workspace_id = '" + workspace + "'",
                "delete from core.file where id = '" + file + "'");
        assertThat(more(before, look(), "job.lease")).isZero();
    }

    @Test
    void resultsAreKeptAndMeasured() {
        look();
        var registry = new SimpleMeterRegistry();
        meters.bindTo(registry);
        meters.sample();
        assertThat(invariants.results()).hasSameSizeAs(invariants.all());
        assertThat(registry.get("opsdeck.invariant.violations")
                        .tag("invariant", "job.lease")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void whoCannotWaitForTheNightHasThemLookedAtNow() {
        var before = invariants.results();
        invariants.checkSoon();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        !invariants.results().isEmpty() && !invariants.results().equals(before));
    }

    @Test
    void theCommandSaysWhatHoldsAndWhatDoesNot() throws Exception {
        UUID job = ids.next();
        asOwner(
                "insert into core.job (id, workspace_id, kind, subject, state, parameters, actor_kind, actor_name, created_at)"
                        + " values ('" + job + "', '" + workspace
                        + "', 'test', '', 'FAILED', '{}', 'SYSTEM', 'x', now())");
        var settings = new MockEnvironment()
                .withProperty("opsdeck.database.url", url)
                .withProperty("opsdeck.database.user", user)
                .withProperty("opsdeck.database.password", password);
        var out = new ByteArrayOutputStream();

        boolean well = new CheckInvariantsCommand()
                .run(CommandLine.of(List.of()), settings, new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(well).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("holds  outbound.lease")
                .contains("BROKEN job.ended: 1 times, such as " + job);
        asOwner("delete from core.job where id = '" + job + "'");
    }

    @Test
    void theInstallationIsMeasured() {
        assertThat(installation.database().bytes()).isPositive();
        assertThat(installation.largestTables()).isNotEmpty().allMatch(table -> table.bytes() >= 0);
        assertThat(installation.chains().chains()).isNotNegative();
        assertThat(installation.jobs()).isNotNull();
        assertThat(installation.deliveries()).isNotNull();
        assertThat(installation.slowJobs()).isNotNull();
    }

    private String outbound(UUID id, String state, String due, String lease, String end) {
        return "insert into core.outbound (id, workspace_id, kind, lane, key, purpose, subject, payload, state, due_at,"
                + " lease_until, ended_at) values ('" + id + "', '" + workspace + "', 'nobody', 'x', '" + id
                + "', 'SERVICE', '', '{}', '" + state + "', " + due + ", " + lease + ", " + end + ")";
    }

    private Map<String, InvariantResult> look() {
        return invariants.check().stream().collect(Collectors.toMap(InvariantResult::key, Function.identity()));
    }

    private static long more(Map<String, InvariantResult> before, Map<String, InvariantResult> after, String key) {
        return count(after, key) - count(before, key);
    }

    private static long count(Map<String, InvariantResult> results, String key) {
        Long violations = Objects.requireNonNull(results.get(key)).violations();
        return Objects.requireNonNull(violations, key);
    }

    private static Object sample(Map<String, InvariantResult> results, String key) {
        return Objects.requireNonNull(Objects.requireNonNull(results.get(key)).sample());
    }

    private void asOwner(String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
