package io.opsdeck.web.audit;

import io.opsdeck.core.audit.AuditFilter;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The audit trail as a file. */
@Component
class AuditExport implements ExportSource {

    private static final int PAGE = 1_000;

    private final AuditTrail audit;
    private final Workspaces workspaces;

    AuditExport(AuditTrail audit, Workspaces workspaces) {
        this.audit = audit;
        this.workspaces = workspaces;
    }

    @Override
    public String key() {
        return "audit";
    }

    @Override
    public Permission permission() {
        return Permission.AUDIT_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("id", "export.column.id"),
                new ExportColumn("at", "audit.at"),
                new ExportColumn("actor_kind", "export.column.kind"),
                new ExportColumn("actor", "audit.who"),
                new ExportColumn("action", "audit.what"),
                new ExportColumn("object_type", "export.column.type"),
                new ExportColumn("object_id", "audit.object.id"),
                new ExportColumn("object", "audit.object"),
                new ExportColumn("before", "audit.before"),
                new ExportColumn("after", "audit.after"),
                new ExportColumn("request_id", "audit.request.id"),
                new ExportColumn("address", "audit.address"));
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        filter(query, access);
        return OptionalLong.empty();
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        AuditFilter filter = filter(query, access);
        rows.addAll(
                cursor -> audit.page(filter, cursor, PAGE),
                entry -> Arrays.asList(
                        entry.id().toString(),
                        entry.at(),
                        entry.actorKind().name().toLowerCase(Locale.ROOT),
                        entry.actorName(),
                        entry.action(),
                        entry.objectType(),
                        entry.objectId(),
                        entry.objectName(),
                        entry.before(),
                        entry.after(),
                        entry.requestId(),
                        entry.address()));
    }

    private AuditFilter filter(ListQuery query, Access access) {
        return AuditQuery.of(query)
                .filter(workspaces.require(access.workspace()).settings().timeZone());
    }
}
