package io.opsdeck.web.people;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.user.profile.ProfileFilter;
import io.opsdeck.user.profile.ProfileOrder;
import io.opsdeck.user.profile.Profiles;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The list of people as a file. */
@Component
class PeopleExport implements ExportSource {

    /** Each page looks at a sample first, so a page is large. */
    private static final int PAGE = 5_000;

    private final Profiles profiles;
    private final Workspaces workspaces;
    private final ContactSight sight;

    PeopleExport(Profiles profiles, Workspaces workspaces, ContactSight sight) {
        this.profiles = profiles;
        this.workspaces = workspaces;
        this.sight = sight;
    }

    @Override
    public String key() {
        return "people";
    }

    @Override
    public Permission permission() {
        return Permission.PROFILE_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("id", "export.column.id"),
                new ExportColumn("user_id", "people.user"),
                new ExportColumn("name", "export.column.name"),
                new ExportColumn("email", "export.column.email"),
                new ExportColumn("phone", "export.column.phone"),
                new ExportColumn("events", "people.events"),
                new ExportColumn("first_seen_at", "people.first"),
                new ExportColumn("last_seen_at", "people.last"));
    }

    @Override
    public boolean isPersonal() {
        return true;
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        return OptionalLong.of(
                profiles.list(filters(query, access), order(query), 1).count().count());
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        List<ProfileFilter> filters = filters(query, access);
        ProfileOrder order = order(query);
        rows.addAll(
                cursor -> sight.people(profiles.page(filters, order, cursor, PAGE), access),
                person -> Arrays.asList(
                        person.id().toString(),
                        person.userId(),
                        person.name(),
                        person.email(),
                        person.phone(),
                        person.events(),
                        person.firstSeenAt(),
                        person.lastSeenAt()));
    }

    private List<ProfileFilter> filters(ListQuery query, Access access) {
        ZoneId zone = workspaces.require(access.workspace()).settings().timeZone();
        return sight.filters(
                PeoplePageController.filters(query.get("q"), query.get("who"), query.all("f"), zone), access);
    }

    private static ProfileOrder order(ListQuery query) {
        String sort = query.get("sort");
        return sort.isEmpty() ? ProfileOrder.LAST_SEEN : PeoplePageController.order(sort);
    }
}
