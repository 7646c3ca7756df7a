package io.opsdeck.web.export;

import io.opsdeck.core.export.ExportFormat;
import io.opsdeck.core.export.ExportView;
import io.opsdeck.core.export.Exports;
import io.opsdeck.core.export.StartExport;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Pages;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A list as a file: what is wanted, how far it is, and the file. */
@PageController
class ExportPageController {

    private final Exports exports;
    private final ExportDownload download;
    private final ExportWords words;

    ExportPageController(Exports exports, ExportDownload download, ExportWords words) {
        this.exports = exports;
        this.download = download;
        this.words = words;
    }

    /** @param query of the list; in a dialog, the address of the page around it says more than the page did when it came */
    @GetMapping("/exports/new")
    @Requires(Permission.EXPORT_RUN)
    String form(
            @RequestParam(defaultValue = "") String list,
            @RequestParam(defaultValue = "") String query,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        String shown = shown(list, request.getHeader("HX-Current-URL"));
        ListQuery wanted = ListQuery.of(shown == null ? query : shown);
        OptionalLong count = exports.count(list, wanted, access);
        model.addAttribute("list", list);
        model.addAttribute("query", wanted.toString());
        model.addAttribute("words", words.of(list, wanted.toString(), locale));
        model.addAttribute("columns", exports.columns(list, access));
        model.addAttribute("formats", ExportFormat.values());
        model.addAttribute("count", count.isPresent() ? count.getAsLong() : null);
        model.addAttribute("masked", exports.isMasked(list, access));
        model.addAttribute("hours", Exports.OFFERED.toHours());
        return request.getHeader("HX-Request") == null ? "export/new" : "export/new :: wish";
    }

    @PostMapping("/exports")
    @Requires(Permission.EXPORT_RUN)
    String start(
            @RequestParam(defaultValue = "") String list,
            @RequestParam(defaultValue = "") String query,
            @RequestParam(defaultValue = "csv") String format,
            @RequestParam(defaultValue = "") List<String> columns,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        Access access = Caller.require(request);
        var wish = new StartExport(list, ListQuery.of(query), ExportFormat.of(format), columns, locale);
        JobId job = exports.start(wish, access);
        if (request.getHeader("HX-Request") == null) {
            return "redirect:/exports/" + job;
        }
        return progress(exports.require(job, access), locale, model);
    }

    @GetMapping("/exports/{id}")
    @Requires(Permission.EXPORT_RUN)
    String one(
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        ExportView export = exports.require(JobId.of(id), Caller.require(request));
        String fragment = progress(export, locale, model);
        return request.getHeader("HX-Request") == null ? "export/one" : fragment;
    }

    @GetMapping("/exports/{id}/file")
    @Requires(Permission.EXPORT_RUN)
    void file(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        download.send(JobId.of(id), Caller.require(request), response);
    }

    private String progress(ExportView export, Locale locale, Model model) {
        model.addAttribute("export", export);
        model.addAttribute("job", export.job());
        model.addAttribute("words", words.of(export.list(), export.filter(), locale));
        model.addAttribute("most", export.format().mostRows());
        return "export/one :: progress";
    }

    /** What the page of the list shows, where the request comes from there. */
    private static @Nullable String shown(String list, @Nullable String address) {
        if (address == null) {
            return null;
        }
        try {
            URI page = URI.create(address);
            boolean there = Pages.find(list)
                    .filter(each -> each.href().equals(page.getPath()))
                    .isPresent();
            return there ? (page.getRawQuery() == null ? "" : page.getRawQuery()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
