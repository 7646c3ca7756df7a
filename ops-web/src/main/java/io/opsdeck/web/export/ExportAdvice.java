package io.opsdeck.web.export;

import io.opsdeck.core.export.Exports;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.ui.Pages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Tells the pages of lists whether they can be exported; fragments of them do without. */
@ControllerAdvice(annotations = PageController.class)
class ExportAdvice {

    private final Exports exports;

    ExportAdvice(Exports exports) {
        this.exports = exports;
    }

    /**
     * A list that can be exported.
     *
     * @param query as the page was opened; with filters set since then, the request itself says where it comes from
     */
    record Offer(String list, String query) {}

    @ModelAttribute("export")
    @Nullable
    Offer offer(HttpServletRequest request) {
        if (!request.getMethod().equals("GET") || request.getHeader("HX-Request") != null) {
            return null;
        }
        String query = Optional.ofNullable(request.getQueryString()).orElse("");
        return Pages.at(request.getRequestURI())
                .filter(page -> Caller.find(request)
                        .filter(access -> exports.offers(page.key(), access))
                        .isPresent())
                .map(page -> new Offer(page.key(), ListQuery.of(query).toString()))
                .orElse(null);
    }
}
