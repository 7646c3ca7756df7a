package io.opsdeck.analytics.store;

import io.opsdeck.analytics.event.CanonicalText;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** Reads the properties of an event as a stream of names and canonical texts, without a tree. */
final class PropertyDecoder {

    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();

    /** Takes one property that is not null. */
    interface Sink {
        void property(String name, String value);
    }

    private PropertyDecoder() {}

    static void decode(String props, Sink sink) {
        if (props.length() <= 2) {
            return;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), props)) {
            parser.nextToken();
            String name = parser.nextName();
            while (name != null) {
                String value = value(parser, parser.nextToken());
                if (value != null) {
                    sink.property(name, value);
                }
                name = parser.nextName();
            }
        }
    }

    private static @Nullable String value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NUMBER_INT -> parser.getString();
            case VALUE_NUMBER_FLOAT -> CanonicalText.number(parser.getString());
            case START_ARRAY, START_OBJECT -> structured(parser);
            default -> null;
        };
    }

    private static String structured(JsonParser parser) {
        var text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.copyCurrentStructure(parser);
        }
        return Property.STRUCTURED + text.toString();
    }
}
