package io.opsdeck.web.security;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The access of the current request, put there by the filters. */
public final class Caller {

    static final String ACCESS = Caller.class.getName() + ".access";

    /** The code of an error for which the request may not go on, whoever calls. */
    static final String REFUSAL = Caller.class.getName() + ".refusal";

    private Caller() {}

    public static Access require(HttpServletRequest request) {
        return find(request).orElseThrow(CoreError.UNAUTHENTICATED::exception);
    }

    public static Optional<Access> find(HttpServletRequest request) {
        @Nullable Object access = request.getAttribute(ACCESS);
        return access instanceof Access found ? Optional.of(found) : Optional.empty();
    }
}
