package io.opsdeck.web.member;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.PasswordChange;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.security.Sessions;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One's own password. */
@PageController
class AccountPageController {

    private final PasswordChange passwords;
    private final Sessions sessions;
    private final Html html;

    AccountPageController(PasswordChange passwords, Sessions sessions, Html html) {
        this.passwords = passwords;
        this.sessions = sessions;
        this.html = html;
    }

    @GetMapping("/account")
    @Requires(Permission.WORKSPACE_READ)
    String page(@RequestParam(defaultValue = "false") boolean changed, HttpServletRequest request, Model model) {
        model.addAttribute("form", new PasswordForm("", ""));
        model.addAttribute("changed", changed);
        return show(model, Caller.require(request).member());
    }

    @PostMapping("/account/password")
    @Requires(Permission.WORKSPACE_READ)
    String change(
            @ModelAttribute("form") PasswordForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access me = Caller.require(request);
        boolean done = html.submit(errors, locale, () -> {
                    passwords.change(me.member(), form.current(), form.password(), request.getRemoteAddr());
                    return true;
                })
                .isPresent();
        if (done) {
            sessions.renew(request, me.member());
            return "redirect:/account?changed=true";
        }
        response.setStatus(422);
        return show(model, me.member());
    }

    private String show(Model model, UUID member) {
        model.addAttribute("possible", passwords.isPossible(member));
        return "member/account";
    }

    /** The password of before and the one that is wished. */
    record PasswordForm(String current, String password) {

        /** A field that a form leaves out is an empty one. */
        PasswordForm {
            current = Objects.requireNonNullElse(current, "");
            password = Objects.requireNonNullElse(password, "");
        }
    }
}
