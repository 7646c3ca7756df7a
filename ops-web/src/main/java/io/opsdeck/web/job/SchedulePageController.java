package io.opsdeck.web.job;

import io.opsdeck.core.job.ScheduleId;
import io.opsdeck.core.job.Schedules;
import io.opsdeck.core.job.Schedules.ScheduleView;
import io.opsdeck.core.job.Timetable;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What is done again and again: when it comes next, what became of it, and stopping it. */
@PageController
class SchedulePageController {

    private static final int PREVIEW = 5;

    private final Schedules schedules;
    private final TimetableWords words;
    private final Clock clock;

    SchedulePageController(Schedules schedules, TimetableWords words, Clock clock) {
        this.schedules = schedules;
        this.words = words;
        this.clock = clock;
    }

    @GetMapping("/jobs/schedules")
    @Requires(Permission.JOB_READ)
    String list(HttpServletRequest request, Locale locale, Model model) {
        Access access = Caller.require(request);
        List<ScheduleView> all = schedules.list();
        model.addAttribute("schedules", all);
        model.addAttribute(
                "words",
                all.stream().collect(Collectors.toMap(ScheduleView::id, each -> words.of(each.timetable(), locale))));
        model.addAttribute("me", access.member());
        model.addAttribute("mayManage", access.may(Permission.JOB_MANAGE));
        model.addAttribute("zones", WorkspaceSettings.timeZones());
        return "job/schedules";
    }

    /** The next times of a timetable that is being chosen. */
    @GetMapping("/jobs/schedules/preview")
    @Requires(Permission.JOB_READ)
    String preview(
            @RequestParam(defaultValue = "daily") String frequency,
            @RequestParam(defaultValue = "1") String day,
            @RequestParam(defaultValue = "09:00") String at,
            @RequestParam(defaultValue = "UTC") String zone,
            Locale locale,
            Model model) {
        Timetable timetable = Timetable.of(frequency, day, at, zone);
        model.addAttribute("zone", zone);
        model.addAttribute(
                "times",
                timetable.next(clock.instant(), PREVIEW).stream()
                        .map(time -> words.time(time, timetable.zone(), locale))
                        .toList());
        return "job/parts :: preview";
    }

    @PostMapping("/jobs/schedules/{id}/change")
    @Requires(Permission.JOB_READ)
    String change(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String frequency,
            @RequestParam(defaultValue = "1") String day,
            @RequestParam(defaultValue = "") String at,
            @RequestParam(defaultValue = "") String zone,
            HttpServletRequest request) {
        ScheduleId schedule = schedules.require(ScheduleId.of(id)).id();
        schedules.change(schedule, Timetable.of(frequency, day, at, zone), Caller.require(request));
        return "redirect:/jobs/schedules";
    }

    @PostMapping("/jobs/schedules/{id}/pause")
    @Requires(Permission.JOB_READ)
    String pause(@PathVariable String id, HttpServletRequest request) {
        schedules.pause(ScheduleId.of(id), true, Caller.require(request));
        return "redirect:/jobs/schedules";
    }

    @PostMapping("/jobs/schedules/{id}/resume")
    @Requires(Permission.JOB_READ)
    String resume(@PathVariable String id, HttpServletRequest request) {
        schedules.pause(ScheduleId.of(id), false, Caller.require(request));
        return "redirect:/jobs/schedules";
    }

    @PostMapping("/jobs/schedules/{id}/run")
    @Requires(Permission.JOB_READ)
    String run(@PathVariable String id, HttpServletRequest request) {
        return "redirect:/jobs/" + schedules.runNow(ScheduleId.of(id), Caller.require(request));
    }

    @PostMapping("/jobs/schedules/{id}/delete")
    @Requires(Permission.JOB_READ)
    String delete(@PathVariable String id, HttpServletRequest request) {
        schedules.delete(ScheduleId.of(id), Caller.require(request));
        return "redirect:/jobs/schedules";
    }
}
