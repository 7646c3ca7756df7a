package io.opsdeck.web.job;

import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.api.Limits;
import io.opsdeck.web.security.Requires;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Jobs over REST. */
@RestController
@RequestMapping(path = "/api/v1/jobs", produces = MediaType.APPLICATION_JSON_VALUE)
class JobApiController {

    private final Jobs jobs;
    private final List<JobTarget> targets;
    private final JsonMapper json;
    private final MessageSource messages;

    JobApiController(Jobs jobs, List<JobTarget> targets, JsonMapper json, MessageSource messages) {
        this.jobs = jobs;
        this.targets = List.copyOf(targets);
        this.json = json;
        this.messages = messages;
    }

    @GetMapping
    @Requires(Permission.JOB_READ)
    Page<JobBody> list(
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor,
            Locale locale) {
        Page<JobView> page = jobs.page(JobPageController.filter(kind, state), cursor, Limits.of(limit));
        return new Page<>(page.data().stream().map(job -> body(job, locale)).toList(), page.next());
    }

    @GetMapping("/{id}")
    @Requires(Permission.JOB_READ)
    JobBody one(@PathVariable String id, Locale locale) {
        return body(jobs.require(JobId.of(id)), locale);
    }

    @PostMapping("/{id}/cancel")
    @Requires(Permission.JOB_MANAGE)
    JobBody cancel(@PathVariable String id, Locale locale) {
        jobs.cancel(JobId.of(id));
        return one(id, locale);
    }

    @PostMapping("/{id}/retry")
    @Requires(Permission.JOB_MANAGE)
    JobBody retry(@PathVariable String id, Locale locale) {
        jobs.retry(JobId.of(id));
        return one(id, locale);
    }

    /** Nobody needs what failed any more. */
    @PostMapping("/{id}/discard")
    @Requires(Permission.JOB_MANAGE)
    JobBody discard(@PathVariable String id, Locale locale) {
        jobs.discard(JobId.of(id));
        return one(id, locale);
    }

    private JobBody body(JobView job, Locale locale) {
        return new JobBody(
                job.id().toString(),
                job.kind(),
                job.subject(),
                job.state().name().toLowerCase(Locale.ROOT),
                job.done(),
                job.total(),
                result(job),
                job.errorCode() == null
                        ? null
                        : new ErrorBody(
                                job.errorCode(),
                                messages.getMessage(
                                        "error." + job.errorCode(),
                                        job.errorArguments().toArray(),
                                        locale)),
                job.attempt(),
                job.createdAt(),
                job.startedAt(),
                job.finishedAt());
    }

    private @Nullable Map<String, Object> result(JobView job) {
        if (job.result() == null) {
            return null;
        }
        Map<String, Object> result = new LinkedHashMap<>(json.readValue(job.result(), new TypeReference<>() {}));
        targets.stream()
                .flatMap(target -> target.errors(job).stream())
                .findFirst()
                .ifPresent(url -> result.put("errorsUrl", url));
        targets.stream()
                .flatMap(target -> target.file(job).stream())
                .findFirst()
                .ifPresent(url -> result.put("fileUrl", url));
        return result;
    }

    /**
     * A job.
     *
     * @param state waiting, running, succeeded, failed, cancelled or discarded
     * @param total in the unit of {@code done}; null while it is not known
     */
    record JobBody(
            String id,
            String kind,
            String subject,
            String state,
            long done,
            @Nullable Long total,
            @Nullable Map<String, Object> result,
            @Nullable ErrorBody error,
            int attempt,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {}

    /** Why a job failed or is tried again. */
    record ErrorBody(String code, String detail) {}
}
