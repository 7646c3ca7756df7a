package io.opsdeck.web.api;

import io.opsdeck.core.page.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.util.WebUtils;

/** Puts what holds for all of the REST API around its handlers: the bound of bodies, cursors and keys. */
@Component
class ApiHandlers implements WebMvcRegistrations {

    private final ObjectProvider<IdempotentCalls> calls;
    private final ObjectProvider<ApiCursors> cursors;

    ApiHandlers(ObjectProvider<IdempotentCalls> calls, ObjectProvider<ApiCursors> cursors) {
        this.calls = calls;
        this.cursors = cursors;
    }

    @Override
    public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return new RequestMappingHandlerAdapter() {

            @Override
            protected @Nullable ModelAndView handleInternal(
                    HttpServletRequest request, HttpServletResponse response, HandlerMethod handler) throws Exception {
                if (!isApi(request, handler)) {
                    return super.handleInternal(request, response, handler);
                }
                boolean parts = WebUtils.getNativeRequest(request, MultipartHttpServletRequest.class) != null;
                HttpServletRequest known = parts ? request : ApiBody.of(request);
                calls.getObject()
                        .run(
                                isPage(handler) ? cursors.getObject().unwrap(known) : known,
                                response,
                                handler,
                                (inner, answer) -> super.handleInternal(inner, answer, handler));
                return null;
            }
        };
    }

    private static boolean isPage(HandlerMethod handler) {
        return handler.getReturnType().getParameterType() == Page.class;
    }

    private static boolean isApi(HttpServletRequest request, HandlerMethod handler) {
        return handler.getBeanType().isAnnotationPresent(RestController.class)
                && request.getRequestURI().startsWith("/api/");
    }
}
