package io.opsdeck.web.member;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.PasswordChange;
import io.opsdeck.core.member.TwoStep;
import io.opsdeck.core.member.TwoStep.Enrolment;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.security.Sessions;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;

/** One's own two-step sign-in: set up, recovery codes, off. */
@PageController
class TwoStepPageController {

    private final TwoStep twoStep;
    private final PasswordChange passwords;
    private final Sessions sessions;
    private final Html html;

    TwoStepPageController(TwoStep twoStep, PasswordChange passwords, Sessions sessions, Html html) {
        this.twoStep = twoStep;
        this.passwords = passwords;
        this.sessions = sessions;
        this.html = html;
    }

    @GetMapping("/account/two-step")
    @Requires(value = Permission.WORKSPACE_READ, beforeSecondStep = true)
    String page(HttpServletRequest request, Model model) {
        model.addAttribute("form", new ProofForm("", ""));
        return show(model, Caller.require(request));
    }

    @PostMapping("/account/two-step/begin")
    @Requires(value = Permission.WORKSPACE_READ, beforeSecondStep = true)
    String begin(HttpServletRequest request) {
        twoStep.begin(Caller.require(request).member());
        return "redirect:/account/two-step";
    }

    /** Sessions that began without a second step end. */
    @PostMapping("/account/two-step/confirm")
    @Requires(value = Permission.WORKSPACE_READ, beforeSecondStep = true)
    String confirm(
            @ModelAttribute("form") ProofForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access me = Caller.require(request);
        Optional<List<String>> codes = html.submit(
                errors,
                locale,
                () -> twoStep.confirm(me.member(), form.password(), form.code(), request.getRemoteAddr()));
        if (codes.isPresent()) {
            sessions.renew(request, me.member());
        }
        return showCodes(codes, response, model, me);
    }

    @PostMapping("/account/two-step/codes")
    @Requires(value = Permission.WORKSPACE_READ, beforeSecondStep = true)
    String codes(
            @ModelAttribute("form") ProofForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access me = Caller.require(request);
        Optional<List<String>> codes = html.submit(
                errors,
                locale,
                () -> twoStep.renewCodes(me.member(), form.password(), form.code(), request.getRemoteAddr()));
        return showCodes(codes, response, model, me);
    }

    @PostMapping("/account/two-step/disable")
    @Requires(value = Permission.WORKSPACE_READ, beforeSecondStep = true)
    String disable(
            @ModelAttribute("form") ProofForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access me = Caller.require(request);
        Optional<Boolean> off = html.submit(errors, locale, () -> {
            twoStep.disable(me.member(), form.password(), form.code(), request.getRemoteAddr());
            return true;
        });
        if (off.isPresent()) {
            sessions.renew(request, me.member());
            return "redirect:/account/two-step";
        }
        response.setStatus(422);
        return show(model, me);
    }

    private String showCodes(Optional<List<String>> codes, HttpServletResponse response, Model model, Access me) {
        if (codes.isEmpty()) {
            response.setStatus(422);
            return show(model, me);
        }
        model.addAttribute("codes", String.join("\n", codes.get()));
        return show(model, me);
    }

    private String show(Model model, Access me) {
        model.addAttribute("standing", twoStep.standing(me.member()));
        Optional<Enrolment> enrolment = twoStep.pending(me.member());
        model.addAttribute("enrolment", enrolment.orElse(null));
        model.addAttribute(
                "qr", enrolment.map(pending -> QrCode.of(pending.uri())).orElse(null));
        model.addAttribute("missing", me.secondStepMissing());
        model.addAttribute("possible", passwords.isPossible(me.member()));
        return "member/two-step";
    }

    /** What proves that it is the member himself. */
    record ProofForm(String password, String code) {

        /** A field that a form leaves out is an empty one. */
        ProofForm {
            password = Objects.requireNonNullElse(password, "");
            code = Objects.requireNonNullElse(code, "");
        }
    }
}
