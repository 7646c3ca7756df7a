package io.opsdeck.web.export;

import io.opsdeck.web.ui.Pages;
import io.opsdeck.web.view.FilterWords;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** What the filter of a list asks for, in words. */
@Component
class ExportWords {

    private final FilterWords words;

    ExportWords(FilterWords words) {
        this.words = words;
    }

    /** Empty without a filter. */
    String of(String list, String query, Locale locale) {
        return query.isEmpty()
                ? ""
                : Pages.find(list).map(page -> words.of(page, query, locale)).orElse("");
    }
}
