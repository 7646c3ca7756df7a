package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.ImportId;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.analytics.event.SourceId;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.limit.ExportLimit;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.WebUtils;

/** Imports over REST: one call uploads a file with its mapping and starts the job. */
@RestController
@RequestMapping("/api/v1")
class ImportApiController {

    private static final int MOST_MAPPING = 256 << 10;

    private final Imports imports;
    private final ErrorFile errors;

    ImportApiController(Imports imports, ErrorFile errors) {
        this.imports = imports;
        this.errors = errors;
    }

    /**
     * Multipart with {@code file} and {@code mapping}, optionally {@code source} (where the events go), {@code sheet} (of a
     * workbook; otherwise the first that holds rows) and {@code dryRun=true}. Answers 202 with the job.
     */
    @PostMapping(path = "/imports", produces = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.IMPORT_RUN)
    ResponseEntity<Map<String, String>> start(
            HttpServletRequest request,
            @RequestParam(defaultValue = "") String source,
            @RequestParam(required = false) @Nullable String sheet,
            @RequestParam(defaultValue = "false") String dryRun)
            throws IOException {
        MultipartHttpServletRequest parts = WebUtils.getNativeRequest(request, MultipartHttpServletRequest.class);
        MultipartFile file = parts == null ? null : parts.getFile("file");
        String mapping = parts == null ? null : mapping(parts);
        if (file == null) {
            throw CoreError.REQUIRED.at("/file");
        }
        if (mapping == null) {
            throw CoreError.REQUIRED.at("/mapping");
        }
        ImportId id;
        try (InputStream content = file.getInputStream()) {
            id = imports.upload(file.getOriginalFilename() == null ? "" : file.getOriginalFilename(), content, sheet);
        }
        var read = imports.mapping(id, mapping);
        JobId job = Boolean.parseBoolean(dryRun)
                ? imports.rehearse(id, read)
                : imports.run(id, read, source.isEmpty() ? null : SourceId.of(source));
        URI where = URI.create("/api/v1/jobs/" + job);
        return ResponseEntity.accepted()
                .location(where)
                .body(Map.of("id", job.toString(), "state", "waiting", "import", id.toString()));
    }

    /** The rows that a job could not take, as CSV. */
    @GetMapping("/jobs/{id}/errors")
    @Requires(Permission.IMPORT_RUN)
    @ExportLimit
    void errors(@PathVariable String id, HttpServletRequest request, HttpServletResponse response, Locale locale)
            throws IOException {
        errors.write(JobId.of(id), Caller.require(request), response, locale);
    }

    private static @Nullable String mapping(MultipartHttpServletRequest parts) throws IOException {
        MultipartFile file = parts.getFile("mapping");
        if (file == null) {
            return parts.getParameter("mapping");
        }
        if (file.getSize() > MOST_MAPPING) {
            throw CoreError.TOO_LONG.at("/mapping", MOST_MAPPING);
        }
        return new String(file.getBytes(), StandardCharsets.UTF_8);
    }
}
