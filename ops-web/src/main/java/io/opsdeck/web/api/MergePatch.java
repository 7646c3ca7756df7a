package io.opsdeck.web.api;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.text.TextHygiene;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A merge patch (RFC 7396) of an object whose fields are known: what is absent stays, null takes it away. */
public final class MergePatch {

    private final JsonNode body;

    private MergePatch(JsonNode body) {
        this.body = body;
    }

    /** Refuses what is no object, and fields that are not among those that may be changed. */
    public static MergePatch of(JsonNode body, Set<String> fields) {
        if (!body.isObject()) {
            throw ApiError.MALFORMED_BODY.exception();
        }
        body.propertyNames().stream()
                .filter(name -> !fields.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw ApiError.UNKNOWN_FIELD.at(JsonPointers.of(name), name);
                });
        return new MergePatch(body);
    }

    /** Null is the empty text. */
    public String text(String field, String otherwise) {
        JsonNode value = body.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (value.isNull()) {
            return "";
        }
        return TextHygiene.clean(text(field, value));
    }

    public boolean flag(String field, boolean otherwise) {
        JsonNode value = body.path(field);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw CoreError.INVALID_VALUE.at(JsonPointers.of(field), value);
        }
        return value.booleanValue();
    }

    /** Null is the empty list. */
    public List<String> texts(String field, List<String> otherwise) {
        JsonNode values = body.path(field);
        if (values.isMissingNode()) {
            return otherwise;
        }
        if (!values.isArray() && !values.isNull()) {
            throw CoreError.INVALID_VALUE.at(JsonPointers.of(field), values);
        }
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(text(field, value)));
        return texts;
    }

    private static String text(String field, JsonNode value) {
        if (!value.isString()) {
            throw CoreError.INVALID_VALUE.at(JsonPointers.of(field), value);
        }
        return value.stringValue();
    }
}
