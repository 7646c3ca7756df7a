package io.opsdeck.web.view;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.view.SavedViews.SavedView;
import io.opsdeck.web.ui.Pages;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The views above a list.
 *
 * @param page the key of the page
 * @param filter the filter of this very address in normal form, empty without one
 * @param words what this filter asks for
 */
public record ViewTabs(String page, String href, String filter, String words, List<Tab> tabs) {

    /** Parameters that say where in the list one is, not what is in it. */
    private static final Set<String> PLACES = Set.of("cursor", "open", "replayed", "saved");

    static ViewTabs of(Pages page, String query, List<SavedView> views, UnaryOperator<String> words) {
        String filter = filter(query);
        return new ViewTabs(
                page.key(),
                page.href(),
                filter,
                filter.isEmpty() ? "" : words.apply(filter),
                views.stream()
                        .map(view -> new Tab(
                                view.id(),
                                view.name(),
                                page.href() + "?" + view.query(),
                                view.query().equals(filter),
                                view.own(),
                                view.shared(),
                                view.ownerName(),
                                words.apply(view.query())))
                        .toList());
    }

    /** A query in normal form: known encoding, by name, without empty values and without the place in the list. */
    static String filter(String query) {
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

    /** Pages whose lists have filters. */
    static boolean has(Pages page) {
        return Arrays.asList(Pages.PEOPLE, Pages.EVENTS, Pages.QUARANTINE, Pages.DICTIONARY, Pages.MEMBERS, Pages.AUDIT)
                .contains(page);
    }

    /** One view; {@code current} when the list shows it now, {@code words} say what it asks for. */
    public record Tab(
            UUID id,
            String name,
            String href,
            boolean current,
            boolean own,
            boolean shared,
            String ownerName,
            String words) {}
}
