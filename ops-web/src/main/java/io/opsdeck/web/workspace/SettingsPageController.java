package io.opsdeck.web.workspace;

import io.opsdeck.campaign.sample.SampleWorkspace;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.TwoStep;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.signon.Providers;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.WorkspaceView;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** How a workspace reads time, money and words. */
@PageController
class SettingsPageController {

    private final Workspaces workspaces;
    private final TwoStep twoStep;
    private final Providers providers;
    private final SampleWorkspace sample;
    private final Html html;

    SettingsPageController(
            Workspaces workspaces, TwoStep twoStep, Providers providers, SampleWorkspace sample, Html html) {
        this.workspaces = workspaces;
        this.twoStep = twoStep;
        this.providers = providers;
        this.sample = sample;
        this.html = html;
    }

    @GetMapping("/settings")
    @Requires(Permission.WORKSPACE_MANAGE)
    String page(
            @RequestParam(defaultValue = "false") boolean saved,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        WorkspaceView view = workspaces.require(Caller.require(request).workspace());
        WorkspaceSettings settings = view.settings();
        model.addAttribute(
                "form",
                new SettingsForm(
                        settings.name(),
                        settings.timeZone().getId(),
                        settings.weekStart().name(),
                        settings.currency(),
                        settings.locale()));
        model.addAttribute("saved", saved);
        return show(request, model, locale);
    }

    @PostMapping("/settings")
    @Requires(Permission.WORKSPACE_MANAGE)
    String save(
            @ModelAttribute("form") SettingsForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        boolean saved = html.submit(
                        errors,
                        locale,
                        () -> workspaces.change(WorkspaceSettings.of(
                                form.name(), form.timeZone(), form.weekStart(), form.currency(), form.locale())))
                .isPresent();
        if (saved) {
            return "redirect:/settings?saved=true";
        }
        response.setStatus(422);
        return show(request, model, locale);
    }

    @PostMapping("/settings/two-step")
    @Requires(Permission.WORKSPACE_MANAGE)
    String requireTwoStep(@RequestParam(defaultValue = "false") boolean required) {
        twoStep.require(required);
        return "redirect:/settings?saved=true";
    }

    private String show(HttpServletRequest request, Model model, Locale locale) {
        Map<String, String> days = new LinkedHashMap<>();
        for (DayOfWeek day : List.of(DayOfWeek.MONDAY, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY)) {
            days.put(day.name(), day.getDisplayName(TextStyle.FULL_STANDALONE, locale));
        }
        Access access = Caller.require(request);
        model.addAttribute("mayOwn", access.role().isOwner());
        model.addAttribute("twoStepRequired", twoStep.isRequired());
        model.addAttribute("twoStepRequiredOfAll", twoStep.isRequiredOfAll());
        model.addAttribute("mayConfigureProvider", providers.mayConfigure(access.member()));
        model.addAttribute("provider", providers.find().orElse(null));
        model.addAttribute("sample", sample.find().orElse(null));
        model.addAttribute("days", days);
        model.addAttribute("zones", WorkspaceSettings.timeZones());
        return "workspace/settings";
    }

    /** The settings as typed. */
    record SettingsForm(String name, String timeZone, String weekStart, String currency, String locale) {

        /** A field that a form leaves out is an empty one. */
        SettingsForm {
            name = Objects.requireNonNullElse(name, "");
            timeZone = Objects.requireNonNullElse(timeZone, "");
            weekStart = Objects.requireNonNullElse(weekStart, "");
            currency = Objects.requireNonNullElse(currency, "");
            locale = Objects.requireNonNullElse(locale, "");
        }
    }
}
