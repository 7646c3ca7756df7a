package io.opsdeck.core.scim;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Groups of an identity provider, and the roles that they give. A group whose name is that of a role gives this role, as far
 * as whoever made the token may give it himself; any other one gives what a member says. Of several groups the strongest
 * role counts; who is in none any more has the least one. Owners are left alone, and no group makes one.
 */
@Service
@Transactional(readOnly = true)
public class ScimGroups {

    private static final String COLUMNS = """
            select g.id, g.display_name, g.external_id, g.role, coalesce(r.name, ''), g.created_at, g.changed_at
            from core.scim_group g left join core.role r on r.workspace_id = g.workspace_id and r.id = g.added_role
            """;
    private static final Map<String, String> CONDITIONS = Map.of(
            "displayname", "lower(g.display_name) = lower(?)",
            "externalid", "g.external_id = ?",
            "id", "g.id::text = ?");

    private final Members members;
    private final Roles roles;
    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;

    ScimGroups(Members members, Roles roles, JdbcClient jdbc, AuditTrail audit, Ids ids, Clock clock) {
        this.members = members;
        this.roles = roles;
        this.jdbc = jdbc;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** Those that a filter finds, in the order in which they came. */
    public ScimPage<ScimGroup> page(@Nullable ScimFilter filter, int start, int count) {
        String condition = filter == null ? "" : " where " + condition(filter);
        Object[] wanted = filter == null ? new Object[0] : new Object[] {filter.value()};
        int total = jdbc.sql("select count(*) from core.scim_group g" + condition)
                .params(wanted)
                .query(Integer.class)
                .single();
        List<ScimGroup> found = jdbc.sql(COLUMNS + condition + " order by g.created_at, g.id offset "
                        + (ScimPage.start(start) - 1) + " limit " + ScimPage.count(count))
                .params(wanted)
                .query(this::group)
                .list();
        return new ScimPage<>(total, ScimPage.start(start), found);
    }

    /** All groups, by name. */
    public List<ScimGroup> list() {
        return jdbc.sql(COLUMNS + " order by lower(g.display_name)")
                .query(this::group)
                .list();
    }

    public ScimGroup require(UUID id) {
        return jdbc.sql(COLUMNS + " where g.id = ?")
                .param(id)
                .query(this::group)
                .optional()
                .orElseThrow(ScimError.SCIM_GROUP_NOT_FOUND::exception);
    }

    /** @param by whoever made the token of the provider */
    @Transactional
    public ScimGroup create(GroupDraft draft, Authority by) {
        UUID id = ids.next();
        Role role = named(draft.displayName(), by).orElse(null);
        Timestamp now = Timestamp.from(clock.instant());
        try {
            jdbc.sql("""
                            insert into core.scim_group
                              (workspace_id, id, display_name, external_id, role, created_at, changed_at)
                            values (core.current_workspace(), ?, ?, ?, ?, ?, ?)
                            """)
                    .param(id)
                    .param(draft.displayName())
                    .param(draft.externalId())
                    .param(role == null ? null : role.key())
                    .param(now)
                    .param(now)
                    .update();
        } catch (DuplicateKeyException e) {
            throw ScimError.SCIM_TAKEN.exception(draft.displayName());
        }
        audit.record(
                "group.created",
                "group",
                id.toString(),
                draft.displayName(),
                Map.of(),
                role == null ? Map.of() : Map.of("role", role.label()));
        populate(id, role != null, Set.of(), draft.members());
        return require(id);
    }

    /** Changes a group; two changes at once come one after the other. */
    @Transactional
    public ScimGroup change(UUID id, UnaryOperator<GroupDraft> change, Authority by) {
        lock(id);
        ScimGroup before = require(id);
        Set<UUID> inside = before.members().stream().map(ScimGroup.Member::id).collect(Collectors.toSet());
        GroupDraft old = new GroupDraft(before.displayName(), before.externalId(), inside);
        GroupDraft draft = change.apply(old);
        if (draft.equals(old)) {
            return before;
        }
        rename(before, draft, by);
        populate(id, require(id).role() != null, inside, draft.members());
        return require(id);
    }

    /** Says which role a group gives; empty for none. */
    @Transactional
    public void give(UUID id, String role, Authority by) {
        lock(id);
        ScimGroup group = require(id);
        Role next = null;
        if (!role.isEmpty()) {
            RoleView view = roles.require(roles.named(role, "/role").key());
            if (view.role().isOwner() || !by.covers(view)) {
                throw CoreError.ROLE_ABOVE_YOURS.at("/role");
            }
            next = view.role();
        }
        if (key(group.role()).equals(role)) {
            return;
        }
        jdbc.sql("update core.scim_group set role = ?, changed_at = ? where id = ?")
                .param(next == null ? null : next.key())
                .param(Timestamp.from(clock.instant()))
                .param(id)
                .update();
        audit.record("group.role_changed", "group", id.toString(), group.displayName(), role(group.role()), role(next));
        apply(group.members().stream().map(ScimGroup.Member::id).toList());
    }

    @Transactional
    public void remove(UUID id) {
        lock(id);
        ScimGroup group = require(id);
        jdbc.sql("delete from core.scim_group where id = ?").param(id).update();
        audit.record("group.deleted", "group", id.toString(), group.displayName(), role(group.role()), Map.of());
        if (group.role() != null) {
            apply(group.members().stream().map(ScimGroup.Member::id).toList());
        }
    }

    private void lock(UUID id) {
        jdbc.sql("select id from core.scim_group where id = ? for update")
                .param(id)
                .query(UUID.class)
                .optional();
    }

    /** A new name gives another role only where nobody has chosen one and the old name gave none. */
    private void rename(ScimGroup before, GroupDraft draft, Authority by) {
        Role role = before.role() == null ? named(draft.displayName(), by).orElse(null) : before.role();
        try {
            jdbc.sql("""
                            update core.scim_group set display_name = ?, external_id = ?, role = ?, changed_at = ?
                            where id = ?
                            """)
                    .param(draft.displayName())
                    .param(draft.externalId())
                    .param(role == null ? null : role.key())
                    .param(Timestamp.from(clock.instant()))
                    .param(before.id())
                    .update();
        } catch (DuplicateKeyException e) {
            throw ScimError.SCIM_TAKEN.exception(draft.displayName());
        }
        if (!key(before.role()).equals(key(role))) {
            audit.record(
                    "group.role_changed",
                    "group",
                    before.id().toString(),
                    draft.displayName(),
                    role(before.role()),
                    role(role));
            apply(before.members().stream().map(ScimGroup.Member::id).toList());
        }
    }

    private void populate(UUID group, boolean givesRole, Set<UUID> before, Set<UUID> after) {
        Set<UUID> gone = new HashSet<>(before);
        gone.removeAll(after);
        Set<UUID> fresh = new HashSet<>(after);
        fresh.removeAll(before);
        gone.forEach(member -> jdbc.sql("delete from core.scim_group_member where group_id = ? and member_id = ?")
                .params(group, member)
                .update());
        for (UUID member : fresh) {
            int added = jdbc.sql("""
                            insert into core.scim_group_member (workspace_id, group_id, member_id)
                            select s.workspace_id, ?, s.member_id from core.membership s where s.member_id = ?
                            on conflict do nothing
                            """).params(group, member).update();
            if (added == 0) {
                throw ScimError.SCIM_VALUE.exception("members");
            }
        }
        if (givesRole) {
            gone.addAll(fresh);
            apply(gone);
        }
    }

    /**
     * Gives each member the strongest role of his groups; in no group that gives one he has the least. His row is locked
     * first, so that of two groups at once the later one sees both.
     */
    private void apply(Collection<UUID> changed) {
        List<RoleView> all = roles.list();
        for (UUID member : new TreeSet<>(changed)) {
            jdbc.sql("select member_id from core.membership where member_id = ? for no key update")
                    .param(member)
                    .query(UUID.class)
                    .optional();
            List<String> given = jdbc.sql("""
                            select g.role from core.scim_group_member i
                            join core.scim_group g on g.workspace_id = i.workspace_id and g.id = i.group_id
                            where i.member_id = ? and g.role is not null
                            """).param(member).query(String.class).list();
            Role strongest = all.stream()
                    .filter(view -> given.contains(view.role().key()))
                    .max(Comparator.comparingInt(view -> view.permissions().size()))
                    .map(RoleView::role)
                    .orElse(Role.VIEWER);
            members.assign(member, strongest);
        }
    }

    /** The role of this name, in its own words or as the key of a preset. */
    private Optional<Role> named(String name, Authority by) {
        return roles.list().stream()
                .filter(view -> view.role().label().equalsIgnoreCase(name))
                .filter(view -> !view.role().isOwner() && by.covers(view))
                .map(RoleView::role)
                .findFirst();
    }

    private static String condition(ScimFilter filter) {
        String condition = CONDITIONS.get(filter.attribute());
        if (condition == null) {
            throw ScimError.SCIM_FILTER.exception(filter.attribute());
        }
        return condition;
    }

    private static String key(@Nullable Role role) {
        return role == null ? "" : role.key();
    }

    private static Map<String, String> role(@Nullable Role role) {
        return role == null ? Map.of() : Map.of("role", role.label());
    }

    private ScimGroup group(ResultSet row, int number) throws SQLException {
        UUID id = row.getObject(1, UUID.class);
        String role = row.getString(4);
        return new ScimGroup(
                id,
                row.getString(2),
                row.getString(3),
                role == null ? null : new Role(role, row.getString(5)),
                inside(id),
                row.getTimestamp(6).toInstant(),
                row.getTimestamp(7).toInstant());
    }

    private List<ScimGroup.Member> inside(UUID group) {
        return jdbc.sql("""
                        select m.id, m.name from core.scim_group_member i join core.member m on m.id = i.member_id
                        where i.group_id = ? order by lower(m.name), m.id
                        """)
                .param(group)
                .query((row, number) -> new ScimGroup.Member(row.getObject(1, UUID.class), row.getString(2)))
                .list();
    }
}
