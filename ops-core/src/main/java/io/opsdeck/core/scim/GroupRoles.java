package io.opsdeck.core.scim;

import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleUse;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Roles are held by groups of an identity provider. */
@Component
class GroupRoles implements RoleUse {

    private final JdbcClient jdbc;

    GroupRoles(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<String, Integer> holders() {
        Map<String, Integer> holders = new HashMap<>();
        jdbc.sql("select role, count(*) from core.scim_group where role is not null group by role")
                .query((row, number) -> holders.put(row.getString(1), row.getInt(2)))
                .list();
        return holders;
    }

    @Override
    public void replace(Role role, Role replacement) {
        jdbc.sql("update core.scim_group set role = ? where role = ?")
                .params(replacement.key(), role.key())
                .update();
    }
}
