package io.opsdeck.web.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What people wrote about the API, in {@code openapi/*.yml}, a file for each tag: whatever the code cannot say of itself.
 * JSON stands in texts, so that it is read as JSON.
 */
@Component
class ApiTexts {

    private final JsonMapper json;
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private final Map<String, String> tags = new LinkedHashMap<>();
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
    private final Map<String, JsonNode> webhooks = new LinkedHashMap<>();

    ApiTexts(JsonMapper json) throws IOException {
        this.json = json;
        Resource[] files = new PathMatchingResourcePatternResolver().getResources("classpath*:openapi/*.yml");
        for (Resource file : files) {
            try (InputStream in = file.getInputStream()) {
                read(map(new Yaml(new SafeConstructor(new LoaderOptions())).load(in)));
            }
        }
    }

    /**
     * What is known of a route beyond its handler.
     *
     * @param status of a success, where the handler does not declare it
     * @param required fields of the request that must be there
     * @param parameters descriptions by name; of the query, also such as the handler reads by itself
     * @param contents the media type of the request or of the answer where it is not JSON
     */
    record Operation(
            String tag,
            @Nullable String id,
            @Nullable String summary,
            @Nullable String text,
            @Nullable Integer status,
            List<String> required,
            Map<String, String> parameters,
            @Nullable JsonNode request,
            @Nullable JsonNode response,
            @Nullable JsonNode requestSchema,
            @Nullable JsonNode responseSchema,
            Map<String, String> contents,
            List<Integer> errors) {}

    Optional<Operation> operation(String route) {
        return Optional.ofNullable(operations.get(route));
    }

    /** Descriptions of tags, in the order of the files. */
    Map<String, String> tags() {
        return tags;
    }

    /** The description of a field of a schema, such as {@code Source.acceptFrom}. */
    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    /** Schemas of what the code reads without a type of its own. */
    Map<String, JsonNode> schemas() {
        return schemas;
    }

    /** An example of the data of an outgoing event. */
    Optional<JsonNode> webhook(String type) {
        return Optional.ofNullable(webhooks.get(type));
    }

    private void read(Map<String, Object> file) {
        String tag = String.valueOf(file.get("tag"));
        tags.put(tag, String.valueOf(file.get("text")).strip());
        map(file.get("operations")).forEach((route, body) -> operations.put(route, operation(tag, map(body))));
        map(file.get("fields")).forEach((name, text) -> fields.put(name, text.toString()));
        map(file.get("schemas")).forEach((name, text) -> schemas.put(name, json.readTree(text.toString())));
        map(file.get("webhooks")).forEach((type, text) -> webhooks.put(type, json.readTree(text.toString())));
    }

    private Operation operation(String tag, Map<String, Object> body) {
        return new Operation(
                tag,
                text(body, "id"),
                text(body, "summary"),
                text(body, "text"),
                body.get("status") instanceof Integer status ? status : null,
                list(body.get("required")).stream().map(Object::toString).toList(),
                texts(body.get("parameters")),
                tree(body, "request"),
                tree(body, "response"),
                tree(body, "requestSchema"),
                tree(body, "responseSchema"),
                texts(body.get("contents")),
                list(body.get("errors")).stream().map(Integer.class::cast).toList());
    }

    private static @Nullable String text(Map<String, Object> body, String name) {
        Object text = body.get(name);
        return text == null ? null : text.toString().strip();
    }

    private @Nullable JsonNode tree(Map<String, Object> body, String name) {
        Object text = body.get(name);
        return text == null ? null : json.readTree(text.toString());
    }

    private static Map<String, String> texts(@Nullable Object value) {
        Map<String, String> texts = new LinkedHashMap<>();
        map(value).forEach((name, text) -> texts.put(name, text.toString().strip()));
        return texts;
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static Map<String, Object> map(@Nullable Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> entries) {
            entries.forEach((name, entry) -> map.put(String.valueOf(name), Objects.requireNonNullElse(entry, "")));
        }
        return map;
    }
}
