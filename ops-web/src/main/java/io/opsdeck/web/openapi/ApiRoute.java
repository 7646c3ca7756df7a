package io.opsdeck.web.openapi;

import io.opsdeck.core.security.Permission;
import io.opsdeck.web.api.ChangesNothing;
import io.opsdeck.web.api.Versioned;
import io.opsdeck.web.security.Requires;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.method.HandlerMethod;

/**
 * A method and an address of the REST API with the handler that answers there.
 *
 * @param path with variables, such as {@code /api/v1/sources/{id}}
 */
record ApiRoute(String method, String path, HandlerMethod handler) {

    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    String name() {
        return method + " " + path;
    }

    /** What a token needs; empty where none is needed. */
    Optional<Permission> permission() {
        @Nullable Requires requires = handler.getMethodAnnotation(Requires.class);
        return Optional.ofNullable(requires).map(Requires::value);
    }

    boolean isTracking() {
        return path.startsWith("/v1/");
    }

    boolean mayHaveBody() {
        return WITH_BODY.contains(method);
    }

    boolean takesIdempotencyKey() {
        return !"GET".equals(method) && !isTracking() && !handler.hasMethodAnnotation(ChangesNothing.class);
    }

    boolean takesCondition() {
        return !"GET".equals(method) && handler.hasMethodAnnotation(Versioned.class);
    }

    /** What the handler's controller is about: {@code Source} of a SourceApiController. */
    String subject() {
        return SchemaNames.subject(handler.getBeanType());
    }
}
