package io.opsdeck.web.openapi;

import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes an example that fits a schema, for what nobody wrote one for. */
final class Examples {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 6;
    private static final String ID = "019a9f3e-6d2c-7c41-9a55-3f0b7f8d1c2e";

    private final ObjectNode components;

    Examples(ObjectNode components) {
        this.components = components;
    }

    JsonNode of(JsonNode schema) {
        return of(schema, "", 0);
    }

    private JsonNode of(JsonNode schema, String name, int depth) {
        if (schema.has("$ref")) {
            String reference = schema.path("$ref").stringValue();
            return of(components.path(reference.substring(reference.lastIndexOf('/') + 1)), name, depth);
        }
        for (String either : new String[] {"anyOf", "oneOf"}) {
            if (schema.has(either)) {
                return of(schema.path(either).path(0), name, depth);
            }
        }
        if (schema.has("examples")) {
            return schema.path("examples").path(0);
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(0);
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asString("") : type.asString("")) {
            case "string" -> NODES.stringNode(text(schema.path("format").asString(""), name));
            case "boolean" -> NODES.booleanNode(true);
            case "integer", "number" -> NODES.numberNode(1);
            case "array" -> array(schema, name, depth);
            case "object" -> object(schema, depth);
            default -> NODES.objectNode();
        };
    }

    private JsonNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = NODES.arrayNode();
        if (depth < DEEPEST) {
            array.add(of(schema.path("items"), name, depth + 1));
        }
        return array;
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            object.set(property.getKey(), of(property.getValue(), property.getKey(), depth + 1));
        }
        return object;
    }

    private static String text(String format, String name) {
        return switch (format) {
            case "date-time" -> "2026-03-02T08:15:00Z";
            case "date" -> "2026-03-02";
            case "uuid" -> ID;
            default -> name.toLowerCase(Locale.ROOT).endsWith("id") ? ID : name.isEmpty() ? "text" : name;
        };
    }
}
