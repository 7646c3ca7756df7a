package io.opsdeck.analytics.store;

import io.opsdeck.analytics.event.CanonicalText;
import io.opsdeck.analytics.event.RecentTexts;
import java.io.Reader;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** Reads the properties of events as a stream of names and canonical texts, without a tree. */
final class PropertyDecoder {

    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();

    /** Takes one property that is not null. */
    interface Sink {
        void property(String name, String value);
    }

    /** Takes one property that is not null of one of several events. */
    interface RowSink {
        void property(int row, String name, String value);
    }

    private PropertyDecoder() {}

    static void decode(String props, Sink sink) {
        if (isEmpty(props)) {
            return;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), props)) {
            object(parser, null, sink);
        }
    }

    /** The first {@code size} of some events in one go: making a parser for each takes longer than what it reads. */
    static void decode(String[] props, int size, RowSink sink) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), new Texts(props, size))) {
            var texts = new RecentTexts(4_096);
            for (int i = 0; i < size; i++) {
                if (!isEmpty(props[i])) {
                    int row = i;
                    object(parser, texts, (name, value) -> sink.property(row, name, value));
                }
            }
        }
    }

    private static boolean isEmpty(String props) {
        return props.length() <= 2;
    }

    /** @param texts null where it is not worth remembering them */
    private static void object(JsonParser parser, @Nullable RecentTexts texts, Sink sink) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        String name = parser.nextName();
        while (name != null) {
            String value = value(parser, parser.nextToken(), texts);
            if (value != null) {
                sink.property(name, value);
            }
            name = parser.nextName();
        }
    }

    /** One text behind the other, with a space between. */
    private static final class Texts extends Reader {

        private final String[] texts;
        private final int size;
        private int text;
        private int at;

        Texts(String[] texts, int size) {
            this.texts = texts;
            this.size = size;
        }

        @Override
        public int read(char[] into, int offset, int length) {
            int place = offset;
            int end = offset + length;
            while (place < end && text < size) {
                String from = texts[text];
                int some = Math.min(end - place, isEmpty(from) ? 0 : from.length() - at);
                from.getChars(at, at + some, into, place);
                place += some;
                at += some;
                if (place < end) {
                    into[place++] = ' ';
                    text++;
                    at = 0;
                }
            }
            return place == offset ? -1 : place - offset;
        }

        @Override
        public void close() {
            text = size;
        }
    }

    private static @Nullable String value(JsonParser parser, JsonToken token, @Nullable RecentTexts texts) {
        return switch (token) {
            case VALUE_STRING, VALUE_NUMBER_INT -> text(parser, texts);
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NUMBER_FLOAT -> CanonicalText.number(parser.getString());
            case START_ARRAY, START_OBJECT -> structured(parser);
            default -> null;
        };
    }

    private static String text(JsonParser parser, @Nullable RecentTexts texts) {
        return texts == null
                ? parser.getString()
                : texts.of(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
    }

    private static String structured(JsonParser parser) {
        var text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            generator.copyCurrentStructure(parser);
        }
        return Property.STRUCTURED + text.toString();
    }
}
