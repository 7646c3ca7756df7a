package io.opsdeck.web.view;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.view.SavedViews;
import io.opsdeck.core.view.SavedViews.SavedView;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.ui.Pages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Gives the pages with lists their views; fragments of them do without. */
@ControllerAdvice(annotations = PageController.class)
class ViewAdvice {

    private final SavedViews views;
    private final ContactSight sight;
    private final FilterWords words;

    ViewAdvice(SavedViews views, ContactSight sight, FilterWords words) {
        this.views = views;
        this.sight = sight;
        this.words = words;
    }

    @ModelAttribute("views")
    @Nullable
    ViewTabs views(HttpServletRequest request, Locale locale) {
        if (!request.getMethod().equals("GET") || request.getHeader("HX-Request") != null) {
            return null;
        }
        String query = Optional.ofNullable(request.getQueryString()).orElse("");
        return Pages.at(request.getRequestURI())
                .filter(ViewTabs::has)
                .flatMap(page -> Caller.find(request)
                        .filter(access -> access.may(page.permission()))
                        .map(access -> ViewTabs.of(
                                page,
                                query,
                                views.list(page.key(), access.member()).stream()
                                        .filter(openable(access))
                                        .toList(),
                                filter -> words.of(page, filter, locale))))
                .orElse(null);
    }

    private Predicate<SavedView> openable(Access access) {
        Predicate<String> open = sight.mayOpen(access);
        return view -> open.test(view.query());
    }
}
