package io.opsdeck.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class IdempotentAnswersTest {

    private static final String SECRET = "opd_write_3kT";
    private static final KeptAnswer CREATED =
            new KeptAnswer(201, Map.of("Location", "/api/v1/sources/1"), "{\"writeKey\":\"" + SECRET + "\"}");

    @Value("${opsdeck.database.url}")
    String address;

    @Value("${opsdeck.database.user}")
    String login;

    @Value("${opsdeck.database.password}")
    String password;

    @Autowired
    IdempotentAnswers answers;

    @Autowired
    AnswerRetention retention;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    private WorkspaceId workspace = new WorkspaceId(new UUID(0, 0));
    private UUID actor = new UUID(0, 0);

    @BeforeEach
    void newWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        actor = ids.next();
    }

    @Test
    void anAnswerIsReadAgainAsItWas() {
        assertThat(claimAndKeep("k", "body")).isEmpty();

        assertThat(claim("k", "body")).contains(CREATED);
    }

    @Test
    void anotherActorWorkspaceOrRouteIsAnotherRequest() {
        claimAndKeep("k", "body");

        assertThat(within(workspace, ids.next(), () -> answers.claim(request("k", "POST /a", "body"))))
                .isEmpty();
        WorkspaceId other = TestWorkspaces.create(jdbc, transactions, ids);
        assertThat(within(other, actor, () -> answers.claim(request("k", "POST /a", "body"))))
                .isEmpty();
        assertThat(within(workspace, actor, () -> answers.claim(request("k", "POST /b", "body"))))
                .isEmpty();
    }

    @Test
    void theKeyOfAnotherRequestIsRefused() {
        claimAndKeep("k", "body");

        assertThatThrownBy(() -> claim("k", "other body")).satisfies(refused(IdempotencyError.IDEMPOTENCY_KEY_REUSED));
    }

    @Test
    void whoComesWhileTheFirstIsAtWorkIsToldAtOnce() throws Exception {
        var claimed = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> within(workspace, actor, () -> {
            answers.claim(request("k", "POST /a", "body"));
            claimed.countDown();
            await(go);
            answers.keep(request("k", "POST /a", "body"), CREATED);
            return true;
        }));
        await(claimed);

        assertThatThrownBy(() -> claim("k", "body")).satisfies(refused(IdempotencyError.IDEMPOTENCY_KEY_IN_USE));
        assertThat(claim("another", "body")).isEmpty();
        go.countDown();
        first.get(10, TimeUnit.SECONDS);
        assertThat(claim("k", "body")).contains(CREATED);
    }

    @Test
    void nothingIsLeftOfARequestWhoseConnectionDiesBeforeTheCommit() {
        assertThatThrownBy(() -> within(workspace, actor, () -> {
                    answers.claim(request("k", "POST /a", "body"));
                    jdbc.sql("update core.workspace set name = 'Half done' where id = core.current_workspace()")
                            .update();
                    answers.keep(request("k", "POST /a", "body"), CREATED);
                    kill(jdbc.sql("select pg_backend_pid()")
                            .query(Integer.class)
                            .single());
                    return true;
                }))
                .isInstanceOf(DataAccessResourceFailureException.class);

        assertThat(claim("k", "body")).isEmpty();
        assertThat(within(
                        workspace,
                        actor,
                        () -> jdbc.sql("select name from core.workspace where id = core.current_workspace()")
                                .query(String.class)
                                .single()))
                .isEqualTo("W");
    }

    private void kill(int backend) {
        try (Connection owner = DriverManager.getConnection(address, login, password);
                PreparedStatement end = owner.prepareStatement("select pg_terminate_backend(?, 10000)")) {
            end.setInt(1, backend);
            try (ResultSet ended = end.executeQuery()) {
                assertThat(ended.next() && ended.getBoolean(1)).isTrue();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatIsKeptCannotBeReadInTheDatabase() {
        claimAndKeep("k", "body");

        byte[] stored = within(
                workspace,
                actor,
                () -> jdbc.sql("select body from core.idempotent_answer")
                        .query(byte[].class)
                        .single());
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    }

    @Test
    void answersAreForgottenAfterSevenDays() {
        claimAndKeep("young", "body");
        claimAndKeep("old", "body");
        within(
                workspace,
                actor,
                () -> jdbc.sql("update core.idempotent_answer set created_at = now() - interval '7 days 1 minute'"
                                + " where key = 'old'")
                        .update());

        retention.forgetOldAnswers();

        assertThat(claim("young", "body")).isPresent();
        assertThat(claim("old", "body")).isEmpty();
    }

    @Test
    void keysAreReadQuotedAndBare() {
        assertThat(IdempotencyKey.of("\"8e03 a\"")).isEqualTo(new IdempotencyKey("8e03 a"));
        assertThat(IdempotencyKey.of(" 8e03 ")).isEqualTo(new IdempotencyKey("8e03"));
        assertThat(IdempotencyKey.of("\"a\\\"b\\\\c\"")).isEqualTo(new IdempotencyKey("a\"b\\c"));
        assertThat(IdempotencyKey.of("x".repeat(255)).text()).hasSize(255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\"", "a\tb", "schlüssel", "键", "a\u0000b"})
    void whatIsNoKeyIsRefused(String header) {
        assertThatThrownBy(() -> IdempotencyKey.of(header))
                .satisfies(refused(IdempotencyError.IDEMPOTENCY_KEY_INVALID));
    }

    @Test
    void aKeyIsNotLongerThan255Characters() {
        assertThatThrownBy(() -> IdempotencyKey.of("x".repeat(256)))
                .satisfies(refused(IdempotencyError.IDEMPOTENCY_KEY_INVALID));
    }

    private Optional<KeptAnswer> claimAndKeep(String key, String body) {
        return within(workspace, actor, () -> {
            Optional<KeptAnswer> before = answers.claim(request(key, "POST /a", body));
            answers.keep(request(key, "POST /a", body), CREATED);
            return before;
        });
    }

    private Optional<KeptAnswer> claim(String key, String body) {
        return within(workspace, actor, () -> answers.claim(request(key, "POST /a", body)));
    }

    private static KeyedRequest request(String key, String route, String body) {
        return new KeyedRequest(IdempotencyKey.of(key), route, Secrets.hash(body));
    }

    private <T> T within(WorkspaceId workspace, UUID actor, Supplier<T> work) {
        return Actor.call(
                new Actor(Actor.Kind.TOKEN, actor, "T", null, null),
                () -> CurrentWorkspace.call(
                        workspace, () -> Objects.requireNonNull(transactions.execute(status -> work.get()))));
    }

    private static Consumer<Throwable> refused(IdempotencyError code) {
        return failure -> assertThat(((OpsdeckException) failure).code()).isEqualTo(code);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
