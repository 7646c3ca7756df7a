package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.ImportField.Type;
import io.opsdeck.analytics.dataimport.ImportId;
import io.opsdeck.analytics.dataimport.ImportMapping;
import io.opsdeck.analytics.dataimport.ImportResult;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.analytics.dataimport.Imports.ImportErrorRow;
import io.opsdeck.analytics.dataimport.Imports.ImportView;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;

/** From a file to its report, on one page that shows the step the import is at. */
@PageController
class ImportPageController {

    private static final int PAGE = 30;
    private static final int SHOWN_ERRORS = 20;

    private final Imports imports;
    private final Jobs jobs;
    private final ErrorFile errorFile;
    private final ContactSight sight;
    private final MessageSource messages;
    private final JsonMapper json;

    ImportPageController(
            Imports imports,
            Jobs jobs,
            ErrorFile errorFile,
            ContactSight sight,
            MessageSource messages,
            JsonMapper json) {
        this.imports = imports;
        this.jobs = jobs;
        this.errorFile = errorFile;
        this.sight = sight;
        this.messages = messages;
        this.json = json;
    }

    @GetMapping("/imports")
    @Requires(Permission.IMPORT_RUN)
    String list(
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Page<ImportView> page = imports.page(cursor, PAGE);
        Map<ImportId, JobView> runs = new HashMap<>();
        page.data().stream()
                .filter(view -> view.job() != null)
                .forEach(view -> runs.put(view.id(), jobs.require(view.job())));
        model.addAttribute("page", page);
        model.addAttribute("runs", runs);
        model.addAttribute(
                "next",
                page.next() == null
                        ? null
                        : UriComponentsBuilder.fromPath("/imports")
                                .queryParam("cursor", page.next())
                                .toUriString());
        return request.getHeader("HX-Request") == null ? "dataimport/list" : "dataimport/list :: rows";
    }

    @PostMapping("/imports")
    @Requires(Permission.IMPORT_RUN)
    String upload(
            @RequestParam(name = "file", required = false) @Nullable MultipartFile file,
            HttpServletResponse response,
            Locale locale,
            Model model)
            throws IOException {
        try {
            if (file == null || file.isEmpty()) {
                throw CoreError.REQUIRED.at("/file");
            }
            try (InputStream content = file.getInputStream()) {
                String name = file.getOriginalFilename() == null ? "" : file.getOriginalFilename();
                response.setHeader("HX-Redirect", "/imports/" + imports.upload(name, content));
            }
        } catch (OpsdeckException refused) {
            response.setStatus(refused.code().kind().status());
            model.addAttribute("refused", text(refused, locale));
        }
        return "dataimport/list :: upload";
    }

    @GetMapping("/imports/{id}")
    @Requires(Permission.IMPORT_RUN)
    String one(@PathVariable String id, HttpServletRequest request, Model model) {
        ImportView view = imports.require(ImportId.of(id));
        MappingForm form = MappingForm.of(view.mapping(), view.header(), sample(view, Caller.require(request)));
        return show(view, form, view.mapping(), request, model);
    }

    /** Takes another sheet of the workbook, with a mapping of its own. */
    @PostMapping("/imports/{id}/sheet")
    @Requires(Permission.IMPORT_RUN)
    String choose(
            @PathVariable String id,
            @RequestParam String sheet,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        ImportView view = imports.require(ImportId.of(id));
        try {
            imports.choose(view.id(), sheet);
            return "redirect:/imports/" + view.id();
        } catch (OpsdeckException refused) {
            if (refused.code().kind() != ErrorKind.INVALID) {
                throw refused;
            }
            response.setStatus(refused.code().kind().status());
            model.addAttribute("refusedSheet", text(refused, locale));
            return one(id, request, model);
        }
    }

    /** What the first rows become under the mapping as it stands in the form. */
    @PostMapping("/imports/{id}/preview")
    @Requires(Permission.IMPORT_RUN)
    String preview(@PathVariable String id, HttpServletRequest request, Locale locale, Model model) {
        ImportView view = imports.require(ImportId.of(id));
        try {
            ImportMapping mapping =
                    imports.mapping(view.id(), sent(view, request).toJson(json));
            model.addAttribute("events", preview(view, mapping, request));
        } catch (OpsdeckException refused) {
            model.addAttribute("events", List.of());
            model.addAttribute("unusable", text(refused, locale));
        }
        return "dataimport/one :: preview";
    }

    @PostMapping("/imports/{id}/rehearsal")
    @Requires(Permission.IMPORT_RUN)
    String rehearse(
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        return start(id, true, request, response, locale, model);
    }

