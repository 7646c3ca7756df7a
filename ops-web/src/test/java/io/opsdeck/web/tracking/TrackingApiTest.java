package io.opsdeck.web.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.segment.analytics.Analytics;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.TrackMessage;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.testing.WebTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The tracking API as clients call it, over HTTP. */
class TrackingApiTest extends WebTest {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Autowired
    private EventSources sources;

    @Autowired
    private EventLog log;

    private WorkspaceId workspace;
    private String writeKey;

    @BeforeEach
    void aSource() {
        workspace = team().workspace();
        writeKey = CurrentWorkspace.call(
                workspace,
                () -> sources.create("Test", EventSources.Kind.SERVER, null).writeKey());
    }

    @Test
    void segmentsJavaClientDeliversUnchanged() throws InterruptedException {
        Analytics client = Analytics.builder(writeKey).endpoint(base()).build();
        client.enqueue(IdentifyMessage.builder().userId("u1").traits(Map.of("name", "林悦")));
        for (int i = 0; i < 30; i++) {
            client.enqueue(TrackMessage.builder("Order Completed").userId("u1").properties(Map.of("number", i)));
        }
        client.flush();

        List<LoggedEvent> stored = waitFor(31);
        client.shutdown();

        assertThat(stored).hasSize(31);
        assertThat(stored).allSatisfy(event -> assertThat(event.userId()).isEqualTo("u1"));
        assertThat(stored).extracting(LoggedEvent::messageId).doesNotHaveDuplicates();
    }

    @Test
    void aPageSendsPlainTextWithTheKeyInTheBody() throws IOException, InterruptedException {
        HttpResponse<String> answer = post(
                "/v1/t",
                "{\"writeKey\":\"" + writeKey + "\",\"anonymousId\":\"a1\",\"event\":\"Clicked\"}",
                "Content-Type",
                "text/plain");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"success\":true").contains("\"accepted\":1");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }

    @Test
    void compressedJsonUnderAFormTypeIsReadFromTheRawBody() throws IOException, InterruptedException {
        String batch = "{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u1\"}]}";
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(batch.getBytes(StandardCharsets.UTF_8));
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + "/v1/batch"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Content-Encoding", "gzip")
                .header("Authorization", basic())
                .POST(BodyPublishers.ofByteArray(bytes.toByteArray()))
                .build();

        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"accepted\":1");
    }

    @Test
    void goodEventsAreStoredBesideBadOnesAndACopyChangesNothing() throws IOException, InterruptedException {
        String batch = """
                {"batch":[{"type":"track","event":"A","userId":"u1","messageId":"m1"},
                          {"type":"track","event":"A"},
                          {"type":"track","event":"A","userId":"u\\u0000\\ud800","messageId":"m2","properties":{"x":1e400}}]}
                """;

        HttpResponse<String> first = post("/v1/batch", batch, "Authorization", basic());
        HttpResponse<String> second = post("/v1/batch", batch, "Authorization", basic());

        assertThat(first.body()).contains("\"accepted\":2").contains("\"pointer\":\"/batch/1/userId\"");
        assertThat(second.body()).contains("\"accepted\":0").contains("\"duplicate\":2");
        assertThat(waitFor(2)).hasSize(2);
    }

    @Test
    void anUnreadableDocumentIsRefusedAndAWrongKeyIsUnknown() throws IOException, InterruptedException {
        assertThat(post("/v1/track", "{bad", "Authorization", basic()).statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/track", "[".repeat(100_000), "Authorization", basic())
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/v1/track", "{}", "Authorization", "Basic bm9wZTo=").statusCode())
                .isEqualTo(401);
        assertThat(post("/v1/nothing", "{}", "Authorization", basic()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aBrowserMayAskFirst() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + "/v1/track"))
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody())
                .build();

        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
                .hasValueSatisfying(headers -> assertThat(headers).contains("Authorization"));
    }

    private HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + path))
                .headers(headers)
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(StandardCharsets.UTF_8));
    }

    /** The client sends on threads of its own, so the events are waited for. */
    private List<LoggedEvent> waitFor(int count) throws InterruptedException {
        List<LoggedEvent> stored = List.of();
        for (int tries = 0; tries < 150 && stored.size() < count; tries++) {
            Thread.sleep(tries == 0 ? 0 : 100);
            stored = CurrentWorkspace.call(
                    workspace, () -> log.newest(null, null, null, 100).data());
        }
        return stored;
    }
}
