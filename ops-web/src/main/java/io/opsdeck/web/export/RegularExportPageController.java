package io.opsdeck.web.export;

import io.opsdeck.core.export.ExportFormat;
import io.opsdeck.core.export.Exports;
import io.opsdeck.core.export.RegularExports;
import io.opsdeck.core.export.StartExport;
import io.opsdeck.core.job.Timetable;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** A list as a file again and again: when, for whom. */
@PageController
class RegularExportPageController {

    private final Exports exports;
    private final RegularExports regular;
    private final Members members;
    private final Workspaces workspaces;
    private final ExportWords words;
    private final MessageSource messages;
    private final Html html;

    RegularExportPageController(
            Exports exports,
            RegularExports regular,
            Members members,
            Workspaces workspaces,
            ExportWords words,
            MessageSource messages,
            Html html) {
        this.exports = exports;
        this.regular = regular;
        this.members = members;
        this.workspaces = workspaces;
        this.words = words;
        this.messages = messages;
        this.html = html;
    }

    @GetMapping("/exports/regular")
    @Requires(Permission.EXPORT_RUN)
    String form(
            @RequestParam(defaultValue = "") String list,
            @RequestParam(defaultValue = "") String query,
            @RequestParam(defaultValue = "csv") String format,
            @RequestParam(defaultValue = "") List<String> columns,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        Access access = Caller.require(request);
        ListQuery wanted = ListQuery.of(query);
        exports.count(list, wanted, access);
        String zone =
                workspaces.require(access.workspace()).settings().timeZone().getId();
        String name = messages.getMessage("nav." + list, null, locale);
        model.addAttribute(
                "form",
                new RegularForm(
                        list, wanted.toString(), format, columns, name, "daily", "1", "09:00", zone, List.of()));
        return show(list, wanted, access, locale, model);
    }

    @PostMapping("/exports/regular")
    @Requires(Permission.EXPORT_RUN)
    String schedule(
            @ModelAttribute("form") RegularForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access access = Caller.require(request);
        ListQuery query = ListQuery.of(form.query());
        boolean made = html.submit(
                        errors,
                        locale,
                        () -> regular.schedule(
                                new StartExport(
                                        form.list(), query, ExportFormat.of(form.format()), form.columns(), locale),
                                form.name(),
                                Timetable.of(form.frequency(), form.day(), form.at(), form.zone()),
                                form.recipients(),
                                access))
                .isPresent();
        if (made) {
            return access.may(Permission.JOB_READ) ? "redirect:/jobs/schedules" : "redirect:/" + form.list();
        }
        response.setStatus(422);
        return show(form.list(), query, access, locale, model);
    }

    private String show(String list, ListQuery query, Access access, Locale locale, Model model) {
        model.addAttribute("columns", exports.columns(list, access));
        model.addAttribute("formats", ExportFormat.values());
        model.addAttribute("words", words.of(list, query.toString(), locale));
        model.addAttribute("zones", WorkspaceSettings.timeZones());
        model.addAttribute(
                "members",
                members.list("").stream()
                        .filter(member -> !member.id().equals(access.member()) && !member.disabled())
                        .toList());
        return "export/regular";
    }

    /**
     * What is wanted again and again.
     *
     * @param columns keys, empty for all
     * @param recipients members besides who fills in the form
     */
    record RegularForm(
            String list,
            String query,
            String format,
            List<String> columns,
            String name,
            String frequency,
            String day,
            String at,
            String zone,
            List<UUID> recipients) {

        /** A field that a form leaves out is an empty one. */
        RegularForm {
            list = text(list);
            query = text(query);
            format = text(format);
            columns = columns == null ? List.of() : columns;
            name = text(name);
            frequency = text(frequency);
            day = text(day);
            at = text(at);
            zone = text(zone);
            recipients = recipients == null ? List.of() : recipients;
        }

        private static String text(@Nullable String text) {
            return Objects.requireNonNullElse(text, "");
        }
    }
}
