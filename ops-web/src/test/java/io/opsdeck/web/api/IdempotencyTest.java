package io.opsdeck.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.idempotency.IdempotencyError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.method.HandlerMethod;

/** What a key is worth to a caller who does not know whether he was heard. */
class IdempotencyTest extends WebTest {

    private static final String SHOP = "{\"name\":\"Shop\",\"acceptFrom\":\"2020-01-01\"}";

    @Autowired
    IdempotentCalls calls;

    private Team team = new Team(new WorkspaceId(new UUID(0, 0)), new Team.Person(new UUID(0, 0), ""));
    private String token = "";

    @BeforeEach
    void newTeam() {
        team = team();
        token = token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
    }

    @Test
    void aRepeatedRequestIsAnsweredTheSameAndDoesNothing() {
        Answer first = post("/api/v1/sources", SHOP, "k");
        Answer second = post("/api/v1/sources", SHOP, "k");

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).contains("true");
        assertThat(second.body()).isEqualTo(first.body()).contains("writeKey");
        assertThat(second.location()).isEqualTo(first.location()).startsWith("/api/v1/sources/");
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(second.header("X-Request-Id")).isNotEqualTo(first.header("X-Request-Id"));
        assertThat(sources()).isEqualTo(1);
    }

    @Test
    void ofFiftyAtOnceOneActs() throws Exception {
        List<Answer> all = atOnce(50, () -> post("/api/v1/sources", SHOP, "k"));

        assertThat(all.stream().map(Answer::status)).containsOnly(201, 409).contains(201);
        List<Answer> created = all.stream().filter(each -> each.status() == 201).toList();
        assertThat(created.stream()
                        .filter(each -> each.header("Idempotency-Replayed").isEmpty()))
                .hasSize(1);
        assertThat(created.stream().map(Answer::body).collect(Collectors.toSet()))
                .hasSize(1);
        assertThat(all.stream().filter(each -> each.status() == 409))
                .allSatisfy(each -> assertThat(each.header("Retry-After")).contains("1"));
        assertThat(sources()).isEqualTo(1);
        assertThat(post("/api/v1/sources", SHOP, "k").body())
                .isEqualTo(created.get(0).body());
    }

    @Test
    void differentKeysAtOnceAllAct() throws Exception {
        var number = new AtomicInteger();

        List<Answer> all = atOnce(20, () -> post("/api/v1/sources", SHOP, "k" + number.incrementAndGet()));

        assertThat(all.stream().map(Answer::status)).containsOnly(201);
        assertThat(sources()).isEqualTo(20);
    }

    @Test
    void theSameKeyForAnotherBodyIsRefused() {
        post("/api/v1/sources", SHOP, "k");

        Answer other = post("/api/v1/sources", "{\"name\":\"Shop 2\",\"acceptFrom\":\"2020-01-01\"}", "k");

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.body()).contains("idempotency_key_reused");
        assertThat(sources()).isEqualTo(1);
    }

    @Test
    void theOrderOfFieldsIsNoDifference() {
        post("/api/v1/sources", SHOP, "k");

        Answer again = post("/api/v1/sources", " {\"acceptFrom\":\"2020-01-01\", \"name\":\"Shop\"}", "k");

        assertThat(again.header("Idempotency-Replayed")).contains("true");
    }

    @Test
    void quotedAndBareAreOneKey() {
        post("/api/v1/sources", SHOP, "8e03");

        assertThat(post("/api/v1/sources", SHOP, "\"8e03\"").header("Idempotency-Replayed"))
                .contains("true");
    }

    @Test
    void anotherTokenOrWorkspaceOrRouteIsAnotherRequest() {
        post("/api/v1/sources", SHOP, "k");
        Team others = team();

        Answer other = post(
                token(others.workspace(), others.owner(), EnumSet.allOf(Permission.class), null),
                "/api/v1/sources",
                SHOP,
                "k");
        Answer colleague = post(
                token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null),
                "/api/v1/sources",
                SHOP,
                "k");
        Answer workspace = post("/api/v1/workspaces", "{\"name\":\"Branch\"}", "k");

        assertThat(List.of(other, colleague, workspace)).allSatisfy(each -> {
            assertThat(each.status()).isEqualTo(201);
            assertThat(each.header("Idempotency-Replayed")).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "a\tb"})
    void whatIsNoKeyIsRefused(String key) {
        Answer answer = post("/api/v1/sources", SHOP, key);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("idempotency_key_invalid");
        assertThat(sources()).isZero();
    }

    @Test
    void aKeyIsNotLongerThan255Characters() {
        assertThat(post("/api/v1/sources", SHOP, "x".repeat(256)).status()).isEqualTo(400);
        assertThat(post("/api/v1/sources", SHOP, "x".repeat(255)).status()).isEqualTo(201);
    }

    @Test
    void whatWasWrongWithTheRequestIsMendedUnderTheSameKey() {
        Answer wrong = post("/api/v1/sources", "{\"name\":\"\"}", "k");
        Answer mended = post("/api/v1/sources", SHOP, "k");

        assertThat(wrong.status()).isEqualTo(422);
        assertThat(mended.status()).isEqualTo(201);
        assertThat(mended.header("Idempotency-Replayed")).isEmpty();
    }

    /** A workspace is made in a transaction that begins in another one. */
    @Test
    void aWorkspaceIsMadeOnce() {
        Answer first = post("/api/v1/workspaces", "{\"name\":\"Branch\"}", "k");
        Answer second = post("/api/v1/workspaces", "{\"name\":\"Branch\"}", "k");

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Idempotency-Replayed")).contains("true");
        assertThat(browser()
                        .get("/api/v1/workspaces", "Authorization", "Bearer " + token)
                        .body())
                .containsOnlyOnce("\"Branch\"");
    }

    @Test
    void anEndpointIsMadeOnceAndItsSecretIsReadAgain() {
        String endpoint = "{\"url\":\"http://127.0.0.1:9/hook\",\"events\":[\"member.invited\"]}";

        Answer first = post("/api/v1/webhooks", endpoint, "k");
        Answer second = post("/api/v1/webhooks", endpoint, "k");

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body()).contains("whsec_");
        assertThat(inWorkspace("select count(*) from core.webhook_endpoint")).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutABodyIsRepeatedToo() {
        String location = post(
                        "/api/v1/webhooks", "{\"url\":\"http://127.0.0.1:9/h\",\"events\":[\"member.invited\"]}", "k")
                .location();

        Answer first = send(token, "DELETE", location, "", "d");
        Answer second = send(token, "DELETE", location, "", "d");

        assertThat(first.status()).isEqualTo(204);
        assertThat(second.status()).isEqualTo(204);
        assertThat(second.header("Idempotency-Replayed")).contains("true");
    }

    @Test
    void anImportIsStartedOnceWhateverTheBoundaryIs() {
        Answer first = upload("csv1", "user_id,event\nu1,Viewed\n");
        Answer second = upload("csv2", "user_id,event\nu1,Viewed\n");
        Answer other = upload("csv3", "user_id,event\nu2,Viewed\n");

        assertThat(first.status()).as(first.body()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(422);
        assertThat(inWorkspace("select count(*) from analytics.data_import")).isEqualTo(1);
        assertThat(inWorkspace("select count(*) from core.file")).isEqualTo(1);
    }

    /** The job is over, so it cannot be cancelled; who asks again reads the same, whatever became of the job. */
    @Test
    void whatTheStateOfThingsRefusedStaysRefused() {
        String job = upload("csv", "user_id,event\nu1,Viewed\n").location();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> browser()
                        .get(job, "Authorization", "Bearer " + token)
                        .body()
                        .contains("succeeded"));

        Answer first = post(job + "/cancel", "", "c");
        Answer second = post(job + "/cancel", "", "c");

        assertThat(first.status()).as(first.body()).isEqualTo(409);
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Content-Type")).contains("application/problem+json");
        assertThat(second.header("Idempotency-Replayed")).contains("true");
    }

    @Test
    void secretsOfKeptAnswersCannotBeReadInTheDatabase() {
        String key = post("/api/v1/sources", SHOP, "k").body().replaceAll(".*\"writeKey\":\"([^\"]+)\".*", "$1");

        assertThat(key).startsWith("opd_");
        assertThat(inWorkspace("select count(*) from core.idempotent_answer a where a::text like '%" + key
                        + "%' or position('" + key + "'::bytea in a.body) > 0"))
                .isZero();
        assertThat(inWorkspace("select count(*) from core.idempotent_answer")).isEqualTo(1);
    }

    @Test
    void questionsTakeNoNoteOfAKey() {
        String question = "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Paid\"}]}";

        assertThat(post("/api/v1/insights/query", question, "k").status()).isEqualTo(200);
        assertThat(inWorkspace("select count(*) from core.idempotent_answer")).isZero();
    }

    @Test
    void aBodyOfMoreThanFourMegabytesIsRefused() {
        Answer answer = post("/api/v1/sources", "{\"name\":\"" + "x".repeat(4 << 20) + "\"}", "k");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body()).contains("body_too_large");
    }

    /** An answer of our own fault rolls back what was done and leaves no note. */
    @Test
    void ourOwnFailureLeavesNothing() throws Exception {
        var request = request("k");
        IdempotentCalls.Call failing = (same, answer) -> {
            jdbc.sql("update core.workspace set name = 'Half done' where id = core.current_workspace()")
                    .update();
            answer.setStatus(500);
        };

        asToken(() -> {
            calls.run(request, new MockHttpServletResponse(), handler("send"), failing);
            return true;
        });

        assertThat(inWorkspace("select count(*) from core.workspace where name = 'Half done'"))
                .isZero();
        assertThat(inWorkspace("select count(*) from core.idempotent_answer")).isZero();
    }

    @Test
    void whatMustNotHappenTwiceIsNotDoneWithoutAKey() {
        var request = new MockHttpServletRequest("POST", "/api/v1/sends");

        assertThatThrownBy(() -> calls.run(
                        request,
                        new MockHttpServletResponse(),
                        handler("send"),
                        (same, answer) -> answer.setStatus(201)))
                .isInstanceOfSatisfying(
                        OpsdeckException.class,
                        failure -> assertThat(failure.code()).isEqualTo(IdempotencyError.IDEMPOTENCY_KEY_REQUIRED));
    }

    static class Sends {

        @RequiresIdempotencyKey
        void send() {}
    }

    private HttpServletRequest request(String key) throws java.io.IOException {
        var request = new MockHttpServletRequest("POST", "/api/v1/sends");
        request.setContent("{}".getBytes(StandardCharsets.UTF_8));
        request.addHeader("Idempotency-Key", key);
        return ApiBody.of(request);
    }

    private void asToken(Callable<Boolean> work) {
        var actor = new Actor(Actor.Kind.TOKEN, team.owner().id(), "Test", null, null);
        Actor.call(
                actor,
                () -> CurrentWorkspace.call(team.workspace(), () -> {
                    try {
                        return work.call();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
    }

    private Answer post(String path, String body, String key) {
        return post(token, path, body, key);
    }

    private Answer post(String token, String path, String body, String key) {
        return send(token, "POST", path, body, key);
    }

    private Answer send(String token, String method, String path, String body, String key) {
        return browser()
                .send(
                        method,
                        path,
                        body,
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "application/json",
                        "Idempotency-Key",
                        key);
    }

    private Answer upload(String boundary, String csv) {
        String mapping = "{\"kind\":\"events\",\"columns\":{\"user_id\":\"userId\",\"event\":\"event\"}}";
        String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
                + csv + "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n"
                + mapping + "\r\n--" + boundary + "--\r\n";
        return browser()
                .send(
                        "POST",
                        "/api/v1/imports",
                        body,
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "multipart/form-data; boundary=" + boundary,
                        "Idempotency-Key",
                        "import");
    }

    private long sources() {
        return inWorkspace("select count(*) from analytics.source");
    }

    private long inWorkspace(String sql) {
        return CurrentWorkspace.call(
                team.workspace(),
                () -> Objects.requireNonNull(transactions.execute(
                        status -> jdbc.sql(sql).query(Long.class).single())));
    }

    private static List<Answer> atOnce(int many, Callable<Answer> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try {
            List<Future<Answer>> futures = threads.invokeAll(
                    IntStream.range(0, many).mapToObj(each -> call).toList());
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> future : futures) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static HandlerMethod handler(String method) throws NoSuchMethodException {
        return new HandlerMethod(new Sends(), Sends.class.getDeclaredMethod(method));
    }
}
