package io.opsdeck.web.member;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The members of a workspace as a file, such as for a review of who has access. */
@Component
class MemberExport implements ExportSource {

    private final Members members;

    MemberExport(Members members) {
        this.members = members;
    }

    @Override
    public String key() {
        return "members";
    }

    @Override
    public Permission permission() {
        return Permission.MEMBER_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("name", "export.column.name"),
                new ExportColumn("mail", "export.column.email"),
                new ExportColumn("role", "export.column.role"),
                new ExportColumn("disabled", "export.column.disabled"),
                new ExportColumn("last_seen_at", "people.last"),
                new ExportColumn("joined_at", "export.column.joined_at"));
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        return OptionalLong.of(members.list(query.get("q")).size());
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        rows.addAll(
                members.list(query.get("q")),
                member -> Arrays.asList(
                        member.name(),
                        member.mail(),
                        member.role().label(),
                        member.disabled(),
                        member.lastSeenAt(),
                        member.joinedAt()));
    }
}
