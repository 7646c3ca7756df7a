package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.Fetched;
import io.opsdeck.analytics.dataimport.ImportLinkId;
import io.opsdeck.analytics.dataimport.ImportLinks;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.json.JsonMapper;

/** The links that files are imported from, a page of their own. */
@PageController
class LinkPageController {

    private final ImportLinks links;
    private final Jobs jobs;
    private final MessageSource messages;
    private final JsonMapper json;

    LinkPageController(ImportLinks links, Jobs jobs, MessageSource messages, JsonMapper json) {
        this.links = links;
        this.jobs = jobs;
        this.messages = messages;
        this.json = json;
    }

    @GetMapping("/imports/links")
    @Requires(Permission.IMPORT_RUN)
    String list(Model model) {
        List<LinkRow> rows = links.list().stream().map(this::row).toList();
        model.addAttribute("rows", rows);
        model.addAttribute(
                "fetching",
                rows.stream()
                        .anyMatch(row ->
                                row.fetch() != null && row.fetch().state().isOpen()));
        return "dataimport/links";
    }

    @PostMapping("/imports/links")
    @Requires(Permission.IMPORT_RUN)
    String add(
            @RequestParam(defaultValue = "") String url,
            @RequestParam(defaultValue = "") String name,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        try {
            links.add(name, url);
            return "redirect:/imports/links";
        } catch (OpsdeckException refused) {
            if (refused.code().kind() != ErrorKind.INVALID && refused.code().kind() != ErrorKind.CONFLICT) {
                throw refused;
            }
            response.setStatus(refused.code().kind().status());
            model.addAttribute("url", url);
            model.addAttribute("name", name);
            model.addAttribute(
                    "refused",
                    messages.getMessage(
                            "error." + refused.code().code(),
                            refused.arguments().toArray(),
                            locale));
            return list(model);
        }
    }

    @PostMapping("/imports/links/{id}/fetch")
    @Requires(Permission.IMPORT_RUN)
    String fetch(@PathVariable String id) {
        links.fetch(ImportLinkId.of(id));
        return "redirect:/imports/links";
    }

    @PostMapping("/imports/links/{id}/remove")
    @Requires(Permission.IMPORT_RUN)
    String remove(@PathVariable String id) {
        links.remove(ImportLinkId.of(id));
        return "redirect:/imports/links";
    }

    private LinkRow row(ImportLinks.LinkView link) {
        JobView fetch = link.fetch() == null ? null : jobs.require(link.fetch());
        String outcome = fetch == null || fetch.state() != JobState.SUCCEEDED || fetch.result() == null
                ? null
                : json.readValue(fetch.result(), Fetched.class).outcome().key();
        return new LinkRow(link, fetch, outcome, links.lastImport(link.id()).orElse(null));
    }
}
