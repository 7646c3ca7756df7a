package io.opsdeck.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What holds for all of the REST API: pages, versions, strict bodies, names of requests. */
class RestStyleTest extends WebTest {

    private static final String ENDPOINT = "{\"url\":\"http://127.0.0.1:9/hook\",\"events\":[\"member.invited\"]}";

    @Autowired
    JsonMapper json;

    @Autowired
    EventSources sources;

    private Team team = new Team(new WorkspaceId(new UUID(0, 0)), new Team.Person(new UUID(0, 0), ""));
    private String token = "";

    @BeforeEach
    void newTeam() {
        team = team();
        token = token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"201", "0", "-1", "many"})
    void aPageHasOneTo200Rows(String limit) {
        Answer answer = send("GET", "/api/v1/profiles?limit=" + limit, "");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(error(answer).path("parameter").asString("")).isEqualTo("limit");
    }

    @Test
    void pagesAreFollowedByTheBodyOrByTheHeader() {
        track("Paid", "Paid", "Viewed", "Paid");

        List<String> byBody = new ArrayList<>();
        String path = "/api/v1/events?event=Paid&limit=2";
        Answer first = send("GET", path, "");
        Answer second = send("GET", "/api/v1/events?limit=1&event=Paid&cursor=" + next(first), "");
        json.readTree(first.body())
                .path("data")
                .forEach(row -> byBody.add(row.path("messageId").asString("")));
        json.readTree(second.body())
                .path("data")
                .forEach(row -> byBody.add(row.path("messageId").asString("")));

        assertThat(byBody).containsExactly("m3", "m1", "m0");
        assertThat(second.header("Link")).isEmpty();
        String link = first.header("Link").orElseThrow();
        assertThat(link).endsWith("; rel=\"next\"").contains("event=Paid", "limit=2");
        String address = link.substring(1, link.indexOf('>')).replaceFirst("^http://[^/]+", "");
        assertThat(send("GET", address, "").body()).isEqualTo(second.body());
    }

    @Test
    void theCursorOfAnotherListIsRefused() {
        track("Paid", "Paid", "Viewed");
        String cursor = next(send("GET", "/api/v1/events?event=Paid&limit=1", ""));

        for (String path : List.of(
                "/api/v1/events?event=Viewed&cursor=" + cursor,
                "/api/v1/events?cursor=" + cursor,
                "/api/v1/quarantine?event=Paid&cursor=" + cursor,
                "/api/v1/events?event=Paid&cursor=170",
                "/api/v1/events?event=Paid&cursor=" + cursor.replaceFirst("[.].*", ".!"))) {
            Answer answer = send("GET", path, "");
            assertThat(answer.status()).as(path).isEqualTo(400);
            assertThat(json.readTree(answer.body()).path("code").asString("")).isEqualTo("cursor_mismatch");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/sources|{\"name\":\"Shop\",\"role\":\"OWNER\"}|/role|unknown_field",
                "/api/v1/workspaces|{\"name\":\"Shop\",\"timezone\":\"UTC\"}|/timezone|unknown_field",
                "/api/v1/sources|{\"name\":\"Shop\",\"a/b~c\":1}|/a~1b~0c|unknown_field",
                "/api/v1/sources|{\"name\":{\"en\":\"Shop\"}}|/name|invalid_value",
                "/api/v1/webhooks|{\"url\":\"http://127.0.0.1:9/h\",\"events\":[{}]}|/events/0|invalid_value"
            })
    void whatABodyDoesNotHaveIsRefusedWithItsPlace(String path, String body, String pointer, String code) {
        Answer answer = send("POST", path, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(error(answer).path("pointer").asString("")).isEqualTo(pointer);
        assertThat(error(answer).path("code").asString("")).isEqualTo(code);
    }

    @Test
    void whatIsNoJsonIsMalformed() {
        assertThat(send("POST", "/api/v1/sources", "{\"name\":").status()).isEqualTo(400);
        assertThat(send("POST", "/api/v1/sources", "").status()).isEqualTo(400);
        assertThat(send("PATCH", endpoint(), "[]").status()).isEqualTo(400);
    }

    @Test
    void aMergePatchChangesWhatItNames() {
        String path = endpoint();

        Answer answer = browser()
                .send(
                        "PATCH",
                        path,
                        "{\"description\":\"Care\"}",
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "application/merge-patch+json");
        Answer unknown = send("PATCH", path, "{\"secret\":\"whsec_x\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(json.readTree(answer.body()).path("description").asString(""))
                .isEqualTo("Care");
        assertThat(json.readTree(answer.body()).path("events").size()).isEqualTo(1);
        assertThat(unknown.status()).isEqualTo(422);
        assertThat(error(unknown).path("pointer").asString("")).isEqualTo("/secret");
    }

    @Test
    void aChangeOfWhatSomebodyElseChangedIsRefused() {
        String path = endpoint();
        String read = tag(send("GET", path, ""));

        Answer mine = send("PATCH", path, "{\"description\":\"One\"}", "If-Match", read);
        Answer late = send("PATCH", path, "{\"description\":\"Two\"}", "If-Match", read);
        Answer deleted = send("DELETE", path, "", "If-Match", read);

        assertThat(mine.status()).isEqualTo(200);
        assertThat(tag(mine)).isNotEqualTo(read).isEqualTo(tag(send("GET", path, "")));
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.body()).contains("changed_meanwhile");
        assertThat(deleted.status()).isEqualTo(412);
        assertThat(send("GET", path, "", "If-None-Match", tag(mine)).status()).isEqualTo(304);
        assertThat(send("PATCH", path, "{\"description\":\"Three\"}", "If-Match", "\"x\", " + tag(mine))
                        .status())
                .isEqualTo(200);
        assertThat(send("DELETE", path, "", "If-Match", "*").status()).isEqualTo(204);
    }

    @Test
    void ofManyChangesOfOneVersionOneIsMade() throws Exception {
        String path = endpoint();
        String read = tag(send("GET", path, ""));

        List<Answer> all = atOnce(IntStream.range(0, 12)
                .<Callable<Answer>>mapToObj(
                        number -> () -> send("PATCH", path, "{\"description\":\"" + number + "\"}", "If-Match", read))
                .toList());

        assertThat(all.stream().filter(each -> each.status() == 200)).hasSize(1);
        assertThat(all.stream().filter(each -> each.status() == 412)).hasSize(11);
    }

    @Test
    void aRequestKeepsItsNameWhereThatIsHarmless() {
        assertThat(send("GET", "/api/v1/sources", "", "X-Request-Id", "order-17")
                        .header("X-Request-Id"))
                .contains("order-17");
        Answer odd = send("GET", "/api/v1/profiles?limit=0", "", "X-Request-Id", "a b");
        assertThat(odd.header("X-Request-Id").orElse("a b"))
                .isEqualTo(json.readTree(odd.body()).path("requestId").asString(""))
                .matches("[0-9a-f-]{36}");
    }

    private String endpoint() {
        Answer made = send("POST", "/api/v1/webhooks", ENDPOINT);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.location();
    }

    private void track(String... events) {
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.SERVER, null).writeKey());
        for (int i = 0; i < events.length; i++) {
            Answer answer = browser()
                    .send(
                            "POST",
                            "/v1/track",
                            "{\"userId\":\"u1\",\"messageId\":\"m" + i + "\",\"event\":\"" + events[i]
                                    + "\",\"writeKey\":\"" + key + "\"}",
                            "Content-Type",
                            "application/json");
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    private String next(Answer page) {
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        return json.readTree(page.body()).path("next").stringValue();
    }

    private JsonNode error(Answer answer) {
        return json.readTree(answer.body()).path("errors").path(0);
    }

    private static String tag(Answer answer) {
        return answer.header("ETag").orElseThrow();
    }

    private Answer send(String method, String path, String body, String... headers) {
        String[] all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 4, headers.length);
        all[0] = "Authorization";
        all[1] = "Bearer " + token;
        all[2] = "Content-Type";
        all[3] = "application/json";
        return browser().send(method, path, body, all);
    }

    private static List<Answer> atOnce(List<Callable<Answer>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        try {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> future : threads.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
