package io.opsdeck.web.job;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.job.JobFilter;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** The jobs of a workspace, one job, and the chip of those that run. */
@PageController
class JobPageController {

    private static final int PAGE = 50;

    private final Jobs jobs;
    private final SystemMail mail;
    private final List<JobTarget> targets;

    JobPageController(Jobs jobs, SystemMail mail, List<JobTarget> targets) {
        this.jobs = jobs;
        this.mail = mail;
        this.targets = List.copyOf(targets);
    }

    @GetMapping("/jobs")
    @Requires(Permission.JOB_READ)
    String list(
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Page<JobView> page = jobs.page(filter(kind, state), cursor, PAGE);
        model.addAttribute("page", page);
        model.addAttribute("kind", kind);
        model.addAttribute("kinds", jobs.kinds());
        model.addAttribute("state", state);
        model.addAttribute("states", JobState.values());
        model.addAttribute("failed", jobs.failed(kind.isEmpty() ? null : kind));
        model.addAttribute("mayManage", Caller.require(request).may(Permission.JOB_MANAGE));
        model.addAttribute(
                "next",
                page.next() == null
                        ? null
                        : UriComponentsBuilder.fromPath("/jobs")
                                .queryParam("kind", kind)
                                .queryParam("state", state)
                                .queryParam("cursor", page.next())
                                .toUriString());
        if (request.getHeader("HX-Request") == null) {
            return "job/list";
        }
        return cursor == null ? "job/list :: result" : "job/list :: rows";
    }

    @GetMapping("/jobs/chip")
    @Requires(Permission.JOB_READ)
    String chip(Model model) {
        model.addAttribute("open", jobs.open());
        return "job/chip";
    }

    @GetMapping("/jobs/{id}")
    @Requires(Permission.JOB_READ)
    String one(@PathVariable String id, HttpServletRequest request, HttpServletResponse response, Model model) {
        response.addHeader("Vary", "HX-Request");
        JobView job = jobs.require(JobId.of(id));
        Access access = Caller.require(request);
        model.addAttribute("job", job);
        model.addAttribute("target", target(job).orElse(null));
        model.addAttribute("mayManage", access.may(Permission.JOB_MANAGE));
        model.addAttribute("mayMail", mail.configured());
        model.addAttribute("mailed", job.mailTo().contains(access.member()));
        if (request.getHeader("HX-Request") == null) {
            model.addAttribute("attempts", jobs.attempts(job.id()));
            return "job/one";
        }
        if (!job.state().isOpen()) {
            response.setHeader("HX-Refresh", "true");
        }
        return "job/one :: progress";
    }

    @PostMapping("/jobs/{id}/cancel")
    @Requires(Permission.JOB_MANAGE)
    String cancel(@PathVariable String id) {
        jobs.cancel(JobId.of(id));
        return "redirect:/jobs/" + id;
    }

    @PostMapping("/jobs/{id}/retry")
    @Requires(Permission.JOB_MANAGE)
    String retry(@PathVariable String id) {
        jobs.retry(JobId.of(id));
        return "redirect:/jobs/" + id;
    }

    @PostMapping("/jobs/{id}/discard")
    @Requires(Permission.JOB_MANAGE)
    String discard(@PathVariable String id) {
        jobs.discard(JobId.of(id));
        return "redirect:/jobs/" + id;
    }

    /** All that failed, of one kind or of all. */
    @PostMapping("/jobs/retry")
    @Requires(Permission.JOB_MANAGE)
    String retryAll(@RequestParam(defaultValue = "") String kind) {
        jobs.retryAll(kind.isEmpty() ? null : kind);
        return "redirect:"
                + UriComponentsBuilder.fromPath("/jobs")
                        .queryParam("kind", kind)
                        .toUriString();
    }

    @PostMapping("/jobs/{id}/mail")
    @Requires(Permission.JOB_READ)
    String mail(
            @PathVariable String id, @RequestParam(defaultValue = "false") String wanted, HttpServletRequest request) {
        jobs.mailWhenDone(JobId.of(id), Caller.require(request).member(), Boolean.parseBoolean(wanted));
        return "redirect:/jobs/" + id;
    }

    private Optional<String> target(JobView job) {
        return targets.stream().flatMap(target -> target.page(job).stream()).findFirst();
    }

    static JobFilter filter(String kind, String state) {
        return new JobFilter(kind.isEmpty() ? null : kind, state(state));
    }

    private static @Nullable JobState state(String name) {
        if (name.isEmpty()) {
            return null;
        }
        for (JobState state : JobState.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(name)) {
                return state;
            }
        }
        throw CoreError.INVALID_VALUE.at("state", name);
    }
}
