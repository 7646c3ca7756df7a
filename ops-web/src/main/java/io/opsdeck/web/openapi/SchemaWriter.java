package io.opsdeck.web.openapi;

import io.opsdeck.core.page.Page;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Schema 2020-12 of the records that handlers take and answer. A component is required unless it is {@code Nullable};
 * of a request, only what its text says is required, and what it does not name is refused.
 */
final class SchemaWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Map<Class<?>, List<String>> PLAIN = Map.ofEntries(
            Map.entry(String.class, List.of("string", "")),
            Map.entry(UUID.class, List.of("string", "uuid")),
            Map.entry(Instant.class, List.of("string", "date-time")),
            Map.entry(LocalDate.class, List.of("string", "date")),
            Map.entry(boolean.class, List.of("boolean", "")),
            Map.entry(Boolean.class, List.of("boolean", "")),
            Map.entry(int.class, List.of("integer", "int32")),
            Map.entry(Integer.class, List.of("integer", "int32")),
            Map.entry(long.class, List.of("integer", "int64")),
            Map.entry(Long.class, List.of("integer", "int64")),
            Map.entry(BigInteger.class, List.of("integer", "")),
            Map.entry(double.class, List.of("number", "double")),
            Map.entry(Double.class, List.of("number", "double")),
            Map.entry(BigDecimal.class, List.of("number", "")));

    private final ObjectNode components = NODES.objectNode();
    private final Map<String, Type> named = new HashMap<>();
    private final ApiTexts texts;

    SchemaWriter(ApiTexts texts) {
        this.texts = texts;
        texts.schemas().forEach(components::set);
    }

    /** All schemas that were referred to. */
    ObjectNode components() {
        return components;
    }

    /** The schema of what a handler answers; null for nothing. */
    @Nullable
    ObjectNode ofAnswer(AnnotatedType type) {
        if (raw(type.getType()) == ResponseEntity.class) {
            return ofAnswer(arguments(type)[0]);
        }
        return raw(type.getType()) == void.class || raw(type.getType()) == Void.class ? null : schema(type, true);
    }

    ObjectNode ofRequest(AnnotatedType type, List<String> required) {
        ObjectNode schema = schema(type, false);
        if (!required.isEmpty() && raw(type.getType()).isRecord()) {
            ObjectNode record = (ObjectNode) components.path(SchemaNames.of(raw(type.getType())));
            ArrayNode names = record.putArray("required");
            required.forEach(name -> {
                names.add(name);
                neverNull((ObjectNode) record.path("properties").path(name));
            });
        }
        return schema;
    }

    /** A record takes null for what is left out; what must be there is not null either. */
    private static void neverNull(ObjectNode property) {
        if (property.path("type").isArray()) {
            property.set("type", property.path("type").path(0));
        }
    }

    static ObjectNode reference(String name) {
        return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    private ObjectNode schema(AnnotatedType type, boolean answered) {
        ObjectNode schema = bare(type, answered);
        return type.isAnnotationPresent(Nullable.class) ? orNull(schema) : schema;
    }

    private ObjectNode bare(AnnotatedType type, boolean answered) {
        Class<?> raw = raw(type.getType());
        List<String> plain = PLAIN.get(raw);
        if (plain != null) {
            ObjectNode schema = NODES.objectNode().put("type", plain.get(0));
            return plain.get(1).isEmpty() ? schema : schema.put("format", plain.get(1));
        }
        if (raw.isEnum()) {
            ObjectNode schema = NODES.objectNode().put("type", "string");
            ArrayNode values = schema.putArray("enum");
            Arrays.stream(raw.getEnumConstants()).forEach(value -> values.add(value.toString()));
            return schema;
        }
        if (type instanceof AnnotatedArrayType array) {
            return list(schema(array.getAnnotatedGenericComponentType(), answered));
        }
        if (Collection.class.isAssignableFrom(raw)) {
            return list(schema(arguments(type)[0], answered));
        }
        if (Map.class.isAssignableFrom(raw)) {
            ObjectNode schema = NODES.objectNode().put("type", "object");
            schema.set("additionalProperties", schema(arguments(type)[1], answered));
            return schema;
        }
        if (raw == Page.class) {
            return page(arguments(type)[0]);
        }
        return raw.isRecord() ? record(raw, answered) : NODES.objectNode();
    }

    private static ObjectNode list(ObjectNode items) {
        ObjectNode schema = NODES.objectNode().put("type", "array");
        schema.set("items", items);
        return schema;
    }

    private ObjectNode page(AnnotatedType item) {
        ObjectNode rows = schema(item, true);
        String name = raw(item.getType()).isRecord() ? SchemaNames.of(raw(item.getType())) + "Page" : "NamePage";
        ObjectNode schema = NODES.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.set("data", list(rows));
        properties
                .putObject("next")
                .put("description", "The cursor of the next page; null at the end.")
                .putArray("type")
                .add("string")
                .add("null");
        schema.putArray("required").add("data").add("next");
        components.set(name, schema);
        return reference(name);
    }

    private ObjectNode record(Class<?> raw, boolean answered) {
        String name = SchemaNames.of(raw);
        @Nullable Type before = named.putIfAbsent(name, raw);
        if (before != null && before != raw) {
            throw new IllegalStateException(before + " and " + raw + " would both be called " + name);
        }
        if (before != null) {
            return reference(name);
        }
        ObjectNode schema = components.putObject(name).put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = NODES.arrayNode();
        for (RecordComponent component : raw.getRecordComponents()) {
            ObjectNode property = schema(component.getAnnotatedType(), answered);
            texts.field(name + "." + component.getName()).ifPresent(text -> property.put("description", text));
            properties.set(component.getName(), property);
            if (answered) {
                required.add(component.getName());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (!answered) {
            schema.put("additionalProperties", false);
        }
        return reference(name);
    }

    private static ObjectNode orNull(ObjectNode schema) {
        JsonNode type = schema.path("type");
        if (type.isString() && !schema.has("enum")) {
            schema.putArray("type").add(type.stringValue()).add("null");
            return schema;
        }
        if (schema.isEmpty()) {
            return schema;
        }
        ObjectNode either = NODES.objectNode();
        either.putArray("anyOf").add(schema).addObject().put("type", "null");
        return either;
    }

    private static AnnotatedType[] arguments(AnnotatedType type) {
        return ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments();
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class<?> raw) {
            return raw;
        }
        return type instanceof ParameterizedType parameterized ? (Class<?>) parameterized.getRawType() : Object.class;
    }
}
