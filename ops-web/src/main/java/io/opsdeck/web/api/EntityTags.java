package io.opsdeck.web.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import tools.jackson.databind.json.JsonMapper;

/** Versions of what is read and changed: a tag of the representation, so that it changes with whatever a reader sees. */
@Component
public class EntityTags {

    private final JsonMapper json;

    EntityTags(JsonMapper json) {
        this.json = json;
    }

    /** The representation with its tag; who has it already is answered 304. */
    public <T> ResponseEntity<T> answer(T body) {
        return ResponseEntity.ok().eTag(tag(body)).body(body);
    }

    /**
     * Refuses a change of something that is no longer what the caller read, if he says what that was.
     *
     * @param current the representation as it is answered now
     * @throws io.opsdeck.core.error.OpsdeckException {@code changed_meanwhile}, 412
     */
    public void check(HttpServletRequest request, Object current) {
        var given = Collections.list(request.getHeaders(HttpHeaders.IF_MATCH));
        String tag = tag(current);
        boolean fits = given.isEmpty()
                || given.stream()
                        .flatMap(header -> Arrays.stream(header.split(",")))
                        .map(String::strip)
                        .anyMatch(each -> each.equals("*") || each.equals(tag));
        if (!fits) {
            throw ApiError.CHANGED_MEANWHILE.exception();
        }
    }

    private String tag(Object body) {
        return "\"" + DigestUtils.md5DigestAsHex(json.writeValueAsBytes(body)) + "\"";
    }
}
