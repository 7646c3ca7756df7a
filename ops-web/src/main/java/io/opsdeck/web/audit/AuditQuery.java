package io.opsdeck.web.audit;

import io.opsdeck.core.audit.AuditFilter;
import io.opsdeck.core.audit.AuditFilter.AuditObject;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.page.ListQuery;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What the address of the page or of a REST call asks for, as it is written there.
 *
 * @param object as {@code type:id}
 * @param from a day of the workspace or a moment; {@code to} too, and includes its day
 */
record AuditQuery(String kind, String actor, String object, String from, String to, String q, boolean failed) {

    static AuditQuery of(ListQuery query) {
        return new AuditQuery(
                query.get("kind"),
                query.get("actor"),
                query.get("object"),
                query.get("from"),
                query.get("to"),
                query.get("q"),
                query.get("failed").equals("true"));
    }

    AuditFilter filter(ZoneId zone) {
        return new AuditFilter(
                kind,
                actor,
                object.isEmpty() ? null : AuditObject.of(object),
                moment("from", from, zone, 0),
                moment("to", to, zone, 1),
                q,
                failed);
    }

    public boolean isEmpty() {
        return fields().isEmpty();
    }

    /** The address of the list with these filters, in {@code cursor} behind the last row; null for the first page. */
    String href(String path, @Nullable String cursor) {
        var uri = UriComponentsBuilder.fromPath(path);
        List<String> values = new ArrayList<>();
        fields().forEach(field -> {
            uri.queryParam(field.getKey(), "{" + field.getKey() + "}");
            values.add(field.getValue());
        });
        if (cursor != null) {
            uri.queryParam("cursor", "{cursor}");
            values.add(cursor);
        }
        return uri.encode().buildAndExpand(values.toArray()).toUriString();
    }

    /** The same without the object. */
    AuditQuery anyObject() {
        return new AuditQuery(kind, actor, "", from, to, q, failed);
    }

    private List<Map.Entry<String, String>> fields() {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        for (Map.Entry<String, String> field : List.of(
                Map.entry("kind", kind),
                Map.entry("actor", actor),
                Map.entry("object", object),
                Map.entry("from", from),
                Map.entry("to", to),
                Map.entry("q", q),
                Map.entry("failed", failed ? "true" : ""))) {
            if (!field.getValue().isEmpty()) {
                fields.add(field);
            }
        }
        return fields;
    }

    private static @Nullable Instant moment(String name, String text, ZoneId zone, int daysLater) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text)
                            .plusDays(daysLater)
                            .atStartOfDay(zone)
                            .toInstant();
        } catch (DateTimeException e) {
            throw CoreError.INVALID_VALUE.at(name, text);
        }
    }
}
