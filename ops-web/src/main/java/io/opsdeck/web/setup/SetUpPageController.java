package io.opsdeck.web.setup;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.SetUp;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.web.demo.SampleStart;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Sessions;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The first workspace and its owner, by the link printed at start. */
@PageController
class SetUpPageController {

    private final SetUp setUp;
    private final SampleStart sample;
    private final Sessions sessions;
    private final Html html;
    private final String defaultZone;

    SetUpPageController(
            SetUp setUp,
            SampleStart sample,
            Sessions sessions,
            Html html,
            @Value("${opsdeck.default-time-zone}") String defaultZone) {
        this.setUp = setUp;
        this.sample = sample;
        this.sessions = sessions;
        this.html = html;
        this.defaultZone = defaultZone;
    }

    @GetMapping("/set-up")
    @Open("nobody is a member yet; the code is the key")
    String page(@RequestParam(defaultValue = "") String code, Locale locale, Model model) {
        if (!setUp.accepts(code)) {
            throw CoreError.SET_UP_DONE.exception();
        }
        String language = locale.getLanguage().equals("zh") ? "zh-CN" : "en";
        return show(model, new SetUpForm(code, "", defaultZone, "CNY", language, "", "", ""));
    }

    @PostMapping("/set-up")
    @Open("nobody is a member yet; the code is the key")
    String complete(
            @ModelAttribute("form") SetUpForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<UUID> owner = html.submit(
                errors,
                locale,
                () -> setUp.complete(form.code(), settings(form), form.mail(), form.name(), form.password()));
        if (owner.isPresent()) {
            sample.whenSetUp(owner.get(), settings(form));
            sessions.begin(request, owner.get());
            return "redirect:/";
        }
        response.setStatus(422);
        return show(model, form);
    }

    private static WorkspaceSettings settings(SetUpForm form) {
        return WorkspaceSettings.of(form.workspaceName(), form.timeZone(), "MONDAY", form.currency(), form.locale());
    }

    private static String show(Model model, SetUpForm form) {
        model.addAttribute("form", form);
        model.addAttribute("zones", WorkspaceSettings.timeZones());
        return "security/set-up";
    }

    /** What the set-up page asks for. */
    record SetUpForm(
            String code,
            String workspaceName,
            String timeZone,
            String currency,
            String locale,
            String name,
            String mail,
            String password) {

        /** A field that a form leaves out is an empty one. */
        SetUpForm {
            code = Objects.requireNonNullElse(code, "");
            workspaceName = Objects.requireNonNullElse(workspaceName, "");
            timeZone = Objects.requireNonNullElse(timeZone, "");
            currency = Objects.requireNonNullElse(currency, "");
            locale = Objects.requireNonNullElse(locale, "");
            name = Objects.requireNonNullElse(name, "");
            mail = Objects.requireNonNullElse(mail, "");
            password = Objects.requireNonNullElse(password, "");
        }
    }
}
