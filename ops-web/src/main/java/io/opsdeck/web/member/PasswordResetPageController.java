package io.opsdeck.web.member;

import io.opsdeck.core.member.PasswordResets;
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
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** A new password for somebody who forgot his. */
@PageController
class PasswordResetPageController {

    private final PasswordResets resets;
    private final Sessions sessions;
    private final Html html;

    PasswordResetPageController(PasswordResets resets, Sessions sessions, Html html) {
        this.resets = resets;
        this.sessions = sessions;
        this.html = html;
    }

    @GetMapping("/password-resets")
    @Open("the way in")
    String page(Model model) {
        model.addAttribute("form", new AskForm(""));
        model.addAttribute("byMail", resets.canMail());
        return "security/password-forgotten";
    }

    /** Says the same whether there is such a member or not. */
    @PostMapping("/password-resets")
    @Open("the way in")
    String ask(
            @ModelAttribute("form") AskForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<Boolean> asked =
                html.submit(errors, locale, () -> resets.request(form.mail(), request.getRemoteAddr()));
        response.setStatus(asked.map(inTime -> inTime ? 200 : 429).orElse(422));
        model.addAttribute("byMail", resets.canMail());
        model.addAttribute("asked", asked.orElse(false));
        model.addAttribute("throttled", !asked.orElse(true));
        return "security/password-forgotten";
    }

    @GetMapping("/password-resets/{code}")
    @Open("the code is the key")
    String choose(@PathVariable String code, HttpServletResponse response, Model model) {
        Optional<String> mail = resets.find(code);
        if (mail.isEmpty()) {
            return gone(response);
        }
        model.addAttribute("form", new ChooseForm(""));
        return show(model, code, mail.get());
    }

    @PostMapping("/password-resets/{code}")
    @Open("the code is the key")
    String change(
            @PathVariable String code,
            @ModelAttribute("form") ChooseForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<String> mail = resets.find(code);
        if (mail.isEmpty()) {
            return gone(response);
        }
        Optional<UUID> member =
                html.submit(errors, locale, () -> resets.complete(code, form.password(), request.getRemoteAddr()));
        if (member.isPresent()) {
            sessions.endAll(member.get());
            sessions.end(request);
            return "redirect:/sign-in?changed=true";
        }
        response.setStatus(422);
        return show(model, code, mail.get());
    }

    private static String gone(HttpServletResponse response) {
        response.setStatus(404);
        return "security/password-reset-gone";
    }

    private static String show(Model model, String code, String mail) {
        model.addAttribute("code", code);
        model.addAttribute("mail", mail);
        return "security/password-reset";
    }

    /** Whose password it is. */
    record AskForm(String mail) {

        /** A field that a form leaves out is an empty one. */
        AskForm {
            mail = Objects.requireNonNullElse(mail, "");
        }
    }

    /** The new password. */
    record ChooseForm(String password) {

        /** A field that a form leaves out is an empty one. */
        ChooseForm {
            password = Objects.requireNonNullElse(password, "");
        }
    }
}
