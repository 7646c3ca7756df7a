package io.opsdeck.web.signon;

import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.signon.Arrival;
import io.opsdeck.core.signon.SignOn;
import io.opsdeck.core.signon.SignOnError;
import io.opsdeck.web.security.LocalPath;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Sessions;
import io.opsdeck.web.signon.SignOnAttempts.Asked;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The way to the provider and back. */
@PageController
class SignOnPageController {

    private final SignOn signOn;
    private final SignOnAttempts attempts;
    private final Sessions sessions;

    SignOnPageController(SignOn signOn, SignOnAttempts attempts, Sessions sessions) {
        this.signOn = signOn;
        this.attempts = attempts;
        this.sessions = sessions;
    }

    /** A link and no form, since the policy of our pages lets no form lead elsewhere. */
    @GetMapping("/oauth2/authorization/oidc")
    @Open("the way in")
    String leave(
            @RequestParam(defaultValue = "") String next,
            @RequestParam(defaultValue = "") String invitation,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        try {
            SignOn.Question question = signOn.begin();
            attempts.keep(request, new Asked(question.attempt(), LocalPath.of(next), invitation));
            return goTo(question.address().toString(), response);
        } catch (OpsdeckException refusal) {
            return refuse(refusal, response, model);
        }
    }

    @GetMapping(SignOn.CALLBACK)
    @Open("the way in; the state is the key")
    String comeBack(HttpServletRequest request, HttpServletResponse response, Model model) {
        try {
            Asked asked = attempts.take(request).orElseThrow(SignOnError.ATTEMPT_OVER::exception);
            Arrival arrival = signOn.finish(
                    asked.attempt(),
                    answer(request),
                    asked.invitation().isEmpty() ? null : asked.invitation(),
                    request.getRemoteAddr());
            sessions.beginByProvider(request, arrival.member());
            if (arrival.joined() != null) {
                sessions.look(request, arrival.joined());
            }
            return goTo(asked.next(), response);
        } catch (OpsdeckException refusal) {
            return refuse(refusal, response, model);
        }
    }

    private static Map<String, List<String>> answer(HttpServletRequest request) {
        Map<String, List<String>> answer = new TreeMap<>();
        request.getParameterMap().forEach((name, values) -> answer.put(name, Arrays.asList(values)));
        return answer;
    }

    private static String goTo(String address, HttpServletResponse response) {
        response.setHeader("Location", address);
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        return "error/fragment";
    }

    private static String refuse(OpsdeckException refusal, HttpServletResponse response, Model model) {
        response.setStatus(refusal.code().kind().status());
        model.addAttribute("reason", refusal.code().code());
        return "signon/refused";
    }
}
