package io.opsdeck.web.api;

import java.util.List;
import tools.jackson.core.JacksonException;

/** Places in a body, as RFC 6901 writes them. */
final class JsonPointers {

    private JsonPointers() {}

    static String of(String field) {
        return "/" + field.replace("~", "~0").replace("/", "~1");
    }

    static String of(List<JacksonException.Reference> path) {
        var pointer = new StringBuilder();
        for (JacksonException.Reference step : path) {
            pointer.append(step.getPropertyName() == null ? "/" + step.getIndex() : of(step.getPropertyName()));
        }
        return pointer.toString();
    }
}
