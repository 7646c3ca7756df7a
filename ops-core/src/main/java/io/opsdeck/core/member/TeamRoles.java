package io.opsdeck.core.member;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleUse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Roles are held by members and by those who were invited. */
@Component
class TeamRoles implements RoleUse {

    private final JdbcClient jdbc;
    private final AuditTrail audit;

    TeamRoles(JdbcClient jdbc, AuditTrail audit) {
        this.jdbc = jdbc;
        this.audit = audit;
    }

    @Override
    public Map<String, Integer> holders() {
        Map<String, Integer> holders = new HashMap<>();
        jdbc.sql("""
                        select role, count(*) from (
                          select role from core.membership
                          union all select role from core.invitation where accepted_at is null and withdrawn_at is null
                        ) held group by role
                        """)
                .query((row, number) -> holders.put(row.getString(1), row.getInt(2)))
                .list();
        return holders;
    }

    @Override
    public void replace(Role role, Role replacement) {
        List<Moved> moved = jdbc.sql("""
                        update core.membership s set role = ?, version = s.version + 1 from core.member m
                        where m.id = s.member_id and s.role = ? returning m.id, m.name
                        """)
                .params(replacement.key(), role.key())
                .query((row, number) -> new Moved(row.getObject(1, UUID.class), row.getString(2)))
                .list();
        moved.forEach(each -> audit.record(
                "member.role_changed",
                "member",
                each.id().toString(),
                each.name(),
                Map.of("role", role.label()),
                Map.of("role", replacement.label())));
        jdbc.sql("""
                        update core.invitation set role = ?, version = version + 1
                        where role = ? and accepted_at is null and withdrawn_at is null
                        """).params(replacement.key(), role.key()).update();
    }

    private record Moved(UUID id, String name) {}
}
