package io.opsdeck.core.page;

import io.opsdeck.core.error.CoreError;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a list shows: the part of its address behind the question mark, without the place in the list. */
public final class ListQuery {

    /** Parameters that say where in the list one is, not what is in it. */
    private static final Set<String> PLACES = Set.of("cursor", "open", "replayed", "saved", "limit");

    private final Map<String, List<String>> fields;

    private ListQuery(Map<String, List<String>> fields) {
        this.fields = fields;
    }

    /** Reads {@code ?a=1&a=2&b=}; empty values say nothing. */
    public static ListQuery of(String query) {
        Map<String, List<String>> fields = new TreeMap<>();
        String text = query.startsWith("?") ? query.substring(1) : query;
        for (String pair : text.split("&")) {
            int cut = pair.indexOf('=');
            if (cut <= 0) {
                continue;
            }
            String name = decoded(pair.substring(0, cut));
            String value = decoded(pair.substring(cut + 1));
            if (!value.isEmpty() && !PLACES.contains(name)) {
                fields.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        return new ListQuery(fields);
    }

    /** The value of a field, empty where there is none. */
    public String get(String name) {
        return all(name).stream().findFirst().orElse("");
    }

    public List<String> all(String name) {
        return List.copyOf(fields.getOrDefault(name, List.of()));
    }

    /** In normal form: known encoding, by name. */
    @Override
    public String toString() {
        return fields.entrySet().stream()
                .flatMap(
                        field -> field.getValue().stream().map(value -> encoded(field.getKey()) + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw CoreError.INVALID_VALUE.at("/query", text);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
