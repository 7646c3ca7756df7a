package io.opsdeck.core.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpServer;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.Outbound.AttemptView;
import io.opsdeck.core.outbound.Outbound.DeliveryFilter;
import io.opsdeck.core.outbound.Outbound.DeliveryView;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.outbound.OutboundState;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.webhook.Webhooks.EndpointView;
import io.opsdeck.core.webhook.Webhooks.NewEndpoint;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@OutboundRig
class WebhooksTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    Webhooks webhooks;

    @Autowired
    WebhookRetention retention;

    @Autowired
    Outbound outbound;

    @Autowired
    Invitations invitations;

    @Autowired
    AuditTrail audit;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    private WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    private final Sink sink = new Sink();

    /** Remembers each request before it answers. */
    private static final class Sink {

        final List<Request> requests = new CopyOnWriteArrayList<>();
        final Map<String, List<Integer>> answers = new ConcurrentHashMap<>();
        final Map<String, String> headers = new ConcurrentHashMap<>();
        final HttpServer server;

        record Request(String path, Map<String, List<String>> headers, String body) {

            String id() {
                return Objects.requireNonNull(headers.get("Webhook-id")).get(0);
            }
        }

        Sink() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/", exchange -> {
                String path = exchange.getRequestURI().getPath();
                byte[] body = exchange.getRequestBody().readAllBytes();
                requests.add(new Request(
                        path, Map.copyOf(exchange.getRequestHeaders()), new String(body, StandardCharsets.UTF_8)));
                List<Integer> planned = answers.getOrDefault(path, List.of());
                int number = (int) requests.stream()
                        .filter(each -> each.path().equals(path))
                        .count();
                int status = planned.isEmpty() ? 200 : planned.get(Math.min(number, planned.size()) - 1);
                headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
                byte[] text = ("status " + status).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, text.length);
                exchange.getResponseBody().write(text);
                exchange.close();
            });
            server.start();
        }

        String at(String path) {
            return "http://127.0.0.1:" + server.getAddress().getPort() + path;
        }

        List<Request> at(String path, int count) {
            await().atMost(LONG).until(() -> to(path).size() >= count);
            return to(path);
        }

        List<Request> to(String path) {
            return requests.stream().filter(each -> each.path().equals(path)).toList();
        }
    }

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    @AfterEach
    void close() {
        sink.server.stop(0);
    }

    @Test
    void aMessageIsSignedSoThatTheReferenceLibraryVerifiesIt() throws Exception {
        NewEndpoint endpoint = create("/hook", true, "profile.created");
        publish("profile.created", Map.of("id", "p1", "traits", Map.of("name", "王小明")));
        Sink.Request request = sink.at("/hook", 1).get(0);
        var reference = new Webhook(endpoint.secret());
        assertThatCode(() -> reference.verify(request.body(), request.headers()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> reference.verify(request.body().replace("p1", "p2"), request.headers()))
                .isInstanceOf(WebhookVerificationException.class);
        assertThat(endpoint.secret()).startsWith("whsec_");
        assertThat(JSON.readTree(request.body()).path("type").asString()).isEqualTo("profile.created");
        assertThat(JSON.readTree(request.body()).path("timestamp").asString()).endsWith("Z");
        assertThat(JSON.readTree(request.body()).path("data").path("id").asString())
                .isEqualTo("p1");
        assertThat(request.headers().get("Content-type")).containsExactly("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "profile.created",
                "profile.merged",
                "import.finished",
                "export.ready",
                "quarantine.grew",
                "member.invited"
            })
    void theReferenceLibraryVerifiesEveryTypeThatIsSent(String type) throws Exception {
        assertThat(in(() -> webhooks.types()))
                .extracting(WebhookType::key)
                .contains(type)
                .hasSize(6);
        NewEndpoint endpoint = create("/hook", false, type);
        publish(type, Map.of("ids", List.of("01900000-0000-7000-8000-000000000001"), "count", 1));
        Sink.Request request = sink.at("/hook", 1).get(0);
        assertThatCode(() -> new Webhook(endpoint.secret()).verify(request.body(), request.headers()))
                .doesNotThrowAnyException();
        assertThat(JSON.readTree(request.body()).path("type").asString()).isEqualTo(type);
        assertThat(JSON.readTree(request.body()).at("/data/count").asInt()).isEqualTo(1);
    }

    /** WH-7: who did not ask for data about persons gets ids. */
    @Test
    void messagesAreThinUnlessTheEndpointAskedForPersonalData() {
        create("/thin", false, "profile.created");
        create("/full", true, "profile.created");
        create("/other", true, "import.finished");
        publish("profile.created", Map.of("id", "p1", "traits", Map.of("email", "a@example.com")));
        assertThat(sink.at("/thin", 1).get(0).body()).contains("p1").doesNotContain("example.com");
        assertThat(sink.at("/full", 1).get(0).body()).contains("p1", "a@example.com");
        assertThat(sink.to("/thin").get(0).id())
                .isEqualTo(sink.to("/full").get(0).id());
        assertThat(sink.to("/other")).isEmpty();
    }

    @Test
    void anEventOfATransactionThatRollsBackIsNotTold() {
        create("/hook", false, "import.finished");
        in(() -> transactions.execute(status -> {
            webhooks.publish("import.finished", Map.of("id", "lost"));
            status.setRollbackOnly();
            return true;
        }));
        publish("import.finished", Map.of("id", "kept"));
        assertThat(sink.at("/hook", 1))
                .singleElement()
                .satisfies(request -> assertThat(request.body()).contains("kept"));
    }

    /** WH-1. */
    @Test
    void eachAttemptHasTheSameIdAndAFreshSignature() throws Exception {
        sink.answers.put("/hook", List.of(500, 500, 500, 200));
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        publish("import.finished", Map.of("id", "i1"));
        for (int attempt = 1; attempt < 4; attempt++) {
            sink.at("/hook", attempt);
            DeliveryView waiting = awaitTries(endpoint, attempt);
            assertThat(waiting.state()).isEqualTo(OutboundState.DEFERRED);
            assertThat(waiting.reason()).isEqualTo("answered_5xx");
            hurry(endpoint);
        }
        List<Sink.Request> requests = sink.at("/hook", 4);
        DeliveryView sent = awaitState(endpoint, OutboundState.SENT);
        assertThat(sent.tries()).isEqualTo(4);
        assertThat(requests)
                .hasSize(4)
                .extracting(Sink.Request::id)
                .containsOnly(requests.get(0).id());
        assertThat(requests)
                .extracting(Sink.Request::body)
                .containsOnly(requests.get(0).body());
        for (Sink.Request request : requests) {
            new Webhook(endpoint.secret()).verify(request.body(), request.headers());
        }
        List<AttemptView> attempts = in(() -> outbound.attempts(sent.id()));
        assertThat(attempts).hasSize(4);
        assertThat(attempts.get(0).request())
                .startsWith("POST http://127.0.0.1")
                .contains("webhook-id: ");
        assertThat(attempts.get(0).response()).startsWith("500");
        assertThat(attempts.get(0).body()).isEqualTo("status 500");
        assertThat(in(() -> webhooks.body(sent.id()))).isEqualTo(requests.get(0).body());
    }

    /** WH-6: while a secret is replaced, receivers with the old one and with the new one both verify. */
    @Test
    void duringARotationBothSecretsVerifyAndNeverAThird() throws Exception {
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        String second = in(() -> webhooks.rotateSecret(endpoint.id()));
        assertThat(require(endpoint).oldSecretUntil()).isNotNull();
        publish("import.finished", Map.of("id", "i1"));
        Sink.Request request = sink.at("/hook", 1).get(0);
        new Webhook(endpoint.secret()).verify(request.body(), request.headers());
        new Webhook(second).verify(request.body(), request.headers());
        String third = in(() -> webhooks.rotateSecret(endpoint.id()));
        publish("import.finished", Map.of("id", "i2"));
        Sink.Request later = sink.at("/hook", 2).get(1);
        new Webhook(second).verify(later.body(), later.headers());
        new Webhook(third).verify(later.body(), later.headers());
        assertThatThrownBy(() -> new Webhook(endpoint.secret()).verify(later.body(), later.headers()))
                .isInstanceOf(WebhookVerificationException.class);
        in(() -> transactions.execute(
                status -> jdbc.sql("update core.webhook_secret set expires_at = now() where expires_at is not null")
                        .update()));
        publish("import.finished", Map.of("id", "i3"));
        Sink.Request last = sink.at("/hook", 3).get(2);
        assertThatThrownBy(() -> new Webhook(second).verify(last.body(), last.headers()))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void secretsAreNotReadableInTheDatabase() {
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        byte[] sealed = in(() -> Objects.requireNonNull(
                transactions.execute(status -> jdbc.sql("select sealed from core.webhook_secret where endpoint_id = ?")
                        .param(endpoint.id().id())
                        .query(byte[].class)
                        .single())));
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1))
                .doesNotContain(endpoint.secret())
                .doesNotContain(endpoint.secret().substring(6));
    }

    /** WH-2: a redirect is a failure and nobody goes after it. */
    @Test
    void aRedirectToAnInnerAddressMakesNoSecondRequest() {
        sink.answers.put("/hook", List.of(301));
        sink.headers.put("Location", sink.at("/inner"));
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        publish("import.finished", Map.of("id", "i1"));
        assertThat(awaitTries(endpoint, 1).reason()).isEqualTo("answered_3xx");
        assertThat(sink.requests).hasSize(1);
    }

    @Test
    void anEndpointThatIsGoneIsSwitchedOffAndWhatWaitedIsSkipped() {
        sink.answers.put("/hook", List.of(500, 410));
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        publish("import.finished", Map.of("id", "i1"));
        awaitTries(endpoint, 1);
        publish("import.finished", Map.of("id", "i2"));
        await().atMost(LONG).until(() -> !require(endpoint).enabled());
        assertThat(require(endpoint).disabledReason()).isEqualTo("gone");
        hurry(endpoint);
        await().atMost(LONG)
                .until(() -> deliveries(endpoint).stream().anyMatch(each -> each.state() == OutboundState.SKIPPED));
        assertThat(sink.to("/hook")).hasSize(2);
        publish("import.finished", Map.of("id", "i3"));
        assertThat(deliveries(endpoint)).hasSize(2);
        assertThat(in(() -> audit.page("webhook.disabled", "", null, 5)).data()).hasSize(1);

        sink.answers.put("/hook", List.of(200));
        run(() -> webhooks.enable(endpoint.id()));
        int resent = in(() -> outbound.resend(
                Webhooks.KIND, endpoint.id().toString(), Instant.EPOCH, Instant.parse("2100-01-01T00:00:00Z")));
        assertThat(resent).isEqualTo(2);
        List<Sink.Request> again = sink.at("/hook", 4);
        assertThat(again.subList(2, 4))
                .extracting(Sink.Request::id)
                .contains(again.get(0).id(), again.get(1).id());
    }

    @Test
    void whoAsksToSlowDownIsLeftAloneAsLongAsHeSays() {
        sink.answers.put("/hook", List.of(429));
        sink.headers.put("Retry-After", "600");
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        publish("import.finished", Map.of("id", "i1"));
        DeliveryView delivery = awaitTries(endpoint, 1);
        assertThat(delivery.reason()).isEqualTo("slow_down");
        assertThat(delivery.dueAt()).isAfter(delivery.plannedAt().plusSeconds(590));
        publish("import.finished", Map.of("id", "i2"));
        in(() -> transactions.execute(status -> jdbc.sql("update core.outbound set due_at = now() where lane = ?")
                .param(endpoint.id().toString())
                .update()));
        await().during(Duration.ofMillis(1_500))
                .atMost(LONG)
                .until(() -> sink.to("/hook").size() == 1);
    }

    @Test
    void fiveDaysOfNothingButFailuresSwitchAnEndpointOff() {
        sink.answers.put("/hook", List.of(500));
        String contact = "wang-" + workspace + "@example.com";
        NewEndpoint endpoint = in(() -> webhooks.create(
                new EndpointSettings(sink.at("/hook"), "test", List.of("import.finished"), false, contact)));
        publish("import.finished", Map.of("id", "i1"));
        awaitTries(endpoint, 1);
        assertThat(require(endpoint).failingSince()).isNotNull();
        assertThat(require(endpoint).enabled()).isTrue();
        in(() -> transactions.execute(status -> jdbc.sql(
                        "update core.webhook_endpoint set failing_since = now() - interval '121 hours' where id = ?")
                .param(endpoint.id().id())
                .update()));
        hurry(endpoint);
        await().atMost(LONG).until(() -> !require(endpoint).enabled());
        assertThat(require(endpoint).disabledReason()).isEqualTo("failing");
        assertThat(noticesTo(contact)).isEqualTo(1);
    }

    @Test
    void afterTheLastAttemptTheDeliveryFailedAndTheContactIsTold() {
        sink.answers.put("/hook", List.of(500));
        String contact = "lin-" + workspace + "@example.com";
        NewEndpoint endpoint = in(() -> webhooks.create(
                new EndpointSettings(sink.at("/hook"), "test", List.of("import.finished"), false, contact)));
        publish("import.finished", Map.of("id", "i1"));
        awaitTries(endpoint, 1);
        in(() -> transactions.execute(status -> jdbc.sql("update core.outbound set tries = 9 where lane = ?")
                .param(endpoint.id().toString())
                .update()));
        hurry(endpoint);
        assertThat(awaitState(endpoint, OutboundState.FAILED).reason()).isEqualTo("tried_out");
        assertThat(noticesTo(contact)).isEqualTo(1);
        publish("import.finished", Map.of("id", "i2"));
        await().atMost(LONG).until(() -> deliveries(endpoint).get(0).state() == OutboundState.DEFERRED);
        in(() -> transactions.execute(
                status -> jdbc.sql("update core.outbound set tries = 9 where lane = ? and state = 'DEFERRED'")
                        .param(endpoint.id().toString())
                        .update()));
        hurry(endpoint);
        await().atMost(LONG).until(() -> deliveries(endpoint).get(0).state() == OutboundState.FAILED);
        assertThat(noticesTo(contact)).as("at most one a day").isEqualTo(1);
    }

    private long noticesTo(String contact) {
        return in(() -> outbound.page(new DeliveryFilter(SystemMail.KIND, null, null, null, null), null, 50))
                .data()
                .stream()
                .filter(each -> each.subject().equals(contact))
                .count();
    }

    @Test
    void aPingGoesToItsEndpointEvenWhenThatIsSwitchedOff() {
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        create("/other", false, "import.finished");
        run(() -> webhooks.disable(endpoint.id()));
        OutboundId ping = in(() -> webhooks.ping(endpoint.id()));
        assertThat(sink.at("/hook", 1).get(0).body()).contains("\"type\":\"ping\"");
        await().atMost(LONG).until(() -> in(() -> outbound.require(ping)).state() == OutboundState.SENT);
        assertThat(sink.to("/other")).isEmpty();
    }

    /** WH-4: one endpoint that does not answer keeps the others waiting for nothing. */
    @Test
    void aDeadEndpointDelaysNoOther() {
        create("/dead", false, "import.finished");
        sink.answers.put("/dead", List.of(503));
        create("/alive", false, "import.finished");
        for (int i = 0; i < 20; i++) {
            publish("import.finished", Map.of("id", "i" + i));
        }
        assertThat(sink.at("/alive", 20)).hasSize(20);
        assertThat(sink.to("/dead").size()).isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "https://10.0.0.1/hook",
                "https://[::ffff:127.0.0.2]:8443/",
                "https://[::1]/",
                "http://example.com/",
                "ftp://example.com/",
                "not a url"
            })
    void innerAndInsecureAddressesAreRefusedWhenSaved(String url) {
        assertThatThrownBy(() -> in(() -> webhooks.create(settings(url, false, "import.finished"))))
                .isInstanceOfSatisfying(
                        io.opsdeck.core.error.OpsdeckException.class,
                        e -> assertThat(e.pointer()).contains("/url"));
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        assertThatThrownBy(() -> run(() -> webhooks.change(endpoint.id(), settings(url, false, "import.finished"))))
                .isInstanceOf(io.opsdeck.core.error.OpsdeckException.class);
    }

    @Test
    void theSettingsOfAnEndpointAreChecked() {
        assertThatThrownBy(() -> settings(sink.at("/"), false)).hasMessageStartingWith("required");
        assertThatThrownBy(() -> new EndpointSettings(sink.at("/"), "", List.of("ping"), false, "nobody"))
                .hasMessageStartingWith("invalid_mail");
        assertThatThrownBy(() -> in(() -> webhooks.create(settings(sink.at("/"), false, "no.such"))))
                .hasMessageStartingWith("webhook_type_unknown");
        assertThatThrownBy(() -> in(() -> webhooks.require(EndpointId.of("7"))))
                .hasMessageStartingWith("endpoint_not_found");
        assertThat(in(() -> webhooks.types()))
                .extracting(WebhookType::key)
                .contains(
                        "profile.created",
                        "profile.merged",
                        "import.finished",
                        "export.ready",
                        "quarantine.grew",
                        "member.invited");
    }

    @Test
    void anEndpointIsChangedRemovedAndOfOneWorkspace() {
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        run(() -> webhooks.change(endpoint.id(), settings(sink.at("/moved"), false, "export.ready")));
        assertThat(require(endpoint).settings().types()).containsExactly("export.ready");
        publish("export.ready", Map.of("id", "e1"));
        sink.at("/moved", 1);
        WorkspaceId mine = workspace;
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        assertThat(in(() -> webhooks.list())).isEmpty();
        assertThatThrownBy(() -> run(() -> webhooks.remove(endpoint.id()))).hasMessage("endpoint_not_found");
        publish("export.ready", Map.of("id", "e2"));
        workspace = mine;
        run(() -> webhooks.remove(endpoint.id()));
        publish("export.ready", Map.of("id", "e3"));
        assertThat(in(() -> webhooks.list())).isEmpty();
        assertThat(deliveries(endpoint)).hasSize(1);
        assertThat(sink.to("/moved")).hasSize(1);
        assertThat(in(() -> audit.page("webhook.", "", null, 9)).data()).hasSize(3);
    }

    @Test
    void invitingAMemberIsTold() {
        create("/thin", false, "member.invited");
        create("/full", true, "member.invited");
        UUID owner = owner();
        in(() -> invitations.invite(
                "lin@example.com", Role.VIEWER, owner, new Authority(Role.OWNER, EnumSet.allOf(Permission.class))));
        assertThat(sink.at("/full", 1).get(0).body()).contains("lin@example.com", "\"role\":\"viewer\"");
        assertThat(sink.at("/thin", 1).get(0).body()).doesNotContain("lin@");
    }

    private UUID owner() {
        UUID id = ids.next();
        in(() -> transactions.execute(
                status -> jdbc.sql("""
                        insert into core.member (id, mail, name, password_hash, sessions_after, created_at)
                        values (?, ?, 'Owner', '-', now(), now())
                        """).params(id, id + "@example.com").update()));
        return id;
    }

    @Test
    void messagesAreForgottenAfterThirtyDaysUnlessTheyWait() {
        sink.answers.put("/hook", List.of(200, 500));
        NewEndpoint endpoint = create("/hook", false, "import.finished");
        publish("import.finished", Map.of("id", "i1"));
        awaitState(endpoint, OutboundState.SENT);
        publish("import.finished", Map.of("id", "i2"));
        awaitTries(endpoint, 1);
        await().atMost(LONG).until(() -> deliveries(endpoint).get(0).state() == OutboundState.DEFERRED);
        in(() -> transactions.execute(
                status -> jdbc.sql("update core.webhook_message set created_at = now() - interval '31 days'")
                        .update()));
        retention.forgetOldMessages();
        List<DeliveryView> newestFirst = deliveries(endpoint);
        assertThat(in(() -> webhooks.body(newestFirst.get(0).id()))).contains("i2");
        assertThat(in(() -> webhooks.body(newestFirst.get(1).id()))).isEmpty();
    }

    private NewEndpoint create(String path, boolean personal, String... types) {
        return in(() -> webhooks.create(settings(sink.at(path), personal, types)));
    }

    private static EndpointSettings settings(String url, boolean personal, String... types) {
        return new EndpointSettings(url, "test", List.of(types), personal, null);
    }

    private void publish(String type, Map<String, ?> data) {
        in(() -> transactions.execute(status -> {
            webhooks.publish(type, data);
            return true;
        }));
    }

    private EndpointView require(NewEndpoint endpoint) {
        return in(() -> webhooks.require(endpoint.id()));
    }

    private List<DeliveryView> deliveries(NewEndpoint endpoint) {
        var filter = new DeliveryFilter(Webhooks.KIND, endpoint.id().toString(), null, null, null);
        return in(() -> outbound.page(filter, null, 50)).data();
    }

    /** Lets what waits for its next attempt have it now, whatever the breaker of its lane says. */
    private void hurry(NewEndpoint endpoint) {
        in(() -> transactions.execute(status -> {
            jdbc.sql("update core.outbound set due_at = now() where lane = ? and state = 'DEFERRED'")
                    .param(endpoint.id().toString())
                    .update();
            return jdbc.sql("update core.outbound_lane set probe_at = least(probe_at, now()) where lane = ?")
                    .param(endpoint.id().toString())
                    .update();
        }));
    }

    private DeliveryView awaitTries(NewEndpoint endpoint, int tries) {
        await().atMost(LONG)
                .until(() -> deliveries(endpoint).stream()
                        .anyMatch(each -> each.tries() == tries && each.state() != OutboundState.ATTEMPTING));
        return deliveries(endpoint).get(0);
    }

    private DeliveryView awaitState(NewEndpoint endpoint, OutboundState state) {
        await().atMost(LONG).until(() -> deliveries(endpoint).stream().anyMatch(each -> each.state() == state));
        return deliveries(endpoint).get(0);
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }

    private void run(Runnable work) {
        CurrentWorkspace.run(workspace, work);
    }
}
