package io.opsdeck.web.view;

import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.view.SavedViews.SavedView;
import io.opsdeck.web.ui.Pages;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The views above a list.
 *
 * @param page the key of the page
 * @param filter the filter of this very address in normal form, empty without one
 * @param words what this filter asks for
 */
public record ViewTabs(String page, String href, String filter, String words, List<Tab> tabs) {

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

    /** A query in normal form. */
    static String filter(String query) {
        return ListQuery.of(query).toString();
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
