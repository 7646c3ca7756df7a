package io.opsdeck.web.security;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.member.Access;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Denies by default: a handler of ours that declares neither a permission nor that it is open is never run. */
class PermissionInterceptor implements HandlerInterceptor {

    private static final String SECOND_STEP = "/account/two-step";

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)
                || !method.getBeanType().getPackageName().startsWith("io.opsdeck.")) {
            return true;
        }
        if (request.getAttribute(Caller.REFUSAL) instanceof ErrorCode refusal) {
            throw refusal.exception();
        }
        if (method.hasMethodAnnotation(Open.class)) {
            return true;
        }
        Requires requires = method.getMethodAnnotation(Requires.class);
        if (requires == null) {
            throw CoreError.FORBIDDEN.exception();
        }
        Optional<Access> access = Caller.find(request);
        if (access.isEmpty()) {
            return signInFirst(request, response);
        }
        if (access.get().secondStepMissing() && !requires.beforeSecondStep()) {
            return setUpSecondStepFirst(request, response);
        }
        if (!access.get().may(requires.value())) {
            throw CoreError.FORBIDDEN.exception(requires.value().key());
        }
        return true;
    }

    private static boolean signInFirst(HttpServletRequest request, HttpServletResponse response) {
        String path = request.getRequestURI();
        if (path.startsWith("/api/") || path.startsWith("/scim/")) {
            throw CoreError.UNAUTHENTICATED.exception();
        }
        boolean fragment = request.getHeader("HX-Request") != null;
        String wanted = fragment
                ? "/"
                : request.getRequestURI() + (request.getQueryString() == null ? "" : "?" + request.getQueryString());
        String target = "GET".equals(request.getMethod()) && !"/".equals(wanted)
                ? "/sign-in?next=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8)
                : "/sign-in";
        if (fragment) {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            response.setHeader("HX-Redirect", target);
            return false;
        }
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", target);
        return false;
    }

    private static boolean setUpSecondStepFirst(HttpServletRequest request, HttpServletResponse response) {
        if (request.getHeader("HX-Request") != null) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            response.setHeader("HX-Redirect", SECOND_STEP);
            return false;
        }
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", SECOND_STEP);
        return false;
    }
}
