package io.opsdeck.analytics.event;

import io.opsdeck.core.text.TextHygiene;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a tracking call as a stream of tokens. The body is held once, as bytes and never more than the limit of its
 * kind; properties and context are copied from the tokens straight into their final JSON text, cleaned on the way. No
 * tree is built: an event costs its struct, the strings that are stored and one array of property names.
 *
 * <p>A fault of one event is noted on it and reading goes on; only a document that cannot be read any further, or that
 * is over the limits of its kind, throws.
 */
final class TrackingParser {

    static final int MOST_EVENTS = 2_500;
    static final int MOST_EVENT_BYTES = 32 << 10;
    static final int MOST_DEPTH = 32;
    static final int MOST_KEYS = 500;
    static final int MOST_NAME = 256;
    static final int MOST_STRING = 64 << 10;
    static final int MOST_DIGITS = 100;
    static final int MOST_MESSAGE_ID = 100;

    static final byte TEXT = 1;
    static final byte NUMBER = 2;
    static final byte BOOLEAN = 4;
    static final byte OBJECT = 8;
    static final byte LIST = 16;

    private static final long EXACT = 1L << 53;

    /** Deeper documents are not read to their end; between this and our own depth one event is refused alone. */
    private static final int READABLE_DEPTH = 512;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(READABLE_DEPTH)
                    .maxStringLength(TrackingCall.Kind.IMPORT.mostBytes())
                    .maxNumberLength(TrackingCall.Kind.IMPORT.mostBytes())
                    .maxNameLength(TrackingCall.Kind.IMPORT.mostBytes())
                    .build())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private final byte[] body;
    private final int[] repaired;
    private final TrackingCall.Kind call;
    private final JsonParser json;
    private final List<TrackedEvent> events = new ArrayList<>();
    private final StringBuilder text = new StringBuilder(512);

    private String[] names = new String[16];
    private byte[] types = new byte[16];
    private int nameCount;
    private int keys;

    private @Nullable String writeKey;
    private @Nullable String sentAt;
    private @Nullable String batchContext;

    private TrackingParser(byte[] body, int offset, int[] repaired, TrackingCall.Kind call) {
        this.body = body;
        this.repaired = repaired;
        this.call = call;
        this.json = JSON.createParser(ObjectReadContext.empty(), body, offset, body.length - offset);
    }

    /** Reads one document; throws {@link EventError#INVALID_ENCODING} and its neighbours for the whole of it. */
    static ParsedCall parse(TrackingCall.Kind kind, byte[] body) {
        int offset = checkEncoding(body);
        var parser = new TrackingParser(body, offset, repairSurrogates(body), kind);
        try {
            return parser.document();
        } catch (JacksonException e) {
            throw EventError.DOCUMENT_UNREADABLE.exception(e);
        }
    }

    /** Returns where the document begins, behind a byte order mark. */
    private static int checkEncoding(byte[] body) {
        for (int i = 0; i < Math.min(4, body.length); i++) {
            if (body[i] == 0) {
                throw EventError.INVALID_ENCODING.exception();
            }
        }
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var in = ByteBuffer.wrap(body);
        var out = CharBuffer.allocate(Math.min(4096, body.length + 2));
        while (true) {
            var result = decoder.decode(in, out, true);
            if (result.isError()) {
                throw EventError.INVALID_ENCODING.exception(in.position());
            }
            if (result.isUnderflow()) {
                break;
            }
            out.clear();
        }
        boolean mark = body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF;
        return mark ? 3 : 0;
    }

    /**
     * Writes the escape of U+FFFD over escapes of half a surrogate pair, which Jackson lets pass in values and refuses in
     * names. Returns where, in ascending order.
     */
    private static int[] repairSurrogates(byte[] body) {
        int[] places = {};
        int count = 0;
        int i = 0;
        while (i < body.length - 1) {
            if (body[i] != '\\') {
                i++;
                continue;
            }
            int unit = escaped(body, i);
            if (unit < 0) {
                i += 2;
            } else if (Character.isHighSurrogate((char) unit)
                    && Character.isLowSurrogate((char) escaped(body, i + 6))) {
                i += 12;
            } else {
                if (Character.isSurrogate((char) unit)) {
                    body[i + 2] = 'F';
                    body[i + 3] = 'F';
                    body[i + 4] = 'F';
                    body[i + 5] = 'D';
                    if (count == places.length) {
                        places = Arrays.copyOf(places, count * 2 + 8);
                    }
                    places[count++] = i;
                }
                i += 6;
            }
        }
        return Arrays.copyOf(places, count);
    }

    /** The code unit of the escape that begins at {@code at}, or -1 where none does. */
    private static int escaped(byte[] body, int at) {
        if (at + 6 > body.length || body[at] != '\\' || body[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(body[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private boolean isRepaired(int from, int to) {
        int place = Arrays.binarySearch(repaired, from);
        int next = place < 0 ? -place - 1 : place;
        return next < repaired.length && repaired[next] < to;
    }

    private ParsedCall document() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw EventError.DOCUMENT_UNREADABLE.exception();
        }
        if (call.many()) {
            batch();
        } else {
            event("");
        }
        if (json.nextToken() != null) {
            throw EventError.DOCUMENT_UNREADABLE.exception();
        }
        if (call.many()) {
            for (TrackedEvent event : events) {
                event.batchContext = batchContext;
                if (event.sentAt == null) {
                    event.sentAt = sentAt;
                }
            }
        }
        return new ParsedCall(events, writeKey);
    }

    private void batch() {
        boolean found = false;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("batch") && value == JsonToken.START_ARRAY) {
                found = true;
                items();
            } else if (field.equals("sentAt")) {
                sentAt = scalar(value, null);
            } else if (field.equals("writeKey")) {
                writeKey = scalar(value, null);
            } else if (field.equals("context") && value == JsonToken.START_OBJECT) {
                var holder = new TrackedEvent(body, 0, "");
                keys = 0;
                text.setLength(0);
                copy(holder, "/context", false);
                if (holder.fault != null) {
                    throw EventError.DOCUMENT_UNREADABLE.at("/context");
                }
                batchContext = text.toString();
            } else {
                json.skipChildren();
            }
        }
        if (!found) {
            throw EventError.DOCUMENT_UNREADABLE.at("/batch");
        }
    }

    private void items() {
        JsonToken token = json.nextToken();
        while (token != JsonToken.END_ARRAY) {
            if (events.size() == MOST_EVENTS) {
                throw EventError.TOO_MANY_EVENTS.exception(MOST_EVENTS);
            }
            String pointer = "/batch/" + events.size();
            if (token == JsonToken.START_OBJECT) {
                event(pointer);
            } else {
                var broken =
                        new TrackedEvent(body, (int) json.currentTokenLocation().getByteOffset(), pointer);
                broken.refuse(EventFault.NOT_AN_OBJECT, "");
                events.add(broken);
                json.skipChildren();
            }
            token = json.nextToken();
        }
    }

    private void event(String pointer) {
        int start = (int) json.currentTokenLocation().getByteOffset();
        var event = new TrackedEvent(body, start, pointer);
        events.add(event);
        keys = 0;
        String type = call.many() ? null : call.path();
        String name = null;
        String category = null;
        String track = null;
        String original = null;
        String traits = null;
        String[] traitNames = null;
        byte[] traitTypes = null;
        boolean properties = false;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "type" -> {
                    String given = scalar(value, event);
                    type = call.many() ? given : type;
                }
                case "messageId" -> event.messageId = orEmpty(scalar(value, event));
                case "userId" -> event.userId = scalar(value, event);
                case "anonymousId" -> event.anonymousId = scalar(value, event);
                case "previousId" -> event.previousId = scalar(value, event);
                case "groupId" -> event.groupId = scalar(value, event);
                case "event" -> track = scalar(value, event);
                case "name" -> name = scalar(value, event);
                case "category" -> category = scalar(value, event);
                case "timestamp" -> event.timestamp = scalar(value, event);
                case "originalTimestamp" -> original = scalar(value, event);
                case "sentAt" -> event.sentAt = scalar(value, event);
                case "writeKey" -> writeKey = scalar(value, null);
                case "properties" -> {
                    String copied = object(event, value, "/properties", EventFault.INVALID_PROPERTIES, true);
                    if (copied != null) {
                        event.props = copied;
                        event.propertyNames = Arrays.copyOf(names, nameCount);
                        event.propertyTypes = Arrays.copyOf(types, nameCount);
                        properties = true;
                    }
                }
                case "traits" -> {
                    String copied = object(event, value, "/traits", EventFault.INVALID_PROPERTIES, true);
                    if (copied != null) {
                        traits = copied;
                        traitNames = Arrays.copyOf(names, nameCount);
                        traitTypes = Arrays.copyOf(types, nameCount);
                    }
                }
                case "context" -> {
                    String copied = object(event, value, "/context", EventFault.INVALID_CONTEXT, false);
                    if (copied != null) {
                        event.context = copied;
                    }
                }
                default -> json.skipChildren();
            }
        }
        event.rawEnd = (int) json.currentLocation().getByteOffset();
        if (isRepaired(start, event.rawEnd)) {
            event.flags |= TrackedEvent.SANITIZED;
        }
        if (event.rawEnd - start > MOST_EVENT_BYTES) {
            event.refuse(EventFault.EVENT_TOO_LARGE, "");
        }
        if (event.timestamp == null) {
            event.timestamp = original;
        }
        if (!properties && traits != null && traitNames != null && traitTypes != null) {
            event.props = traits;
            event.propertyNames = traitNames;
            event.propertyTypes = traitTypes;
        }
        decide(event, type, track, name, category);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void decide(
            TrackedEvent event,
            @Nullable String type,
            @Nullable String trackName,
            @Nullable String name,
            @Nullable String category) {
        var kind = type == null ? null : TrackingCall.Kind.ofPath(type).orElse(null);
        if (kind == null || kind.many() || !kind.path().equals(type)) {
            event.refuse(EventFault.UNKNOWN_TYPE, "/type");
            return;
        }
        event.kind = kind;
        event.name = "$" + kind.path();
        if (kind == TrackingCall.Kind.TRACK) {
            if (trackName == null || trackName.isBlank()) {
                event.refuse(EventFault.EVENT_NAME_MISSING, "/event");
            } else {
                event.name = trackName;
            }
        } else if (kind == TrackingCall.Kind.PAGE || kind == TrackingCall.Kind.SCREEN) {
            addProperty(event, "category", category);
            addProperty(event, "name", name);
        } else if (kind == TrackingCall.Kind.GROUP && (event.groupId == null || event.groupId.isBlank())) {
            event.refuse(EventFault.GROUP_ID_MISSING, "/groupId");
        }
        if (longer(event.name, MOST_NAME)) {
            event.refuse(EventFault.EVENT_NAME_TOO_LONG, "/event");
        }
        if (longer(event.messageId, MOST_MESSAGE_ID)) {
            event.refuse(EventFault.MESSAGE_ID_TOO_LONG, "/messageId");
        }
    }

    /** The sender's own property of that name stays: of two equal keys PostgreSQL keeps the last. */
    private static void addProperty(TrackedEvent event, String property, @Nullable String value) {
        if (value == null) {
            return;
        }
        var json = new StringBuilder(event.props.length() + value.length() + 16).append('{');
        quote(property, json);
        json.append(':');
        quote(value, json);
        if (event.props.length() > 2) {
            json.append(',');
        }
        event.props = json.append(event.props, 1, event.props.length()).toString();
        int count = event.propertyNames.length;
        event.propertyNames = Arrays.copyOf(event.propertyNames, count + 1);
        event.propertyNames[count] = property;
        event.propertyTypes = Arrays.copyOf(event.propertyTypes, count + 1);
        event.propertyTypes[count] = TEXT;
    }

    /** The text of a scalar; what is no scalar is skipped and counts as absent. */
    private @Nullable String scalar(JsonToken value, @Nullable TrackedEvent event) {
        if (value.isStructStart()) {
            json.skipChildren();
            return null;
        }
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        return clean(json.getString(), event);
    }

    private static String clean(String raw, @Nullable TrackedEvent event) {
        String clean = TextHygiene.clean(raw);
        if (event != null && !clean.equals(raw)) {
            event.flags |= TrackedEvent.SANITIZED;
        }
        return clean;
    }

    private @Nullable String object(
            TrackedEvent event, JsonToken value, String where, EventFault otherwise, boolean properties) {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            event.refuse(otherwise, where);
            return null;
        }
        text.setLength(0);
        copy(event, where, properties);
        return text.toString();
    }

    /** Copies the current object into {@link #text}; depth counts from the event, which is the first level. */
    private void copy(TrackedEvent event, String where, boolean properties) {
        nameCount = 0;
        int depth = 1;
        boolean separate = false;
        text.append('{');
        while (depth > 0) {
            JsonToken token = json.nextToken();
            if (token == null) {
                throw EventError.DOCUMENT_UNREADABLE.exception();
            }
            if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
                text.append(token == JsonToken.END_OBJECT ? '}' : ']');
                depth--;
                separate = true;
                continue;
            }
            if (separate) {
                text.append(',');
            }
            separate = true;
            if (token == JsonToken.PROPERTY_NAME) {
                String name = clean(json.currentName(), event);
                if (++keys > MOST_KEYS) {
                    event.refuse(EventFault.TOO_MANY_KEYS, where);
                }
                if (longer(name, MOST_NAME)) {
                    event.refuse(EventFault.NAME_TOO_LONG, where);
                }
                quote(name, text);
                text.append(':');
                token = json.nextToken();
                if (properties && depth == 1) {
                    note(name, token);
                }
            }
            if (token.isStructStart()) {
                if (++depth >= MOST_DEPTH) {
                    event.refuse(EventFault.EVENT_TOO_DEEP, where);
                }
                text.append(token == JsonToken.START_OBJECT ? '{' : '[');
                separate = false;
            } else {
                value(event, token, where);
            }
        }
    }

    private void note(String name, JsonToken token) {
        if (nameCount == names.length) {
            names = Arrays.copyOf(names, nameCount * 2);
            types = Arrays.copyOf(types, nameCount * 2);
        }
        names[nameCount] = name;
        types[nameCount++] = switch (token) {
            case VALUE_STRING -> TEXT;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> BOOLEAN;
            case START_OBJECT -> OBJECT;
            case START_ARRAY -> LIST;
            default -> 0;
        };
    }

    private void value(TrackedEvent event, JsonToken token, String where) {
        String value = json.getString();
        if (token == JsonToken.VALUE_STRING) {
            if (value.length() > MOST_STRING) {
                event.refuse(EventFault.STRING_TOO_LONG, where);
            }
            quote(clean(value, event), text);
        } else if (token.isNumeric()) {
            if (value.length() > MOST_DIGITS) {
                event.refuse(EventFault.NUMBER_TOO_LONG, where);
            }
            number(value, token == JsonToken.VALUE_NUMBER_INT);
        } else {
            text.append(value);
        }
    }

    /** What a double cannot hold stays as the text that was sent. */
    private void number(String value, boolean whole) {
        boolean holds;
        if (value.length() < 16 && whole) {
            holds = true;
        } else if (whole) {
            holds = value.length() <= 17 && Math.abs(Long.parseLong(value)) <= EXACT;
        } else {
            double number = value.length() > MOST_DIGITS ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
            holds = Double.isFinite(number) && (number != 0 || isZero(value));
        }
        if (holds) {
            text.append(value);
        } else {
            text.append('"').append(value).append('"');
        }
    }

    private static boolean isZero(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 'e' || c == 'E') {
                return true;
            }
            if (c >= '1' && c <= '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean longer(String text, int most) {
        return text.length() > most && text.codePointCount(0, text.length()) > most;
    }

    static void quote(String value, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ') {
                out.append(c);
            } else {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        out.append('"');
    }
}
