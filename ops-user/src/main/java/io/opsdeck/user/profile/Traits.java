package io.opsdeck.user.profile;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The traits of one person, each with the time and place in the log of the event that set it. The later one wins, so the
 * outcome does not depend on the order in which events arrive; a removed trait keeps its time, lest an older event
 * bring it back.
 */
final class Traits {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Map<String, Trait> traits = new HashMap<>();
    private boolean newValues;
    private boolean newStamps;

    /** A JSON null is a removed trait. */
    private record Trait(JsonNode value, long at, long seq) {

        boolean isLaterThan(Trait other) {
            return at > other.at || (at == other.at && seq > other.seq);
        }
    }

    /** Reads what {@link #values} and {@link #stamps} wrote. */
    static Traits read(String values, String stamps) {
        var read = new Traits();
        JsonNode all = JSON.readTree(values);
        JSON.readTree(stamps)
                .forEachEntry((name, stamp) -> read.traits.put(
                        name,
                        new Trait(
                                all.optional(name).orElseGet(JSON::nullNode),
                                stamp.get(0).longValue(),
                                stamp.get(1).longValue())));
        return read;
    }

    boolean isEmpty() {
        return traits.isEmpty();
    }

    /** Takes the JSON object of an identify call; null removes. */
    void identify(String json, long at, long seq) {
        JSON.readTree(json).forEachEntry((name, value) -> set(name, new Trait(value, at, seq)));
    }

    /** Takes what {@code other} knows later. */
    void add(Traits other) {
        other.traits.forEach(this::set);
    }

    /** Whether a value is not what it was when these traits were read. */
    boolean hasNewValues() {
        return newValues;
    }

    /** Whether anything is not what it was when these traits were read, be it a time alone. */
    boolean hasNewStamps() {
        return newStamps;
    }

    private void set(String name, Trait trait) {
        Trait before = traits.get(name);
        if (before != null && !trait.isLaterThan(before)) {
            return;
        }
        traits.put(name, trait);
        newStamps = true;
        newValues |= before == null ? !trait.value().isNull() : !trait.value().equals(before.value());
    }

    /** The traits that are set, as a JSON object. */
    String values() {
        var object = JSON.createObjectNode();
        traits.forEach((name, trait) -> {
            if (!trait.value().isNull()) {
                object.set(name, trait.value());
            }
        });
        return object.toString();
    }

    /** Milliseconds and log sequence of every trait, as a JSON object of arrays. */
    String stamps() {
        var object = JSON.createObjectNode();
        traits.forEach((name, trait) -> object.putArray(name).add(trait.at()).add(trait.seq()));
        return object.toString();
    }

    boolean isTrue(String name) {
        Trait trait = traits.get(name);
        return trait != null && trait.value().isBoolean() && trait.value().booleanValue();
    }

    /** A trait that is a text or a number, without white space around it; null where there is none. */
    @Nullable
    String text(String name) {
        Trait trait = traits.get(name);
        if (trait == null || !(trait.value().isString() || trait.value().isNumber())) {
            return null;
        }
        String text = trait.value().asString().strip();
        return text.isEmpty() ? null : text;
    }
}
