package io.opsdeck.web.security;

import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.SetUp;
import io.opsdeck.core.member.SignIn;
import io.opsdeck.core.member.SignInTrail;
import io.opsdeck.core.signon.Providers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import java.util.UUID;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Sign-in by password, and sign-out. */
@PageController
class SignInPageController {

    private final Members members;
    private final SetUp setUp;
    private final Providers providers;
    private final Sessions sessions;
    private final SignInTrail trail;

    SignInPageController(Members members, SetUp setUp, Providers providers, Sessions sessions, SignInTrail trail) {
        this.members = members;
        this.setUp = setUp;
        this.providers = providers;
        this.sessions = sessions;
        this.trail = trail;
    }

    @GetMapping("/sign-in")
    @Open("the way in")
    String page(
            @RequestParam(defaultValue = "") String next,
            @RequestParam(defaultValue = "false") boolean signedOut,
            @RequestParam(defaultValue = "false") boolean changed,
            @RequestParam(defaultValue = "false") boolean password,
            HttpServletRequest request,
            Model model) {
        if (Caller.find(request).isPresent()) {
            return "redirect:/";
        }
        model.addAttribute("changed", changed);
        model.addAttribute("byPassword", password || changed);
        return show(model, "", next, false, false, signedOut);
    }

    @PostMapping("/sign-in")
    @Open("the way in")
    String signIn(
            @RequestParam(defaultValue = "") String mail,
            @RequestParam(defaultValue = "") String password,
            @RequestParam(defaultValue = "") String next,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        SignIn result = members.signIn(mail, password, request.getRemoteAddr());
        if (result.outcome() == SignIn.Outcome.SUCCEEDED) {
            UUID member = Objects.requireNonNull(result.member());
            sessions.begin(request, member);
            trail.succeeded(member, RequestIds.of(request), request.getRemoteAddr());
            response.setHeader("Location", LocalPath.of(next));
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            return "error/fragment";
        }
        if (result.outcome() == SignIn.Outcome.SECOND_STEP) {
            sessions.awaitSecondStep(request, Objects.requireNonNull(result.member()), LocalPath.of(next));
            return "redirect:/sign-in/code";
        }
        boolean throttled = result.outcome() == SignIn.Outcome.THROTTLED;
        if (!throttled) {
            trail.passwordFailed(mail, RequestIds.of(request), request.getRemoteAddr());
        }
        response.setStatus(throttled ? 429 : 401);
        model.addAttribute("byPassword", true);
        return show(model, mail, next, !throttled, throttled, false);
    }

    @PostMapping("/sign-out")
    @Open("ending one's own session needs no permission")
    String signOut(HttpServletRequest request) {
        sessions.end(request);
        return "redirect:/sign-in?signedOut=true";
    }

    private String show(Model model, String mail, String next, boolean failed, boolean throttled, boolean signedOut) {
        model.addAttribute("mail", mail);
        model.addAttribute("next", next);
        model.addAttribute("failed", failed);
        model.addAttribute("throttled", throttled);
        model.addAttribute("signedOut", signedOut);
        model.addAttribute("setUpOpen", setUp.isOpen());
        model.addAttribute("provider", providers.find().orElse(null));
        return "security/sign-in";
    }
}
