package io.opsdeck.web.scim;

import io.opsdeck.core.scim.ScimPage;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Answers in the media type and the envelopes of SCIM. */
final class ScimAnswer {

    static final MediaType TYPE = MediaType.parseMediaType("application/scim+json");

    private ScimAnswer() {}

    static ResponseEntity<Map<String, Object>> ok(Map<String, Object> body) {
        return ResponseEntity.ok().contentType(TYPE).body(body);
    }

    static ResponseEntity<Map<String, Object>> created(Map<String, Object> body, String location) {
        return ResponseEntity.created(URI.create(location)).contentType(TYPE).body(body);
    }

    static <T> ResponseEntity<Map<String, Object>> list(ScimPage<T> page, Function<T, Map<String, Object>> write) {
        return ok(list(
                page.total(), page.from(), page.resources().stream().map(write).toList()));
    }

    static Map<String, Object> list(int total, int from, List<Map<String, Object>> resources) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("schemas", List.of("urn:ietf:params:scim:api:messages:2.0:ListResponse"));
        body.put("totalResults", total);
        body.put("startIndex", from);
        body.put("itemsPerPage", resources.size());
        body.put("Resources", resources);
        return body;
    }

    static Map<String, Object> meta(String type, String location, Instant created, Instant changed) {
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("resourceType", type);
        meta.put("created", created.toString());
        meta.put("lastModified", changed.toString());
        meta.put("location", location);
        meta.put("version", "W/\"" + Long.toString(changed.toEpochMilli(), 36) + "\"");
        return meta;
    }
}
