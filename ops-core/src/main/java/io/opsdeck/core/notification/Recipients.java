package io.opsdeck.core.notification;

import io.opsdeck.core.notification.NotificationPreferences.Preference;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Roles;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who of the current workspace is told. Called within a transaction. */
@Component
class Recipients {

    private final Roles known;
    private final JdbcClient jdbc;

    Recipients(Roles known, JdbcClient jdbc) {
        this.known = known;
        this.jdbc = jdbc;
    }

    record Recipient(UUID member, Preference preference) {}

    /** Always in the same order, so that two who tell the same members at once do not wait for each other. */
    List<Recipient> of(Audience audience, NotificationKind kind) {
        String @Nullable [] roles = roles(audience.permission());
        return jdbc
                .sql("""
                        select s.member_id, coalesce(p.muted, false), coalesce(p.mail, ?), coalesce(p.robot, false)
                        from core.membership s
                        join core.member m on m.id = s.member_id and m.disabled_at is null and s.disabled_at is null
                        left join core.notification_preference p
                          on p.workspace_id = s.workspace_id and p.member_id = s.member_id and p.kind = ?
                        where (?::uuid is null or s.member_id = ?) and (?::text[] is null or s.role = any(?))
                        order by s.member_id
                        """)
                .param(kind.mail().name())
                .param(kind.key())
                .param(audience.member())
                .param(audience.member())
                .param(roles)
                .param(roles)
                .query((row, number) -> new Recipient(
                        row.getObject(1, UUID.class),
                        new Preference(
                                kind.key(),
                                row.getBoolean(2),
                                MailChoice.valueOf(row.getString(3)),
                                row.getBoolean(4))))
                .list()
                .stream()
                .filter(each -> !each.preference().muted())
                .toList();
    }

    private String @Nullable [] roles(@Nullable Permission permission) {
        if (permission == null) {
            return null;
        }
        return known.list().stream()
                .filter(view -> view.permissions().contains(permission))
                .map(view -> view.role().key())
                .toArray(String[]::new);
    }
}
