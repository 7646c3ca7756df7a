package io.opsdeck.analytics.store;

import java.io.StringWriter;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the properties of an event as a stream of names and canonical texts, without a tree. */
final class PropertyDecoder {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_DIGITS = 60;

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
            case VALUE_NUMBER_FLOAT -> canonical(parser.getString());
            case START_ARRAY, START_OBJECT -> structured(parser);
            default -> null;
        };
    }

    /** The same number always as the same text: 42.0 and 4.2e1 as 42. */
    static String canonical(String number) {
        var value = new BigDecimal(number).stripTrailingZeros();
        if (value.signum() == 0) {
            return "0";
        }
        boolean plain = value.precision() - value.scale() < MOST_DIGITS && value.scale() < MOST_DIGITS;
        return plain ? value.toPlainString() : value.toString();
    }

    private static String structured(JsonParser parser) {
        var text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.copyCurrentStructure(parser);
        }
        return Property.STRUCTURED + text.toString();
    }
}
