package io.opsdeck.web.openapi;

import io.opsdeck.core.page.Page;
import io.opsdeck.web.api.RequiresIdempotencyKey;
import io.opsdeck.web.api.Versioned;
import io.opsdeck.web.openapi.ApiTexts.Operation;
import java.lang.reflect.AnnotatedType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.ValueConstants;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Describes one route: what its handler says of itself, then what was written about it. */
final class OperationWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();
    private static final String JSON = "application/json";
    private static final Map<String, String> SHARED_PARAMETERS = Map.of("limit", "Limit", "cursor", "Cursor");
    private static final List<String> LIMIT_HEADERS = List.of("RateLimit-Policy", "RateLimit");

    private final ApiTexts texts;
    private final SchemaWriter schemas;

    OperationWriter(ApiTexts texts, SchemaWriter schemas) {
        this.texts = texts;
        this.schemas = schemas;
    }

    ObjectNode write(ApiRoute route) {
        Optional<Operation> text = texts.operation(route.name());
        String id = text.map(Operation::id)
                .orElseGet(
                        () -> SchemaNames.operation(route.handler().getMethod().getName(), route.subject()));
        ObjectNode operation = NODES.objectNode().put("operationId", id);
        operation.putArray("tags").add(text.map(Operation::tag).orElse(SchemaNames.plural(route.subject())));
        operation.put("summary", text.map(Operation::summary).orElse(SchemaNames.words(id)));
        text.map(Operation::text).ifPresent(words -> operation.put("description", words));
        operation.set("security", security(route));
        ArrayNode parameters = parameters(route, text);
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        request(route, text).ifPresent(body -> operation.set("requestBody", body));
        ObjectNode responses = operation.putObject("responses");
        success(route, text, responses);
        problems(route, text)
                .forEach(status -> responses.set(String.valueOf(status), ProblemResponses.reference(status)));
        return operation;
    }

    private static ArrayNode security(ApiRoute route) {
        ArrayNode security = NODES.arrayNode();
        route.permission()
                .ifPresent(permission ->
                        security.addObject().putArray("bearerAuth").add(permission.key()));
        if (route.isTracking()) {
            security.addObject().putArray("basicWriteKey");
        }
        return security;
    }

    private static ArrayNode parameters(ApiRoute route, Optional<Operation> text) {
        Map<String, String> described = text.map(Operation::parameters).orElse(Map.of());
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        for (MethodParameter each : route.handler().getMethodParameters()) {
            each.initParameterNameDiscovery(NAMES);
            parameter(each, described)
                    .ifPresent(parameter -> all.put(
                            parameter
                                    .path("name")
                                    .asString(parameter.path("$ref").asString("")),
                            parameter));
        }
        described.forEach((name, words) -> all.computeIfAbsent(
                name,
                missing -> SHARED_PARAMETERS.containsKey(name)
                        ? reference(SHARED_PARAMETERS.getOrDefault(name, ""))
                        : query(name, words, false, "")));
        ArrayNode parameters = NODES.arrayNode();
        Set<String> shared = new TreeSet<>();
        all.values().forEach(parameter -> {
            if (!parameter.has("$ref") || shared.add(parameter.path("$ref").asString(""))) {
                parameters.add(parameter);
            }
        });
        route.permission().ifPresent(any -> parameters.add(reference("Opsdeck-Workspace")));
        if (route.takesCondition()) {
            parameters.add(reference("If-Match"));
        }
        if (route.takesIdempotencyKey()) {
            boolean required = route.handler().hasMethodAnnotation(RequiresIdempotencyKey.class);
            parameters.add(reference(required ? "Idempotency-Key-Required" : "Idempotency-Key"));
        }
        return parameters;
    }

    private static Optional<ObjectNode> parameter(MethodParameter each, Map<String, String> described) {
        PathVariable path = each.getParameterAnnotation(PathVariable.class);
        if (path != null) {
            String name = name(path.value(), each);
            ObjectNode parameter = NODES.objectNode()
                    .put("name", name)
                    .put("in", "path")
                    .put("required", true)
                    .put("description", described.getOrDefault(name, "The id of what is meant."));
            parameter.putObject("schema").put("type", "string");
            return Optional.of(parameter);
        }
        RequestParam query = each.getParameterAnnotation(RequestParam.class);
        if (query == null) {
            return Optional.empty();
        }
        String name = name(query.value(), each);
        if (SHARED_PARAMETERS.containsKey(name)) {
            return Optional.of(reference(SHARED_PARAMETERS.getOrDefault(name, "")));
        }
        boolean optional = !query.required() || !query.defaultValue().equals(ValueConstants.DEFAULT_NONE);
        String standard = query.defaultValue().equals(ValueConstants.DEFAULT_NONE) ? "" : query.defaultValue();
        return Optional.of(query(name, described.getOrDefault(name, SchemaNames.words(name)), !optional, standard));
    }

    private static String name(String given, MethodParameter parameter) {
        return given.isEmpty() ? String.valueOf(parameter.getParameterName()) : given;
    }

    private static ObjectNode query(String name, String words, boolean required, String standard) {
        ObjectNode parameter = NODES.objectNode()
                .put("name", name)
                .put("in", "query")
                .put("required", required)
                .put("description", words);
        ObjectNode schema = parameter.putObject("schema").put("type", "string");
        if (!standard.isEmpty()) {
            schema.put("default", standard);
        }
        return parameter;
    }

    private static ObjectNode reference(String parameter) {
        return NODES.objectNode().put("$ref", "#/components/parameters/" + parameter);
    }

    private Optional<ObjectNode> request(ApiRoute route, Optional<Operation> text) {
        @Nullable JsonNode schema = text.map(Operation::requestSchema).orElse(null);
        for (MethodParameter each : route.handler().getMethodParameters()) {
            if (each.hasParameterAnnotation(RequestBody.class) && schema == null) {
                AnnotatedType type = route.handler().getMethod().getAnnotatedParameterTypes()[each.getParameterIndex()];
                schema = schemas.ofRequest(type, text.map(Operation::required).orElse(List.of()));
            }
        }
        if (schema == null) {
            return Optional.empty();
        }
        String standard = "PATCH".equals(route.method()) ? "application/merge-patch+json" : JSON;
        ObjectNode body = NODES.objectNode().put("required", true);
        body.set(
                "content",
                content(
                        text.map(Operation::contents).orElse(Map.of()).getOrDefault("request", standard),
                        schema,
                        text.map(Operation::request).orElse(null)));
        return Optional.of(body);
    }

    private ObjectNode content(String type, JsonNode schema, @Nullable JsonNode example) {
        ObjectNode content = NODES.objectNode();
        ObjectNode media = content.putObject(type);
        media.set("schema", schema);
        media.set("example", example == null ? new Examples(schemas.components()).of(schema) : example);
        return content;
    }

    private void success(ApiRoute route, Optional<Operation> text, ObjectNode responses) {
        @Nullable JsonNode schema = text.map(Operation::responseSchema).orElse(null);
        if (schema == null) {
            schema = schemas.ofAnswer(route.handler().getMethod().getAnnotatedReturnType());
        }
        int status = status(route, text, schema);
        ObjectNode response = responses
                .putObject(String.valueOf(status))
                .put("description", HttpStatus.valueOf(status).getReasonPhrase());
        ObjectNode headers = response.putObject("headers");
        headers(route, status).forEach(name -> headers.putObject(name).put("$ref", "#/components/headers/" + name));
        if (schema != null && status != HttpStatus.NO_CONTENT.value()) {
            String type = text.map(Operation::contents).orElse(Map.of()).getOrDefault("response", JSON);
            response.set(
                    "content",
                    content(type, schema, text.map(Operation::response).orElse(null)));
        }
    }

    private static int status(ApiRoute route, Optional<Operation> text, @Nullable JsonNode schema) {
        ResponseStatus declared = route.handler().getMethodAnnotation(ResponseStatus.class);
        if (declared != null) {
            return declared.value().value();
        }
        int standard = schema == null ? HttpStatus.NO_CONTENT.value() : HttpStatus.OK.value();
        return text.map(Operation::status).orElse(standard);
    }

    private static List<String> headers(ApiRoute route, int status) {
        Set<String> headers = new TreeSet<>();
        headers.add("X-Request-Id");
        if (route.permission().isPresent()) {
            headers.addAll(LIMIT_HEADERS);
        }
        if (status == HttpStatus.CREATED.value() || status == HttpStatus.ACCEPTED.value()) {
            headers.add("Location");
        }
        if (route.takesIdempotencyKey()) {
            headers.add("Idempotency-Replayed");
        }
        if (route.handler().getReturnType().getParameterType() == Page.class) {
            headers.add("Link");
        }
        if (route.handler().hasMethodAnnotation(Versioned.class) && status == HttpStatus.OK.value()) {
            headers.add("ETag");
        }
        return List.copyOf(headers);
    }

    private static Set<Integer> problems(ApiRoute route, Optional<Operation> text) {
        Set<Integer> problems = new TreeSet<>(text.map(Operation::errors).orElse(List.of()));
        problems.add(503);
        if (route.permission().isPresent()) {
            problems.addAll(List.of(401, 403, 422, 429));
        }
        if (route.path().contains("{") && !route.isTracking()) {
            problems.add(404);
        }
        if (route.isTracking()) {
            problems.addAll(List.of(400, 401, 429));
        }
        if (route.mayHaveBody()) {
            problems.addAll(List.of(400, 413));
        }
        if (route.takesIdempotencyKey()) {
            problems.addAll(List.of(400, 409));
        }
        if (route.takesCondition()) {
            problems.add(412);
        }
        return problems;
    }
}
