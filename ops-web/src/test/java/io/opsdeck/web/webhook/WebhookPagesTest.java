package io.opsdeck.web.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Webhooks and what leaves, from adding an endpoint to deciding what became of a delivery. */
class WebhookPagesTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    JsonMapper json;

    private final List<Message> arrived = new CopyOnWriteArrayList<>();
    private final HttpServer receiver = receiver();

    private record Message(Map<String, List<String>> headers, String body) {

        String header(String name) {
            return Objects.requireNonNull(headers.get(name)).get(0);
        }
    }

    private static HttpServer receiver() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void listen() {
        receiver.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            arrived.add(new Message(Map.copyOf(exchange.getRequestHeaders()), body));
            byte[] thanks = "thank you".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, thanks.length);
            exchange.getResponseBody().write(thanks);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void hangUp() {
        receiver.stop(0);
    }

    @Test
    void anEndpointIsAddedTriedAndItsSignatureCheckedWithTheCodeOfThePage(@TempDir Path folder) throws Exception {
        Browser browser = english(team().owner());
        String made = add(browser).body();
        String secret = found(made, "id=\"webhook-secret\"[^>]*>(whsec_[^<]+)<");
        String endpoint = found(made, "(/webhooks/[0-9a-f-]{36})/edit");
        assertThat(browser.get(endpoint).body()).contains("CRM").doesNotContain(secret);
        String delivery = browser.post(endpoint + "/ping", Map.of()).location();
        awaitText(browser, delivery, "thank you");
        assertThat(browser.get(delivery).body())
                .contains("Test event", "/hook", "&quot;type&quot;:&quot;ping&quot;")
                .doesNotContain(secret);
        assertThat(browser.get(endpoint).body()).contains("100%", delivery);
        assertThat(browser.get("/webhooks").body()).contains("100%", "An import finished and 1 more");
        assertThat(browser.get("/outbound?where=webhook&state=sent").body()).contains(delivery);
        assertThat(browser.get("/outbound?where=mail").body()).doesNotContain(delivery);
        Message message = arrived.get(0);
        assertThat(verdict(folder, secret, message)).isEqualTo("valid");
        assertThat(verdict(folder, secret, new Message(message.headers(), message.body() + " ")))
                .isEqualTo("refused");
    }

    @Test
    void forADayMessagesAreSignedWithBothSecrets() {
        Browser browser = english(team().owner());
        String made = add(browser).body();
        String endpoint = found(made, "(/webhooks/[0-9a-f-]{36})/edit");
        assertThat(browser.get(endpoint + "?said=saved").status()).isEqualTo(200);
        String rotated = browser.post(endpoint + "/rotate", Map.of()).body();
        assertThat(found(rotated, "id=\"webhook-secret\"[^>]*>(whsec_[^<]+)<"))
                .isNotEqualTo(found(made, "id=\"webhook-secret\"[^>]*>(whsec_[^<]+)<"));
        assertThat(rotated).contains("Old secret valid until");
        browser.post(endpoint + "/ping", Map.of());
        await().atMost(LONG).until(() -> !arrived.isEmpty());
        assertThat(arrived.get(0).header("Webhook-signature").split(" ")).hasSize(2);
    }

    @Test
    void whatIsWrongWithAnEndpointIsSaidBesideItsField() {
        Browser browser = english(team().owner());
        browser.get("/webhooks/new");
        assertThat(browser.get("/webhooks/new").body()).contains("member.invited", "quarantine.grew", "profile.merged");
        Answer answer = browser.post("/webhooks", Map.of("url", "http://10.0.0.1/hook", "types", "import.finished"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body())
                .contains("url-error", "Only https addresses")
                .containsPattern("value=\"import.finished\"[^>]*checked");
        assertThat(browser.post("/webhooks", Map.of("url", url())).body()).contains("types-error");
        assertThat(browser.get("/webhooks").body()).contains("No webhooks yet");
    }

    @Test
    void whileEverythingIsStoppedEachPageSaysSoAndNothingIsLost() {
        Team team = team();
        Browser browser = english(team.owner());
        Browser viewer = english(member(team.workspace(), Role.VIEWER));
        String endpoint = found(add(browser).body(), "(/webhooks/[0-9a-f-]{36})/edit");
        assertThat(browser.post("/outbound/freezes", Map.of("scope", "", "reason", " "))
                        .body())
                .contains("reason-error");
        browser.post("/outbound/freezes", Map.of("scope", "", "reason", "Wrong prices"));
        assertThat(browser.get("/sources").body()).contains("Reason: Wrong prices", "See what waits");
        assertThat(viewer.get("/").body()).contains("Reason: Wrong prices").doesNotContain("See what waits");
        assertThat(english(team().owner()).get("/").body()).doesNotContain("Wrong prices");
        String kept = browser.post(endpoint + "/ping", Map.of()).location();
        String cancelled = browser.post(endpoint + "/ping", Map.of()).location();
        browser.get("/outbound");
        browser.post(cancelled + "/cancel", Map.of());
        assertThat(arrived).isEmpty();
        String freeze = found(browser.get("/outbound").body(), "(/outbound/freezes/[0-9a-f-]+/lift)");
        browser.post(freeze, Map.of());
        awaitText(browser, kept, "thank you");
        assertThat(browser.get(cancelled).body()).contains(">cancelled<");
        assertThat(browser.get("/").body()).doesNotContain("Wrong prices");
        String resent = browser.post(endpoint + "/resend", Map.of("from", "2020-01-01T00:00", "to", "2100-01-01T00:00"))
                .location();
        assertThat(resent).endsWith("?resent=1");
        assertThat(browser.get(resent).body()).contains("1 deliveries are sent once more");
        await().atMost(LONG).until(() -> arrived.size() == 2);
        assertThat(browser.get(cancelled).body()).contains("Repeated by");
    }

    @Test
    void aMemberDecidesAboutWhatIsUncertain() {
        Team team = team();
        Browser browser = english(team.owner());
        String endpoint = found(add(browser).body(), "(/webhooks/[0-9a-f-]{36})/edit");
        String delivery = browser.post(endpoint + "/ping", Map.of()).location();
        awaitText(browser, delivery, "thank you");
        become(team, "UNCERTAIN");
        assertThat(browser.get("/outbound").body())
                .contains("Nobody knows whether these arrived", delivery + "/resolve");
        String again =
                browser.post(delivery + "/resolve", Map.of("as", "SEND_AGAIN")).location();
        assertThat(again).startsWith("/outbound/").isNotEqualTo(delivery);
        awaitText(browser, again, "thank you");
        assertThat(browser.get("/outbound").body()).doesNotContain("Nobody knows whether these arrived");
        assertThat(browser.get("/audit?kind=outbound").body()).contains("sent again");
        assertThat(browser.post(delivery + "/resolve", Map.of("as", "GIVE_UP")).status())
                .isEqualTo(409);
    }

    @Test
    void aServiceManagesItsWebhooks() {
        Team team = team();
        String bearer = "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        Answer made = api(
                "POST",
                "",
                "{\"url\":\"" + url() + "\",\"events\":[\"import.finished\"],\"contact\":\"it@example.com\"}",
                bearer);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        JsonNode created = json.readTree(made.body());
        assertThat(created.path("secret").asString()).startsWith("whsec_");
        String id = "/" + created.path("id").asString();
        assertThat(made.location()).isEqualTo("/api/v1/webhooks" + id);
        JsonNode changed =
                json.readTree(api("PATCH", id, "{\"enabled\":false,\"contact\":null,\"description\":\"CRM\"}", bearer)
                        .body());
        assertThat(changed.path("enabled").asBoolean()).isFalse();
        assertThat(changed.path("disabledReason").asString()).isEqualTo("switched_off");
        assertThat(changed.path("contact").isNull()).isTrue();
        assertThat(changed.path("events").get(0).asString()).isEqualTo("import.finished");
        assertThat(api("PATCH", id, "{\"personal\":\"yes\"}", bearer).status()).isEqualTo(422);
        assertThat(json.readTree(api("GET", "", "", bearer).body()).path("data"))
                .hasSize(1);
        Answer ping = api("POST", id + "/ping", "", bearer);
        assertThat(ping.status()).isEqualTo(202);
        String delivery = ping.location().replace("/api/v1/webhooks", "");
        await().atMost(LONG)
                .until(() -> json.readTree(api("GET", delivery, "", bearer).body())
                        .at("/delivery/state")
                        .asString()
                        .equals("sent"));
        JsonNode detail = json.readTree(api("GET", delivery, "", bearer).body());
        assertThat(detail.path("body").asString()).isEqualTo(arrived.get(0).body());
        assertThat(detail.at("/attempts/0/responseBody").asString()).isEqualTo("thank you");
        Answer resent = api("POST", delivery + "/resend", "", bearer);
        assertThat(resent.status()).isEqualTo(202);
        JsonNode page =
                json.readTree(api("GET", id + "/deliveries?limit=1", "", bearer).body());
        assertThat(page.path("data")).hasSize(1);
        assertThat(page.at("/data/0/resendOf").asString())
                .isEqualTo(detail.at("/delivery/id").asString());
        assertThat(page.path("next").isNull()).isFalse();
        assertThat(api("DELETE", id, "", bearer).status()).isEqualTo(204);
        assertThat(api("DELETE", id, "", bearer).status()).isEqualTo(404);
        assertThat(api("GET", delivery, "", bearer).status()).isEqualTo(404);
    }

    private Answer api(String method, String path, String body, String bearer) {
        return browser()
                .send(
                        method,
                        "/api/v1/webhooks" + path,
                        body,
                        "Authorization",
                        bearer,
                        "Content-Type",
                        "application/json");
    }

    private Browser english(Team.Person person) {
        Browser browser = browserOf(person);
        browser.post("/preferences/language", Map.of("lang", "en"));
        return browser;
    }

    private Answer add(Browser browser) {
        browser.get("/webhooks/new");
        Answer answer = browser.postForm(
                "/webhooks",
                "url=" + url() + "&description=CRM&types=profile.created&types=import.finished&data=thin&contact=");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private String url() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
    }

    private static String found(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static void awaitText(Browser browser, String path, String text) {
        await().atMost(LONG).until(() -> browser.get(path).body().contains(text));
    }

    private void become(Team team, String state) {
        CurrentWorkspace.run(
                team.workspace(),
                () -> transactions.executeWithoutResult(status -> jdbc.sql("update core.outbound set state = ?")
                        .param(state)
                        .update()));
    }

    /** What the shell says that the page shows. */
    private static String verdict(Path folder, String secret, Message message) throws Exception {
        Files.writeString(folder.resolve("body.json"), message.body());
        var shell = new ProcessBuilder("sh", "-c", SignatureCheck.all().get(0).code()).directory(folder.toFile());
        shell.environment()
                .putAll(Map.of(
                        "WEBHOOK_SECRET",
                        secret,
                        "ID",
                        message.header("Webhook-id"),
                        "TIME",
                        message.header("Webhook-timestamp"),
                        "SIGNATURE",
                        message.header("Webhook-signature")));
        Process process = shell.redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
