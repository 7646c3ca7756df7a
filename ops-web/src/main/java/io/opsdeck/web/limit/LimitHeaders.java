package io.opsdeck.web.limit;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Tells the caller where he stands: all policies that his call counted for in the fields of the IETF draft, the last and
 * narrowest of them in the fields that older clients read.
 */
public final class LimitHeaders {

    private static final String COUNTED = LimitHeaders.class.getName();
    private static final int WINDOW_SECONDS = 60;

    private LimitHeaders() {}

    public static void add(LimitState state, HttpServletRequest request, HttpServletResponse response) {
        List<LimitState> all = new ArrayList<>(counted(request));
        all.add(state);
        request.setAttribute(COUNTED, all);
        response.setHeader(
                "RateLimit-Policy",
                list(all, each -> String.format(Locale.ROOT, "q=%d;w=%d", each.limit(), WINDOW_SECONDS)));
        response.setHeader(
                "RateLimit",
                list(all, each -> String.format(Locale.ROOT, "r=%d;t=%d", each.remaining(), each.resetSeconds())));
        response.setHeader("X-RateLimit-Limit", String.valueOf(state.limit()));
        response.setHeader("X-RateLimit-Remaining", String.valueOf(state.remaining()));
        response.setHeader("X-RateLimit-Reset", String.valueOf(state.resetSeconds()));
        if (!state.allowed()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(state.retrySeconds()));
        }
    }

    private static List<LimitState> counted(HttpServletRequest request) {
        @Nullable Object before = request.getAttribute(COUNTED);
        return before instanceof List<?> list
                ? list.stream().map(LimitState.class::cast).toList()
                : List.of();
    }

    private static String list(List<LimitState> states, Function<LimitState, String> parameters) {
        return states.stream()
                .map(each -> "\"" + each.policy().key() + "\";" + parameters.apply(each))
                .collect(Collectors.joining(", "));
    }
}
