package io.opsdeck.web.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * Ties the cursor of a page to the list that it is of: with other filters or another order it would lead to rows that
 * follow nothing. The services' own cursors stay inside.
 */
@Component
class ApiCursors {

    static final String CURSOR = "cursor";

    private static final String LIMIT = "limit";
    private static final String LIST = ApiCursors.class.getName();
    private static final int LIST_BYTES = 8;

    private final Fingerprints fingerprints;

    ApiCursors(Fingerprints fingerprints) {
        this.fingerprints = fingerprints;
    }

    /**
     * The request with the cursor that the service once gave.
     *
     * @throws io.opsdeck.core.error.OpsdeckException {@code cursor_mismatch}, 400
     */
    HttpServletRequest unwrap(HttpServletRequest request) {
        String list = list(request);
        request.setAttribute(LIST, list);
        String cursor = request.getParameter(CURSOR);
        if (cursor == null) {
            return request;
        }
        String[] parts = cursor.split("\\.", 2);
        if (parts.length < 2 || !parts[0].equals(list)) {
            throw ApiError.CURSOR_MISMATCH.at(CURSOR);
        }
        return new WithCursor(request, open(parts[1]));
    }

    /** The cursor as it leaves. */
    String wrap(HttpServletRequest request, String cursor) {
        return request.getAttribute(LIST)
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.getBytes(StandardCharsets.UTF_8));
    }

    private static String open(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.CURSOR_MISMATCH.at(CURSOR);
        }
    }

    private String list(HttpServletRequest request) {
        Map<String, String[]> filters = new TreeMap<>(request.getParameterMap());
        filters.remove(CURSOR);
        filters.remove(LIMIT);
        ApiBody body = WebUtils.getNativeRequest(request, ApiBody.class);
        byte[] hash = fingerprints.ofList(request.getRequestURI(), filters, body == null ? new byte[0] : body.bytes());
        return HexFormat.of().formatHex(hash, 0, LIST_BYTES);
    }

    private static final class WithCursor extends HttpServletRequestWrapper {

        private final String cursor;

        WithCursor(HttpServletRequest request, String cursor) {
            super(request);
            this.cursor = cursor;
        }

        @Override
        public @Nullable String getParameter(String name) {
            return name.equals(CURSOR) ? cursor : super.getParameter(name);
        }

        @Override
        public String @Nullable [] getParameterValues(String name) {
            return name.equals(CURSOR) ? new String[] {cursor} : super.getParameterValues(name);
        }
    }
}
