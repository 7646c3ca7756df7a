package io.opsdeck.web.event;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The list of events as a file. */
@Component
class EventExport implements ExportSource {

    private static final int PAGE = 1_000;

    private final EventList events;

    EventExport(EventList events) {
        this.events = events;
    }

    @Override
    public String key() {
        return "events";
    }

    @Override
    public Permission permission() {
        return Permission.EVENT_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("at", "export.column.at"),
                new ExportColumn("event", "event.name"),
                new ExportColumn("type", "export.column.type"),
                new ExportColumn("user_id", "people.user"),
                new ExportColumn("anonymous_id", "export.column.anonymous_id"),
                new ExportColumn("person", "export.column.person"),
                new ExportColumn("message_id", "export.column.message_id"),
                new ExportColumn("received_at", "event.received"),
                new ExportColumn("properties", "export.column.properties"),
                new ExportColumn("context", "export.column.context"));
    }

    @Override
    public boolean isPersonal() {
        return true;
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        return OptionalLong.empty();
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        rows.addAll(
                cursor -> events.page(query.get("event"), query.get("who"), cursor, PAGE, access),
                event -> Arrays.asList(
                        event.at(),
                        event.name(),
                        event.type(),
                        event.userId(),
                        event.anonymousId(),
                        event.person().toString(),
                        event.messageId(),
                        event.receivedAt(),
                        event.props(),
                        event.context()));
    }
}
