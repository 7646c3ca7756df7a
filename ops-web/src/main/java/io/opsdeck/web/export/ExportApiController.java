package io.opsdeck.web.export;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.export.ExportFormat;
import io.opsdeck.core.export.Exports;
import io.opsdeck.core.export.StartExport;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.limit.ExportLimit;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Exports over REST: one call starts the job, its end says where the file is. */
@RestController
@RequestMapping("/api/v1/exports")
class ExportApiController {

    private final Exports exports;
    private final ExportDownload download;

    ExportApiController(Exports exports, ExportDownload download) {
        this.exports = exports;
        this.download = download;
    }

    /**
     * A wish for a file.
     *
     * @param list such as {@code people}, {@code events}, {@code jobs}: the name of the list's page
     * @param format {@code csv} or {@code xlsx}; csv where it is left out
     * @param filter of the list, as the address of its page has it: {@code who=identified&f=plan:eq:pro}
     * @param columns keys in the order of the file; all where they are left out
     */
    record WishBody(
            @Nullable String list,
            @Nullable String format,
            @Nullable String filter,
            @Nullable List<String> columns) {}

    /** Answers 202 with the job; {@code result.fileUrl} of the job leads to the file for 24 hours. */
    @PostMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @Requires(Permission.EXPORT_RUN)
    @ExportLimit
    ResponseEntity<Map<String, String>> start(@RequestBody WishBody body, HttpServletRequest request) {
        if (body.list() == null || body.list().isBlank()) {
            throw CoreError.REQUIRED.at("/list");
        }
        JobId job = exports.start(
                new StartExport(
                        body.list(),
                        ListQuery.of(body.filter() == null ? "" : body.filter()),
                        ExportFormat.of(body.format() == null ? "csv" : body.format()),
                        body.columns() == null ? List.of() : body.columns(),
                        null),
                Caller.require(request));
        return ResponseEntity.accepted()
                .location(URI.create("/api/v1/jobs/" + job))
                .body(Map.of("id", job.toString(), "state", "waiting"));
    }

    /** The file, for who asked for it. */
    @GetMapping("/{id}/file")
    @Requires(Permission.EXPORT_RUN)
    @ExportLimit
    void file(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        download.send(JobId.of(id), Caller.require(request), response);
    }
}
