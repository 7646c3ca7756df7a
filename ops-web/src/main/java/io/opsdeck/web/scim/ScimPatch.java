package io.opsdeck.web.scim;

import io.opsdeck.core.scim.ScimError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The operations of a PATCH as identity providers really send them: the name of the operation in any case, and an object
 * without a path, whose fields are then paths of their own.
 */
record ScimPatch(List<Operation> operations) {

    private static final int MOST = 1_000;

    /** What is done at one place. */
    enum Kind {
        ADD,
        REPLACE,
        REMOVE
    }

    /**
     * One operation.
     *
     * @param path without the URN of the core schema, in small letters up to the first bracket
     * @param value missing for a removal of all that is there
     */
    record Operation(Kind kind, String path, JsonNode value) {}

    static ScimPatch of(JsonNode body) {
        JsonNode operations = field(body, "Operations");
        if (!operations.isArray() || operations.isEmpty() || operations.size() > MOST) {
            throw ScimError.SCIM_VALUE.exception("Operations");
        }
        List<Operation> read = new ArrayList<>();
        for (JsonNode each : operations) {
            Kind kind = kind(field(each, "op"));
            JsonNode path = field(each, "path");
            JsonNode value = field(each, "value");
            if (path.isString() && !path.stringValue().isBlank()) {
                read.add(new Operation(kind, plain(path.stringValue()), value));
                continue;
            }
            if (!value.isObject()) {
                throw ScimError.SCIM_PATH.exception("");
            }
            value.forEachEntry((name, field) -> read.add(new Operation(kind, plain(name), field)));
        }
        return new ScimPatch(read);
    }

    /** A field whatever the case of its name, as the standard wants it. */
    static JsonNode field(JsonNode object, String name) {
        for (var field : object.properties()) {
            if (field.getKey().equalsIgnoreCase(name)) {
                return field.getValue();
            }
        }
        return object.path(name);
    }

    /** A text, or null where there is none. */
    static @Nullable String text(String attribute, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isValueNode()) {
            throw ScimError.SCIM_VALUE.exception(attribute);
        }
        return value.asString();
    }

    /** Yes or no, also where a provider writes it as a text. */
    static boolean flag(String attribute, JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        String text = value.isString() ? value.stringValue().toLowerCase(Locale.ROOT) : "";
        if (!text.equals("true") && !text.equals("false")) {
            throw ScimError.SCIM_VALUE.exception(attribute);
        }
        return text.equals("true");
    }

    private static Kind kind(JsonNode op) {
        String text = op.isString() ? op.stringValue().toLowerCase(Locale.ROOT) : "";
        return switch (text) {
            case "add" -> Kind.ADD;
            case "replace" -> Kind.REPLACE;
            case "remove" -> Kind.REMOVE;
            default -> throw ScimError.SCIM_VALUE.exception("op");
        };
    }

    private static String plain(String path) {
        String bare = path.strip().replaceFirst("(?i)^urn:ietf:params:scim:schemas:core:2\\.0:(User|Group):", "");
        int bracket = bare.indexOf('[');
        return bracket < 0
                ? bare.toLowerCase(Locale.ROOT)
                : bare.substring(0, bracket).toLowerCase(Locale.ROOT) + bare.substring(bracket);
    }
}
