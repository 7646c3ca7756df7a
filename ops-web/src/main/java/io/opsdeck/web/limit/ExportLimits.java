package io.opsdeck.web.limit;

import io.opsdeck.core.audit.Actor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Counts the files that a token fetches, after its permission was looked at. */
@Configuration(proxyBeanMethods = false)
class ExportLimits implements WebMvcConfigurer, HandlerInterceptor {

    private static final int AFTER_PERMISSIONS = 100;

    private final RateLimits limits;

    ExportLimits(RateLimits limits) {
        this.limits = limits;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).order(AFTER_PERMISSIONS);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        @Nullable UUID caller = Actor.current().id();
        if (caller == null
                || !(handler instanceof HandlerMethod method)
                || !method.hasMethodAnnotation(ExportLimit.class)) {
            return true;
        }
        LimitState state = limits.count(LimitPolicy.EXPORT, caller.toString());
        LimitHeaders.add(state, request, response);
        if (!state.allowed()) {
            throw LimitError.RATE_LIMITED.exception();
        }
        return true;
    }
}
