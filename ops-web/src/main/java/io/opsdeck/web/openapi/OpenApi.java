package io.opsdeck.web.openapi;

import io.opsdeck.core.webhook.WebhookType;
import io.opsdeck.core.webhook.WebhookTypes;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The whole API as OpenAPI 3.1, made once from the handlers and from what was written about them. */
@Component
class OpenApi {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final String INTRODUCTION = """
            Every call below `/api/v1` acts in one workspace: the token's own, or for a token of the whole installation the one that \
            `Opsdeck-Workspace` names. JSON in UTF-8, times in RFC 3339 and UTC, dates as `YYYY-MM-DD`. Lists come in pages: follow `next` until it is null. \
            Failures are problem details (RFC 9457); `code` says which. Send an `Idempotency-Key` with changes, and a call that \
            got no answer can be sent again. New fields, values and operations may be added at any time; ignore what you do not know.""";

    private final ApiRoutes routes;
    private final ApiTexts texts;
    private final ObjectProvider<WebhookTypes> types;
    private final String version;
    private final String baseUrl;
    private @Nullable ObjectNode document;

    OpenApi(
            ApiRoutes routes,
            ApiTexts texts,
            ObjectProvider<WebhookTypes> types,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.routes = routes;
        this.texts = texts;
        this.types = types;
        this.baseUrl = baseUrl;
        @Nullable String known = OpenApi.class.getPackage().getImplementationVersion();
        this.version = known == null ? "unpackaged" : known;
    }

    /** Nobody changes it. */
    synchronized ObjectNode document() {
        ObjectNode made = document;
        if (made == null) {
            made = write();
            document = made;
        }
        return made;
    }

    private ObjectNode write() {
        ObjectNode root = NODES.objectNode().put("openapi", "3.1.0");
        root.putObject("info").put("title", "Opsdeck").put("version", version).put("description", INTRODUCTION);
        root.putArray("servers").addObject().put("url", baseUrl);
        var schemas = new SchemaWriter(texts);
        ObjectNode paths = paths(new OperationWriter(texts, schemas));
        root.set("tags", tags(paths));
        root.set("paths", paths);
        root.set("webhooks", webhooks());
        ObjectNode components = root.putObject("components");
        components.set("schemas", schemas.components());
        schemas.components().set("Problem", ProblemResponses.schema());
        components.set("responses", ProblemResponses.components());
        components.set("parameters", SharedParts.parameters());
        components.set("headers", SharedParts.headers());
        components.set("securitySchemes", SharedParts.securitySchemes());
        return root;
    }

    private ObjectNode paths(OperationWriter writer) {
        ObjectNode paths = NODES.objectNode();
        Set<String> ids = new HashSet<>();
        for (ApiRoute route : routes.list()) {
            ObjectNode operation = writer.write(route);
            String id = operation.path("operationId").asString("");
            for (int number = 2; !ids.add(operation.path("operationId").asString("")); number++) {
                operation.put("operationId", id + number);
            }
            paths.withObjectProperty(route.path()).set(route.method().toLowerCase(Locale.ROOT), operation);
        }
        return paths;
    }

    private ArrayNode tags(JsonNode paths) {
        Set<String> used = paths.valueStream()
                .flatMap(JsonNode::valueStream)
                .map(operation -> operation.path("tags").path(0).asString(""))
                .collect(Collectors.toCollection(TreeSet::new));
        ArrayNode tags = NODES.arrayNode();
        used.forEach(tag -> {
            ObjectNode node = tags.addObject().put("name", tag);
            String text = texts.tags().get(tag);
            if (text != null) {
                node.put("description", text);
            }
        });
        return tags;
    }

    private ObjectNode webhooks() {
        ObjectNode webhooks = NODES.objectNode();
        List<WebhookType> sent = types.stream()
                .flatMap(each -> each.types().stream())
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList();
        sent.forEach(type -> webhooks.putObject(type.key())
                .set("post", SharedParts.webhook(type, texts.webhook(type.key()).orElseGet(NODES::objectNode))));
        return webhooks;
    }
}
