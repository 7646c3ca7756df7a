package io.opsdeck.web.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.webhook.WebhookType;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description says what is there, in a form that tools of others read. */
class OpenApiTest extends WebTest {

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mapping;

    @Autowired
    Webhooks webhooks;

    @Autowired
    JsonMapper json;

    private JsonNode document = JsonMapper.shared().missingNode();

    @BeforeEach
    void read() {
        Answer answer = browser().get("/api/openapi.json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type").orElse("")).startsWith("application/json");
        document = json.readTree(answer.body());
    }

    @Test
    void itIsOpenApiOf31() {
        assertThat(document.path("openapi").asString("")).isEqualTo("3.1.0");
        assertThat(document.path("info").path("title").asString("")).isEqualTo("Opsdeck");
        assertThat(document.toString()).doesNotContain("\"nullable\"");
    }

    @Test
    void everyRouteForServicesIsDescribedAndNoOther() {
        Set<String> routes = new TreeSet<>();
        mapping.getHandlerMethods()
                .forEach((info, handler) -> info.getPatternValues().stream()
                        .filter(path -> (path.startsWith("/api/") || path.startsWith("/v1/")) && !path.endsWith("/"))
                        .forEach(path -> info.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> routes.add(method + " " + path))));
        Set<String> described = new TreeSet<>();
        operations((name, operation) -> described.add(name));

        assertThat(described).isEqualTo(routes).hasSizeGreaterThan(20);
    }

    @Test
    void operationsHaveNamesOfTheirOwnAndAreSummarised() {
        List<String> ids = new ArrayList<>();
        operations((name, operation) -> {
            ids.add(operation.path("operationId").asString(""));
            assertThat(operation.path("summary").asString("")).as(name).isNotBlank();
            assertThat(operation.path("tags").size()).as(name).isEqualTo(1);
        });

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z]+[A-Za-z0-9]*"));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        document.findValuesAsString("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
        assertThat(document.findValuesAsString("$ref")).hasSizeGreaterThan(50);
    }

    @Test
    void everyFailureIsAProblem() {
        operations((name, operation) -> {
            Map<String, JsonNode> failures = operation.path("responses").properties().stream()
                    .filter(response -> !response.getKey().startsWith("2"))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(failures).as(name).isNotEmpty();
            failures.forEach((status, response) -> assertThat(resolve(response)
                            .path("content")
                            .path("application/problem+json")
                            .path("schema")
                            .path("$ref")
                            .asString(""))
                    .as("%s %s", name, status)
                    .isEqualTo("#/components/schemas/Problem"));
        });
    }

    @Test
    void everyBodyHasAnExampleThatFitsItsSchema() {
        int[] checked = {0};
        operations((name, operation) -> {
            operation.path("requestBody").path("content").forEach(media -> checked[0] += check(name, media));
            operation
                    .path("responses")
                    .forEach(response ->
                            resolve(response).path("content").forEach(media -> checked[0] += check(name, media)));
        });
        document.path("webhooks")
                .properties()
                .forEach(event -> event.getValue()
                        .path("post")
                        .path("requestBody")
                        .path("content")
                        .forEach(media -> checked[0] += check(event.getKey(), media)));

        assertThat(checked[0]).isGreaterThan(100);
    }

    @Test
    void anExampleThatDoesNotFitIsFound() {
        ObjectNode media = json.createObjectNode();
        media.putObject("schema").put("$ref", "#/components/schemas/Source");
        media.putObject("example").put("id", 3);

        assertThat(errors(media.path("schema"), media.path("example"))).isNotEmpty();
    }

    /** What is answered fits what is written, for all lists and for what is made here. */
    @Test
    void realAnswersFitTheirSchemas() {
        Team team = team();
        String token = token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        fits("POST /api/v1/sources", send(token, "POST", "/api/v1/sources", "{\"name\":\"Shop\"}"));
        fits(
                "POST /api/v1/webhooks",
                send(
                        token,
                        "POST",
                        "/api/v1/webhooks",
                        "{\"url\":\"http://127.0.0.1:9/h\",\"events\":[\"member.invited\"]}"));
        Set<String> asked = new HashSet<>();
        operations((name, operation) -> {
            if (name.startsWith("GET /api/v1/") && !name.contains("{") && !name.contains(":")) {
                asked.add(name);
                fits(name, send(token, "GET", name.substring(4), ""));
            }
        });
        assertThat(asked).contains("GET /api/v1/sources", "GET /api/v1/webhooks", "GET /api/v1/profiles");
    }

    @Test
    void eachOperationNamesTheScopeThatItsHandlerAsksFor() {
        mapping.getHandlerMethods()
                .forEach((info, handler) -> info.getPatternValues().stream()
                        .filter(path -> path.startsWith("/api/") && !handler.hasMethodAnnotation(Open.class))
                        .forEach(path -> assertThat(
                                        document.path("paths").path(path).toString())
                                .as(path)
                                .contains("\"bearerAuth\":[\"")));
    }

    @Test
    void theEventsThatAreSentStandUnderWebhooks() {
        Set<String> sent = webhooks.types().stream().map(WebhookType::key).collect(Collectors.toSet());

        assertThat(Set.copyOf(document.path("webhooks").propertyNames())).isEqualTo(sent);
    }

    @Test
    void yamlSaysTheSameAsJson() {
        Answer answer = browser().get("/api/openapi.yaml");

        assertThat(answer.header("Content-Type")).contains("application/yaml");
        Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(answer.body());
        assertThat(json.<JsonNode>valueToTree(read)).isEqualTo(document);
    }

    @Test
    void whoHasItAlreadyIsToldSo() {
        String tag = browser().get("/api/openapi.json").header("ETag").orElseThrow();

        assertThat(browser().get("/api/openapi.json", "If-None-Match", tag).status())
                .isEqualTo(304);
    }

    @Test
    void membersReadItOnAPageAndSearchIt() {
        Browser owner = browserOf(team().owner());
        String all = owner.get("/api-reference", "Accept-Language", "en").body();
        String found = owner.get("/api-reference?q=write+KEY", "Accept-Language", "zh-CN")
                .body();

        assertThat(all)
                .contains("id=\"createSource\"", "id=\"queryInsight\"", "id=\"onMemberInvited\"", "id=\"trackEvents\"")
                .contains("Idempotency-Key: $(uuidgen)");
        assertThat(found).contains("id=\"createSource\"").doesNotContain("id=\"queryInsight\"");
        assertThat(owner.get("/api-reference?q=nothingspeaksofthis").body()).contains("href=\"/api-reference\"");
        assertThat(owner.get("/tokens").body()).contains("/api-reference");
        assertThat(browser().get("/api-reference").status()).isEqualTo(303);
    }

    private void operations(BiConsumer<String, JsonNode> each) {
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> each.accept(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
    }

    private int check(String name, JsonNode media) {
        assertThat(media.has("schema")).as(name).isTrue();
        assertThat(media.has("example")).as("an example of %s", name).isTrue();
        assertThat(errors(media.path("schema"), media.path("example"))).as(name).isEmpty();
        return 1;
    }

    private void fits(String name, Answer answer) {
        String[] route = name.split(" ");
        JsonNode responses = document.path("paths")
                .path(route[1])
                .path(route[0].toLowerCase(Locale.ROOT))
                .path("responses");
        JsonNode media =
                responses.path(String.valueOf(answer.status())).path("content").path("application/json");
        assertThat(media.isMissingNode())
                .as("%s answered %s", name, answer.status())
                .isFalse();
        assertThat(errors(media.path("schema"), json.readTree(answer.body())))
                .as("%s %s", name, answer.body())
                .isEmpty();
    }

    private List<Error> errors(JsonNode schema, JsonNode instance) {
        ObjectNode whole = json.createObjectNode();
        whole.set("components", document.path("components"));
        whole.putArray("allOf").add(schema);
        return SCHEMAS.getSchema(whole)
                .validate(instance, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString("").substring(1)) : node;
    }

    private Answer send(String token, String method, String path, String body) {
        return browser()
                .send(method, path, body, "Authorization", "Bearer " + token, "Content-Type", "application/json");
    }
}
