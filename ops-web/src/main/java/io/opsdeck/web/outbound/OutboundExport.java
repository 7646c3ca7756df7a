package io.opsdeck.web.outbound;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.outbound.Places.Known;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** What left the workspace, as a file. */
@Component
class OutboundExport implements ExportSource {

    private static final int PAGE = 1_000;

    private final Outbound outbound;
    private final Places places;

    OutboundExport(Outbound outbound, Places places) {
        this.outbound = outbound;
        this.places = places;
    }

    @Override
    public String key() {
        return "outbound";
    }

    @Override
    public Permission permission() {
        return Permission.OUTBOUND_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("id", "export.column.id"),
                new ExportColumn("kind", "export.column.kind"),
                new ExportColumn("where", "outbound.where"),
                new ExportColumn("subject", "outbound.subject"),
                new ExportColumn("state", "outbound.state"),
                new ExportColumn("reason", "outbound.why"),
                new ExportColumn("tries", "export.column.attempts"),
                new ExportColumn("planned_at", "export.column.created_at"),
                new ExportColumn("ended_at", "outbound.ended"));
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        OutboundPageController.filter(places.known(Locale.ENGLISH), query.get("state"), query.get("where"));
        return OptionalLong.empty();
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        Known known = places.known(Locale.ENGLISH);
        var filter = OutboundPageController.filter(known, query.get("state"), query.get("where"));
        Map<String, String> names = known.texts();
        rows.addAll(
                cursor -> outbound.page(filter, cursor, PAGE),
                delivery -> Arrays.asList(
                        delivery.id().toString(),
                        delivery.kind(),
                        names.get(delivery.kind() + "/" + delivery.lane()),
                        delivery.subject(),
                        delivery.state().name().toLowerCase(Locale.ROOT),
                        delivery.reason(),
                        delivery.tries(),
                        delivery.plannedAt(),
                        delivery.endedAt()));
    }
}
