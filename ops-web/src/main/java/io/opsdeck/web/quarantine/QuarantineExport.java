package io.opsdeck.web.quarantine;

import io.opsdeck.analytics.event.Quarantine;
import io.opsdeck.analytics.event.Quarantine.ReasonCount;
import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.people.ContactSight;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The events in quarantine as a file. */
@Component
class QuarantineExport implements ExportSource {

    private static final int PAGE = 500;

    private final Quarantine quarantine;
    private final ContactSight sight;

    QuarantineExport(Quarantine quarantine, ContactSight sight) {
        this.quarantine = quarantine;
        this.sight = sight;
    }

    @Override
    public String key() {
        return "quarantine";
    }

    @Override
    public Permission permission() {
        return Permission.EVENT_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("received_at", "event.received"),
                new ExportColumn("reason", "quarantine.reason"),
                new ExportColumn("place", "quarantine.place"),
                new ExportColumn("message_id", "export.column.message_id"),
                new ExportColumn("raw", "quarantine.raw"));
    }

    @Override
    public boolean isPersonal() {
        return true;
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        var fault = QuarantinePageController.fault(query.get("reason"));
        return OptionalLong.of(quarantine.reasons().stream()
                .filter(each -> fault == null || each.reason() == fault)
                .mapToLong(ReasonCount::count)
                .sum());
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        rows.addAll(
                cursor -> quarantine.page(QuarantinePageController.fault(query.get("reason")), cursor, PAGE),
                event -> Arrays.asList(
                        event.receivedAt(),
                        event.reason().code(),
                        event.pointer(),
                        event.messageId(),
                        sight.raw(event.raw(), access)));
    }
}
