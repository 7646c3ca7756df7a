package io.opsdeck.web.openapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** All routes that other services may call. */
@Component
class ApiRoutes {

    private final RequestMappingHandlerMapping mapping;

    ApiRoutes(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
        this.mapping = mapping;
    }

    /** By address and method. */
    List<ApiRoute> list() {
        List<ApiRoute> routes = new ArrayList<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            if (handler.getBeanType().isAnnotationPresent(RestController.class)) {
                routes.addAll(routes(info, handler));
            }
        });
        routes.sort(Comparator.comparing(ApiRoute::path).thenComparing(ApiRoute::method));
        return routes;
    }

    private static List<ApiRoute> routes(RequestMappingInfo info, HandlerMethod handler) {
        Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
        return info.getPatternValues().stream()
                .filter(ApiRoutes::isForServices)
                .flatMap(path -> methods.stream().map(method -> new ApiRoute(method.name(), path, handler)))
                .toList();
    }

    /** The same address with a slash behind it is the same route. */
    private static boolean isForServices(String path) {
        return (path.startsWith("/api/") || path.startsWith("/v1/")) && !path.endsWith("/");
    }
}
