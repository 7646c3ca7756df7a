package io.opsdeck.web.member;

import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.member.Invitations.Invited;
import io.opsdeck.core.member.TwoStep;
import io.opsdeck.core.signon.Providers;
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

/** Accepting an invitation. */
@PageController
class InvitationPageController {

    private final Invitations invitations;
    private final TwoStep twoStep;
    private final Providers providers;
    private final Sessions sessions;
    private final Html html;

    InvitationPageController(
            Invitations invitations, TwoStep twoStep, Providers providers, Sessions sessions, Html html) {
        this.invitations = invitations;
        this.twoStep = twoStep;
        this.providers = providers;
        this.sessions = sessions;
        this.html = html;
    }

    @GetMapping("/invitations/{code}")
    @Open("the code is the key")
    String page(@PathVariable String code, HttpServletResponse response, Model model) {
        Optional<Invited> invited = invitations.find(code);
        if (invited.isEmpty()) {
            return gone(response);
        }
        model.addAttribute("form", new AcceptForm("", ""));
        return show(model, code, invited.get());
    }

    @PostMapping("/invitations/{code}")
    @Open("the code is the key")
    String accept(
            @PathVariable String code,
            @ModelAttribute("form") AcceptForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<Invited> invited = invitations.find(code);
        if (invited.isEmpty()) {
            return gone(response);
        }
        Optional<UUID> member = html.submit(
                errors, locale, () -> invitations.accept(code, form.name(), form.password(), request.getRemoteAddr()));
        if (member.isPresent() && twoStep.isOn(member.get())) {
            sessions.awaitSecondStep(request, member.get(), "/");
            return "redirect:/sign-in/code";
        }
        if (member.isPresent()) {
            sessions.begin(request, member.get());
            sessions.look(request, invited.get().workspace());
            return "redirect:/";
        }
        response.setStatus(422);
        return show(model, code, invited.get());
    }

    private static String gone(HttpServletResponse response) {
        response.setStatus(404);
        return "security/invitation-gone";
    }

    private String show(Model model, String code, Invited invited) {
        model.addAttribute("provider", providers.find().orElse(null));
        model.addAttribute("code", code);
        model.addAttribute("workspaceName", invited.workspaceName());
        model.addAttribute("mail", invited.mail());
        model.addAttribute("known", invited.known());
        return "security/invitation";
    }

    /** What a new member chooses. */
    record AcceptForm(String name, String password) {

        /** A field that a form leaves out is an empty one. */
        AcceptForm {
            name = Objects.requireNonNullElse(name, "");
            password = Objects.requireNonNullElse(password, "");
        }
    }
}
