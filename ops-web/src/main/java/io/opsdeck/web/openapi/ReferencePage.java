package io.opsdeck.web.openapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description of the API as people read it: by subject, with fields in tables and calls to copy. */
@Component
class ReferencePage {

    private static final int DEEPEST = 3;

    private final OpenApi api;
    private final JsonMapper json;

    ReferencePage(OpenApi api, JsonMapper json) {
        this.api = api;
        this.json = json;
    }

    record Subject(String name, String text, List<Entry> entries) {}

    /**
     * An operation or an outgoing event.
     *
     * @param method empty for an event
     * @param scope what the token needs, empty for nothing
     * @param curl a call to copy, empty for an event
     * @param status of a success with its text
     * @param failures statuses of failures
     */
    record Entry(
            String id,
            String method,
            String path,
            String summary,
            String text,
            String scope,
            List<Field> parameters,
            List<Field> request,
            String requestExample,
            String curl,
            String status,
            List<Field> response,
            String responseExample,
            String failures) {

        boolean speaksOf(String words) {
            String all = (id + " " + method + " " + path + " " + summary + " " + text).toLowerCase(Locale.ROOT);
            return List.of(words.toLowerCase(Locale.ROOT).strip().split("\\s+")).stream()
                    .allMatch(all::contains);
        }
    }

    /** A parameter, or a place in a body such as {@code data[].id}. */
    record Field(String name, String type, boolean required, String text) {}

