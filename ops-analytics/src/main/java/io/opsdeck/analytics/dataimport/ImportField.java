package io.opsdeck.analytics.dataimport;

import java.util.Locale;
import java.util.Optional;

/**
 * Where the cells of a column go, written {@code userId}, {@code properties.price} or {@code items.quantity:number}.
 *
 * @param name of the property or trait; empty for the other places
 */
public record ImportField(Place place, String name, Type type) {

    /** A part of the event. */
    public enum Place {
        USER_ID("userId", false),
        ANONYMOUS_ID("anonymousId", false),
        MESSAGE_ID("messageId", false),
        EVENT("event", false),
        TIMESTAMP("timestamp", false),
        /** A property of the event; in a group the rows have to agree. */
        PROPERTY("properties", true),
        /** A trait of the person. */
        TRAIT("traits", true),
        /** A property of one element of the group's list. */
        ITEM("items", true),
        /** A property of the event that adds up the group's rows. */
        SUM("sum", true);

        private final String key;
        private final boolean named;

        Place(String key, boolean named) {
            this.key = key;
            this.named = named;
        }

        public String key() {
            return key;
        }

        /** Whether a name follows. */
        public boolean named() {
            return named;
        }

        /** Whether it only makes sense for rows that become one event together. */
        public boolean grouped() {
            return this == ITEM || this == SUM;
        }
    }

    /** How a cell is read. */
    public enum Type {
        /** What looks like a number or like true and false becomes one; leading zeros stay text. */
        AUTO,
        TEXT,
        NUMBER,
        BOOLEAN,
        /** A time in the zone of the import, stored with its offset. */
        TIME;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads the written form; empty where it is none. */
    public static Optional<ImportField> of(String text) {
        int colon = text.lastIndexOf(':');
        Type type = Type.AUTO;
        String path = text;
        if (colon >= 0) {
            Optional<Type> given = typeOf(text.substring(colon + 1));
            if (given.isPresent()) {
                type = given.get();
                path = text.substring(0, colon);
            }
        }
        int dot = path.indexOf('.');
        String key = dot < 0 ? path : path.substring(0, dot);
        String name = dot < 0 ? "" : path.substring(dot + 1).strip();
        for (Place place : Place.values()) {
            if (place.key.equals(key) && place.named == !name.isEmpty() && (dot < 0) == !place.named) {
                return Optional.of(new ImportField(place, name, place == Place.SUM ? Type.NUMBER : type));
            }
        }
        return Optional.empty();
    }

    private static Optional<Type> typeOf(String key) {
        for (Type type : Type.values()) {
            if (type.key().equals(key)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        String path = place.named ? place.key + "." + name : place.key;
        return type == Type.AUTO || place == Place.SUM ? path : path + ":" + type.key();
    }
}
