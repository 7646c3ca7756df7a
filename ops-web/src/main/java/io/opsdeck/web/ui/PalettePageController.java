package io.opsdeck.web.ui;

import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The command palette: everything that can be found or done, by either language or by pinyin. */
@PageController
class PalettePageController {

    /** How many answers of one group are shown once something is typed. */
    private static final int MOST = 6;

    private final List<PaletteSource> sources;

    PalettePageController(List<PaletteSource> sources) {
        this.sources = sources.stream()
                .sorted(Comparator.comparing(PaletteSource::order))
                .toList();
    }

    @GetMapping("/palette")
    @Requires(Permission.WORKSPACE_READ)
    String palette(@RequestParam(defaultValue = "") String q, HttpServletRequest request, Locale locale, Model model) {
        PaletteQuery query = PaletteQuery.of(q, Caller.require(request), locale);
        model.addAttribute("q", q.strip());
        model.addAttribute(
                "groups",
                sources.stream()
                        .map(source -> new Group(source.key(), best(source.find(query), query)))
                        .filter(group -> !group.entries().isEmpty())
                        .sorted(Comparator.comparing(Group::fit).reversed())
                        .toList());
        return "ui/palette";
    }

    private static List<PaletteEntry> best(List<PaletteEntry> found, PaletteQuery query) {
        return found.stream()
                .filter(entry -> entry.fit() > 0)
                .sorted(Comparator.comparing(PaletteEntry::fit).reversed())
                .limit(query.text().isEmpty() ? Integer.MAX_VALUE : MOST)
                .toList();
    }

    /** Answers of one source; the group with the best answer stands on top. */
    record Group(String key, List<PaletteEntry> entries) {

        int fit() {
            return entries.get(0).fit();
        }
    }
}
