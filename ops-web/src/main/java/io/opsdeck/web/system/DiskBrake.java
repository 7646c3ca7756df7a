package io.opsdeck.web.system;

import io.opsdeck.core.system.DiskWatch;
import io.opsdeck.core.system.SystemError;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Refuses what grows without end while the disk is nearly full: 503 with {@code Retry-After}, so that clients come again. */
@Configuration(proxyBeanMethods = false)
class DiskBrake implements WebMvcConfigurer, HandlerInterceptor {

    private final DiskWatch disk;

    DiskBrake(DiskWatch disk) {
        this.disk = disk;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this)
                .addPathPatterns(
                        "/v1/**",
                        "/imports",
                        "/imports/*/rehearsal",
                        "/imports/*/run",
                        "/api/v1/imports/**",
                        "/exports/**",
                        "/api/v1/exports/**",
                        "/settings/sample/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getMethod().equals("POST") && disk.isStopped()) {
            throw SystemError.DISK_FULL.exception();
        }
        return true;
    }
}
