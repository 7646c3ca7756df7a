package io.opsdeck.web.security;

import io.opsdeck.core.member.SignIn;
import io.opsdeck.core.member.SignInTrail;
import io.opsdeck.core.member.TwoStep;
import io.opsdeck.web.security.Sessions.Awaited;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The code after the password. */
@PageController
class SecondStepPageController {

    private final TwoStep twoStep;
    private final Sessions sessions;
    private final SignInTrail trail;

    SecondStepPageController(TwoStep twoStep, Sessions sessions, SignInTrail trail) {
        this.twoStep = twoStep;
        this.sessions = sessions;
        this.trail = trail;
    }

    @GetMapping("/sign-in/code")
    @Open("the way in")
    String page(HttpServletRequest request, Model model) {
        return sessions.awaited(request).isPresent() ? show(model, false, false) : "redirect:/sign-in";
    }

    @PostMapping("/sign-in/code")
    @Open("the way in")
    String signIn(
            @RequestParam(defaultValue = "") String code,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        Optional<Awaited> awaited = sessions.awaited(request);
        if (awaited.isEmpty()) {
            return "redirect:/sign-in";
        }
        Awaited attempt = awaited.get();
        SignIn result = twoStep.signIn(attempt.member(), attempt.passwordAt(), code, request.getRemoteAddr());
        if (result.outcome() == SignIn.Outcome.SUCCEEDED) {
            sessions.begin(request, attempt.member());
            trail.succeeded(attempt.member(), RequestIds.of(request), request.getRemoteAddr());
            response.setHeader("Location", attempt.next());
            response.setStatus(HttpServletResponse.SC_SEE_OTHER);
            return "error/fragment";
        }
        boolean throttled = result.outcome() == SignIn.Outcome.THROTTLED;
        if (!throttled) {
            trail.codeFailed(attempt.member(), RequestIds.of(request), request.getRemoteAddr());
        }
        response.setStatus(throttled ? 429 : 401);
        return show(model, !throttled, throttled);
    }

    private static String show(Model model, boolean failed, boolean throttled) {
        model.addAttribute("failed", failed);
        model.addAttribute("throttled", throttled);
        return "security/code";
    }
}