    @PostMapping("/imports/{id}/run")
    @Requires(Permission.IMPORT_RUN)
    String run(
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        return start(id, false, request, response, locale, model);
    }

    /** The job's progress while it runs; when it has ended, the page is loaded again. */
    @GetMapping("/imports/{id}/progress")
    @Requires(Permission.IMPORT_RUN)
    String progress(@PathVariable String id, HttpServletRequest request, HttpServletResponse response, Model model) {
        ImportView view = imports.require(ImportId.of(id));
        JobId current = view.job() == null ? view.rehearsal() : view.job();
        JobView job = current == null ? null : jobs.require(current);
        if (job == null || !job.state().isOpen()) {
            response.setHeader("HX-Refresh", "true");
        }
        model.addAttribute("view", view);
        model.addAttribute("current", job);
        model.addAttribute("mayManage", Caller.require(request).may(Permission.JOB_MANAGE));
        return "dataimport/one :: progress";
    }

    @GetMapping("/imports/{id}/errors.csv")
    @Requires(Permission.IMPORT_RUN)
    void errors(@PathVariable String id, HttpServletRequest request, HttpServletResponse response, Locale locale)
            throws IOException {
        ImportView view = imports.require(ImportId.of(id));
        JobId job = view.job() == null ? view.rehearsal() : view.job();
        if (job == null) {
            throw io.opsdeck.analytics.dataimport.ImportError.IMPORT_NOT_FOUND.exception();
        }
        errorFile.write(job, Caller.require(request), response, locale);
    }

    private String start(
            String id,
            boolean rehearsal,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        ImportView view = imports.require(ImportId.of(id));
        MappingForm form = sent(view, request);
        try {
            ImportMapping mapping = imports.mapping(view.id(), form.toJson(json));
            if (rehearsal) {
                imports.rehearse(view.id(), mapping);
            } else {
                imports.run(view.id(), mapping, null);
            }
            return "redirect:/imports/" + view.id();
        } catch (OpsdeckException refused) {
            if (refused.code().kind() != ErrorKind.INVALID) {
                throw refused;
            }
            response.setStatus(refused.code().kind().status());
            model.addAttribute("refused", text(refused, locale));
            return show(view, form, null, request, model);
        }
    }

    private String show(
            ImportView view,
            MappingForm form,
            @Nullable ImportMapping mapping,
            HttpServletRequest request,
            Model model) {
        JobId current = view.job() == null ? view.rehearsal() : view.job();
        JobView job = current == null ? null : jobs.require(current);
        model.addAttribute("view", view);
        model.addAttribute("form", form);
        model.addAttribute("current", job);
        model.addAttribute("types", List.of(Type.values()));
        model.addAttribute("zones", WorkspaceSettings.timeZones());
        model.addAttribute("events", mapping == null ? List.of() : preview(view, mapping, request));
        Access access = Caller.require(request);
        model.addAttribute("mayManage", access.may(Permission.JOB_MANAGE));
        if (job != null && job.result() != null && job.state() == JobState.SUCCEEDED) {
            model.addAttribute("result", json.readValue(job.result(), ImportResult.class));
            model.addAttribute("errors", errors(job.id(), access));
            model.addAttribute("mayDownload", errorFile.mayRead(view, access));
        }
        return "dataimport/one";
    }

    private MappingForm sent(ImportView view, HttpServletRequest request) {
        return MappingForm.of(request.getParameterMap(), view.header(), sample(view, Caller.require(request)));
    }

    private List<String> preview(ImportView view, ImportMapping mapping, HttpServletRequest request) {
        return imports.preview(view.id(), mapping).stream()
                .map(event -> sight.raw(event, Caller.require(request)))
                .toList();
    }

    private List<List<String>> sample(ImportView view, Access access) {
        List<String> header = view.header();
        BinaryOperator<String> seen = sight.values(access);
        return view.sample().stream()
                .map(row -> IntStream.range(0, row.size())
                        .mapToObj(i -> seen.apply(i < header.size() ? header.get(i) : "", row.get(i)))
                        .toList())
                .toList();
    }

    private List<ImportErrorRow> errors(JobId job, Access access) {
        BinaryOperator<String> seen = sight.values(access);
        return imports.errors(job, 0, SHOWN_ERRORS).stream()
                .map(row -> new ImportErrorRow(
                        row.line(),
                        row.column(),
                        row.value() == null ? null : seen.apply(row.column() == null ? "" : row.column(), row.value()),
                        row.code(),
                        List.of()))
                .toList();
    }

    private String text(OpsdeckException refused, Locale locale) {
        return messages.getMessage(
                "error." + refused.code().code(), refused.arguments().toArray(), locale);
    }
}
