package io.opsdeck.core.security;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The roles of the current workspace and what each allows. A preset is stored as the cells in which the workspace
 * differs from it, an added role as the cells that it allows: what a later version brings is given to presets only.
 */
@Service
@Transactional(readOnly = true)
public class Roles {

    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;
    private final List<RoleUse> uses;

    Roles(JdbcClient jdbc, AuditTrail audit, Ids ids, Clock clock, List<RoleUse> uses) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
        this.uses = uses;
    }

    /** All roles: the presets from most to least, then those that the workspace added, by name. */
    public List<RoleView> list() {
        Map<String, Map<Permission, Boolean>> cells = cells();
        Map<String, Integer> holders = new HashMap<>();
        uses.forEach(use -> use.holders().forEach((role, count) -> holders.merge(role, count, Integer::sum)));
        List<RoleView> views = new ArrayList<>();
        for (Added each : stored()) {
            String key = each.role().key();
            views.add(new RoleView(
                    each.role(),
                    each.description(),
                    each.base(),
                    allowed(each.role(), cells.getOrDefault(key, Map.of())),
                    holders.getOrDefault(key, 0)));
        }
        return views;
    }

    /** What a role allows now. Read on each request, so that a change counts for the next one. */
    public Set<Permission> permissions(Role role) {
        Map<Permission, Boolean> cells = new HashMap<>();
        jdbc.sql("select permission, allowed from core.role_permission where role = ?")
                .param(role.key())
                .query((row, number) -> cells.put(Permission.of(row.getString(1)), row.getBoolean(2)))
                .list();
        return allowed(role, cells);
    }

    public RoleView require(String key) {
        return find(key).orElseThrow(RoleError.ROLE_NOT_FOUND::exception);
    }

    /** The role that a field of a form or a body names. */
    public Role named(String key, String pointer) {
        return find(key)
                .orElseThrow(() -> CoreError.INVALID_VALUE.at(pointer, key))
                .role();
    }

    /** Adds a role to the workspace. */
    @Transactional
    public Role create(RoleSettings settings, Preset base, Set<Permission> permissions, Authority by) {
        var role = new Role(ids.next().toString(), settings.name());
        by.require(new RoleView(role, settings.description(), base, permissions, 0));
        insert(role, settings.description(), base);
        permissions.forEach(permission -> write(role, permission, true));
        audit.record(
                "role.created",
                "role",
                role.key(),
                role.label(),
                Map.of(),
                Map.of("description", settings.description(), "scopes", keys(permissions)));
        return role;
    }

    /** Gives an added role another name or description. */
    @Transactional
    public void describe(String key, RoleSettings settings, Authority by) {
        RoleView before = changeable(key, by);
        requireAdded(before.role());
        if (settings.equals(new RoleSettings(before.role().name(), before.description()))) {
            return;
        }
        try {
            jdbc.sql("update core.role set name = ?, description = ? where id = ?")
                    .params(settings.name(), settings.description(), UUID.fromString(key))
                    .update();
        } catch (DuplicateKeyException e) {
            throw CoreError.NAME_TAKEN.at("/name");
        }
        audit.record(
                "role.renamed",
                "role",
                key,
                settings.name(),
                Map.of("name", before.role().name(), "description", before.description()),
                Map.of("name", settings.name(), "description", settings.description()));
    }

    /**
     * Changes cells of the matrix, all or none; those that are so already stay. Nobody changes the role that he has
     * himself, one that allows more than he may, or gives what he has not. The owner's column is fixed, so that nobody
     * can lock a workspace.
     */
    @Transactional
    public void change(Collection<RoleChange> changes, Authority by) {
        Map<String, List<RoleChange>> byRole = new LinkedHashMap<>();
        changes.forEach(change ->
                byRole.computeIfAbsent(change.role(), any -> new ArrayList<>()).add(change));
        byRole.forEach((key, wishes) -> change(changeable(key, by), wishes, by));
    }

    /**
     * Takes an added role away.
     *
     * @param replacement the key of the role that its holders get, or empty where it has none
     */
    @Transactional
    public void remove(String key, String replacement, Authority by) {
        RoleView gone = changeable(key, by);
        requireAdded(gone.role());
        if (by.role().key().equals(key)) {
            throw RoleError.ROLE_IS_YOURS.exception();
        }
        if (!replacement.isEmpty()) {
            RoleView next = find(replacement)
                    .filter(found -> !found.role().key().equals(key))
                    .orElseThrow(() -> CoreError.INVALID_VALUE.at("/replacement", replacement));
            by.require(next);
            uses.forEach(use -> use.replace(gone.role(), next.role()));
        }
        jdbc.sql("delete from core.role_permission where role = ?").param(key).update();
        try {
            jdbc.sql("delete from core.role where id = ?")
                    .param(UUID.fromString(key))
                    .update();
        } catch (DataIntegrityViolationException e) {
            throw RoleError.ROLE_IN_USE.at("/replacement", Math.max(1, gone.holders()));
        }
        audit.record(
                "role.deleted",
                "role",
                key,
                gone.role().label(),
                Map.of("description", gone.description(), "scopes", keys(gone.permissions())),
                Map.of());
    }

    /** Takes over the roles of another workspace, with the same keys. Part of the caller's transaction. */
    @Transactional
    public void adopt(List<RoleView> views) {
        for (RoleView view : views) {
            if (view.role().isAdded()) {
                insert(view.role(), view.description(), view.base());
            }
            Set<Permission> now = permissions(view.role());
            for (Permission permission : Permission.values()) {
                if (now.contains(permission) != view.allows(permission)) {
                    write(view.role(), permission, view.allows(permission));
                }
            }
        }
    }

    public Optional<RoleView> find(String key) {
        return list().stream().filter(view -> view.role().key().equals(key)).findFirst();
    }

    private RoleView changeable(String key, Authority by) {
        RoleView view = require(key);
        by.require(view);
        return view;
    }

    private void change(RoleView view, List<RoleChange> wishes, Authority by) {
        Role role = view.role();
        Map<String, Boolean> before = new TreeMap<>();
        Map<String, Boolean> after = new TreeMap<>();
        for (RoleChange wish : wishes) {
            if (view.allows(wish.permission()) == wish.allowed()) {
                continue;
            }
            requireFree(role, by);
            if (!by.permissions().contains(wish.permission())) {
                throw RoleError.PERMISSION_NOT_HELD.exception(wish.permission().key());
            }
            write(role, wish.permission(), wish.allowed());
            before.put(wish.permission().key(), !wish.allowed());
            after.put(wish.permission().key(), wish.allowed());
        }
        if (!after.isEmpty()) {
            audit.record("role.changed", "role", role.key(), role.label(), before, after);
        }
    }

    private static void requireFree(Role role, Authority by) {
        if (role.isOwner()) {
            throw CoreError.OWNER_KEEPS_EVERYTHING.exception();
        }
        if (by.role().key().equals(role.key())) {
            throw RoleError.ROLE_IS_YOURS.exception();
        }
    }

    private static void requireAdded(Role role) {
        if (!role.isAdded()) {
            throw RoleError.ROLE_IS_PRESET.exception();
        }
    }

    private void insert(Role role, String description, Preset base) {
        try {
            jdbc.sql("""
                            insert into core.role (workspace_id, id, name, description, base, created_at)
                            values (core.current_workspace(), ?, ?, ?, ?, ?)
                            """)
                    .params(
                            UUID.fromString(role.key()),
                            role.name(),
                            description,
                            base.key(),
                            Timestamp.from(clock.instant()))
                    .update();
        } catch (DuplicateKeyException e) {
            throw CoreError.NAME_TAKEN.at("/name");
        }
    }

    private void write(Role role, Permission permission, boolean allowed) {
        jdbc.sql("""
                        insert into core.role_permission (workspace_id, role, permission, allowed)
                        values (core.current_workspace(), ?, ?, ?)
                        on conflict (workspace_id, role, permission) do update set allowed = excluded.allowed
                        """).params(role.key(), permission.key(), allowed).update();
    }

    private List<Added> stored() {
        List<Added> all = new ArrayList<>();
        Arrays.stream(Preset.values()).forEach(preset -> all.add(new Added(Role.of(preset), "", preset)));
        all.addAll(jdbc.sql("select id, name, description, base from core.role order by lower(name), id")
                .query(Roles::added)
                .list());
        return all;
    }

    private static Added added(ResultSet row, int number) throws SQLException {
        return new Added(
                new Role(row.getString(1), row.getString(2)),
                row.getString(3),
                Preset.find(row.getString(4)).orElse(Preset.VIEWER));
    }

    private Map<String, Map<Permission, Boolean>> cells() {
        Map<String, Map<Permission, Boolean>> cells = new HashMap<>();
        jdbc.sql("select role, permission, allowed from core.role_permission")
                .query((row, number) -> cells.computeIfAbsent(row.getString(1), any -> new HashMap<>())
                        .put(Permission.of(row.getString(2)), row.getBoolean(3)))
                .list();
        return cells;
    }

    private static Set<Permission> allowed(Role role, Map<Permission, Boolean> cells) {
        Set<Permission> allowed = EnumSet.noneOf(Permission.class);
        role.preset().ifPresent(preset -> allowed.addAll(preset.permissions()));
        cells.forEach((permission, may) -> {
            if (may) {
                allowed.add(permission);
            } else {
                allowed.remove(permission);
            }
        });
        return Collections.unmodifiableSet(allowed);
    }

    private static List<String> keys(Set<Permission> permissions) {
        return permissions.stream().map(Permission::key).sorted().toList();
    }

    private record Added(Role role, String description, Preset base) {}
}