    /** Those whose entries speak of all the words; of nothing, all. */
    List<Subject> subjects(String words) {
        JsonNode document = api.document();
        Map<String, List<Entry>> byTag = new LinkedHashMap<>();
        document.path("tags").forEach(tag -> byTag.put(tag.path("name").asString(""), new ArrayList<>()));
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    Entry entry =
                            entry(operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue());
                    if (entry.speaksOf(words)) {
                        byTag.computeIfAbsent(tag(operation.getValue()), any -> new ArrayList<>())
                                .add(entry);
                    }
                }));
        document.path("webhooks").properties().forEach(event -> {
            Entry entry = entry("", event.getKey(), event.getValue().path("post"));
            if (entry.speaksOf(words)) {
                byTag.computeIfAbsent(tag(event.getValue().path("post")), any -> new ArrayList<>())
                        .add(entry);
            }
        });
        Map<String, String> texts = document.path("tags")
                .valueStream()
                .collect(Collectors.toMap(tag -> tag.path("name").asString(""), tag -> plain(tag.path("description"))));
        return byTag.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(each -> new Subject(each.getKey(), texts.getOrDefault(each.getKey(), ""), each.getValue()))
                .toList();
    }

    /** What holds for all of them. */
    String introduction() {
        return plain(api.document().path("info").path("description"));
    }

    /** Descriptions are Markdown with code and nothing else. */
    private static String plain(JsonNode markdown) {
        return markdown.asString("").replace("`", "");
    }

    private static String tag(JsonNode operation) {
        return operation.path("tags").path(0).asString("");
    }

    private Entry entry(String method, String path, JsonNode operation) {
        JsonNode content = operation.path("requestBody").path("content");
        JsonNode media = content.path(firstName(content));
        Map.Entry<String, JsonNode> success =
                operation.path("responses").properties().iterator().next();
        JsonNode answers = success.getValue().path("content");
        JsonNode answered = answers.path(firstName(answers));
        String requestExample = example(media);
        return new Entry(
                operation.path("operationId").asString(""),
                method,
                path,
                operation.path("summary").asString(""),
                plain(operation.path("description")),
                operation.path("security").path(0).path("bearerAuth").path(0).asString(""),
                parameters(operation.path("parameters")),
                fields(media.path("schema"), true),
                requestExample,
                method.isEmpty() ? "" : curl(method, path, operation, firstName(content), media.path("example")),
                success.getKey() + " " + success.getValue().path("description").asString(""),
                fields(answered.path("schema"), false),
                example(answered),
                operation.path("responses").propertyNames().stream().skip(1).collect(Collectors.joining(", ")));
    }

    private static String firstName(JsonNode object) {
        return object.propertyNames().stream().findFirst().orElse("");
    }

    private String example(JsonNode media) {
        JsonNode example = media.path("example");
        return example.isMissingNode()
                ? ""
                : example.isString()
                        ? example.stringValue()
                        : json.writerWithDefaultPrettyPrinter().writeValueAsString(example);
    }

    private List<Field> parameters(JsonNode parameters) {
        return parameters
                .valueStream()
                .map(this::resolve)
                .map(parameter -> new Field(
                        parameter.path("name").asString(""),
                        parameter.path("in").asString(""),
                        parameter.path("required").asBoolean(false),
                        plain(parameter.path("description"))))
                .toList();
    }

    /** Of an answer every field is there, so none is marked. */
    private List<Field> fields(JsonNode schema, boolean mark) {
        List<Field> fields = new ArrayList<>();
        collect(schema, "", 0, fields);
        return mark
                ? fields
                : fields.stream()
                        .map(field -> new Field(field.name(), field.type(), false, field.text()))
                        .toList();
    }

    private void collect(JsonNode unresolved, String prefix, int depth, List<Field> fields) {
        JsonNode schema = resolve(unresolved);
        if (depth > DEEPEST) {
            return;
        }
        schema.path("allOf").forEach(part -> collect(part, prefix, depth, fields));
        schema.path("anyOf").forEach(part -> collect(part, prefix, depth, fields));
        if (schema.has("items")) {
            collect(schema.path("items"), prefix + "[]", depth, fields);
        }
        List<String> required = schema.path("required")
                .valueStream()
                .map(name -> name.asString(""))
                .toList();
        schema.path("properties").properties().forEach(property -> {
            String name = prefix.isEmpty() ? property.getKey() : prefix + "." + property.getKey();
            fields.add(new Field(
                    name,
                    type(property.getValue()),
                    required.contains(property.getKey()),
                    property.getValue()
                            .path("description")
                            .asString(resolve(property.getValue())
                                    .path("description")
                                    .asString(""))));
            collect(property.getValue(), name, depth + 1, fields);
        });
    }

    private String type(JsonNode unresolved) {
        JsonNode schema = resolve(unresolved);
        if (schema.has("anyOf")) {
            return schema.path("anyOf").valueStream().map(this::type).collect(Collectors.joining(" | "));
        }
        if (schema.has("enum")) {
            return schema.path("enum")
                    .valueStream()
                    .map(value -> value.asString(""))
                    .collect(Collectors.joining(" | "));
        }
        JsonNode type = schema.path("type");
        String name = type.isArray()
                ? type.valueStream().map(each -> each.asString("")).collect(Collectors.joining(" | "))
                : type.asString("any");
        return schema.has("format") ? name + " (" + schema.path("format").asString("") + ")" : name;
    }

    private JsonNode resolve(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isString() ? api.document().at(reference.stringValue().substring(1)) : node;
    }

    /** In a shell, where single quotes keep everything but themselves. */
    private String curl(String method, String path, JsonNode operation, String type, JsonNode example) {
        var call = new StringBuilder("curl");
        if (!"GET".equals(method)) {
            call.append(" -X ").append(method);
        }
        String base = api.document().path("servers").path(0).path("url").asString("");
        call.append(" '")
                .append(base)
                .append(path.replaceAll("\\{(\\w+)}", "<$1>"))
                .append('\'');
        JsonNode security = operation.path("security").path(0);
        if (security.has("bearerAuth")) {
            call.append(" \\\n  -H \"Authorization: Bearer $TOKEN\"");
        }
        if (security.has("basicWriteKey")) {
            call.append(" \\\n  -u \"$WRITE_KEY:\"");
        }
        if (operation
                .path("parameters")
                .valueStream()
                .anyMatch(each -> each.path("$ref").asString("").contains("Idempotency-Key"))) {
            call.append(" \\\n  -H \"Idempotency-Key: $(uuidgen)\"");
        }
        if (type.startsWith("multipart/")) {
            example.properties()
                    .forEach(part -> call.append(" \\\n  -F ")
                            .append(quoted(part.getKey()
                                    + (part.getKey().equals("file")
                                            ? "=@orders.csv"
                                            : "=" + part.getValue().asString("")))));
        } else if (!type.isEmpty()) {
            call.append(" \\\n  -H 'Content-Type: ").append(type).append("' \\\n  -d ");
            call.append(quoted(json.writeValueAsString(example)));
        }
        return call.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
