package io.opsdeck.analytics.store;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A top-level property of a workspace's events and the values it has had. A value is kept as its canonical text: a
 * number without trailing zeros, {@code true}, a text as it is; an array as {@code [} and its JSON behind one NUL, so that
 * it cannot be mistaken for a text. Behind it stands a quoted number where the value went with an erased person.
 */
public final class Property {

    /** Marks a value that is an array or an object; its JSON follows. */
    public static final char STRUCTURED = '\u0000';

    final int id;
    final String name;
    final Dictionary values = new Dictionary();

    /** The codes of a property that has no column, decoded for one query. */
    final @Nullable Map<Segment, Codes[]> decoded;

    /** Somebody asked for its column, which is worth reading again after a restart. */
    volatile boolean asked;

    Property(int id, String name) {
        this(id, name, null);
    }

    private Property(int id, String name, @Nullable Map<Segment, Codes[]> decoded) {
        this.id = id;
        this.name = name;
        this.decoded = decoded;
    }

    static Property decoded(String name) {
        return new Property(-1, name, new HashMap<>());
    }

    public String name() {
        return name;
    }

    /** One more than the largest code in use; the values below it may be read from {@link #values}. */
    public int size() {
        return values.size();
    }

    /** The texts of the values by code; read {@link #size} first. */
    public String[] values() {
        return values.values();
    }

    @Nullable
    Integer find(String value) {
        return values.find(value);
    }
}
