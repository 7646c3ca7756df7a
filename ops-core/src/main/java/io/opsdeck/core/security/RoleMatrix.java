package io.opsdeck.core.security;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Which role may do what in the current workspace: the presets and the cells that the workspace changed. */
@Service
@Transactional(readOnly = true)
public class RoleMatrix {

    private final JdbcClient jdbc;
    private final AuditTrail audit;

    RoleMatrix(JdbcClient jdbc, AuditTrail audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /** All roles with what they may do now. Read on each request, so that a change counts for the next one. */
    public Map<Role, Set<Permission>> all() {
        Map<Role, Set<Permission>> matrix = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            Set<Permission> allowed = EnumSet.noneOf(Permission.class);
            for (Permission permission : Permission.values()) {
                if (role.allowsByDefault(permission)) {
                    allowed.add(permission);
                }
            }
            matrix.put(role, allowed);
        }
        jdbc.sql("select role, permission, allowed from core.role_permission")
                .query((row, number) -> {
                    Set<Permission> allowed =
                            matrix.getOrDefault(Role.of(row.getString(1)), EnumSet.noneOf(Permission.class));
                    Permission permission = Permission.of(row.getString(2));
                    return row.getBoolean(3) ? allowed.add(permission) : allowed.remove(permission);
                })
                .list();
        return matrix;
    }

    public Set<Permission> of(Role role) {
        return all().getOrDefault(role, Set.of());
    }

    /** Sets one cell. The owner's column is fixed, so that nobody can lock a workspace. */
    @Transactional
    public void set(Role role, Permission permission, boolean allowed) {
        if (role == Role.OWNER) {
            throw CoreError.OWNER_KEEPS_EVERYTHING.exception();
        }
        boolean before = of(role).contains(permission);
        if (before == allowed) {
            return;
        }
        jdbc.sql("""
                        insert into core.role_permission (workspace_id, role, permission, allowed)
                        values (core.current_workspace(), ?, ?, ?)
                        on conflict (workspace_id, role, permission) do update set allowed = excluded.allowed
                        """).params(role.key(), permission.key(), allowed).update();
        audit.record(
                "role.changed",
                "role",
                role.key(),
                role.key(),
                Map.of(permission.key(), before),
                Map.of(permission.key(), allowed));
    }
}
