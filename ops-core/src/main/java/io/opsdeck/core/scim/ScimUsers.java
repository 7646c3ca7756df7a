package io.opsdeck.core.scim;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The members of the current workspace for an identity provider. It sees all of them, and takes over those that it
 * changes. Whom it deletes is gone for it; here he is disabled, so that what he made keeps its name.
 */
@Service
@Transactional(readOnly = true)
public class ScimUsers {

    private static final String FROM = """
            from core.membership s join core.member m on m.id = s.member_id
            left join core.role r on r.workspace_id = s.workspace_id and r.id = s.added_role
            left join core.scim_user u on u.workspace_id = s.workspace_id and u.member_id = s.member_id
            where (s.disabled_at is null or u.member_id is not null)
            """;
    private static final String COLUMNS = """
            select m.id, coalesce(u.user_name, m.mail), u.external_id,
                   case when u.member_id is null then m.name else u.display_name end, u.given_name, u.family_name,
                   coalesce(u.mail, m.mail), s.disabled_at is null, s.role, coalesce(r.name, ''),
                   s.created_at, coalesce(u.changed_at, s.created_at)
            """;
    private static final Map<String, String> CONDITIONS = Map.of(
            "username", "lower(coalesce(u.user_name, m.mail)) = lower(?)",
            "externalid", "u.external_id = ?",
            "emails.value", "lower(coalesce(u.mail, m.mail)) = lower(?)",
            "displayname", "lower(coalesce(u.display_name, m.name)) = lower(?)",
            "id", "m.id::text = ?");

    private final Members members;
    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final Clock clock;

    ScimUsers(Members members, JdbcClient jdbc, AuditTrail audit, Clock clock) {
        this.members = members;
        this.jdbc = jdbc;
        this.audit = audit;
        this.clock = clock;
    }

    /** Those that a filter finds, in the order in which they came. */
    public ScimPage<ScimUser> page(@Nullable ScimFilter filter, int start, int count) {
        String condition = filter == null ? "" : " and " + condition(filter);
        Object[] wanted = filter == null ? new Object[0] : new Object[] {filter.value()};
        int total = jdbc.sql("select count(*) " + FROM + condition)
                .params(wanted)
                .query(Integer.class)
                .single();
        List<ScimUser> found = jdbc.sql(COLUMNS + FROM + condition + " order by s.created_at, m.id offset "
                        + (ScimPage.start(start) - 1) + " limit " + ScimPage.count(count))
                .params(wanted)
                .query(this::user)
                .list();
        return new ScimPage<>(total, ScimPage.start(start), found);
    }

    public ScimUser require(UUID id) {
        return jdbc.sql(COLUMNS + FROM + " and m.id = ?")
                .param(id)
                .query(this::user)
                .optional()
                .orElseThrow(ScimError.SCIM_USER_NOT_FOUND::exception);
    }

    /** Makes somebody a member, with the least role until a group gives him another one. */
    @Transactional
    public ScimUser create(UserDraft draft) {
        String mail = MailAddress.of(draft.address()).text();
        boolean taken = page(new ScimFilter("username", draft.userName()), 1, 1).total() > 0
                || page(new ScimFilter("emails.value", mail), 1, 1).total() > 0;
        if (taken) {
            throw ScimError.SCIM_TAKEN.exception(draft.userName());
        }
        UUID member = provision(mail, draft);
        if (members.reenter(member)) {
            members.assign(member, Role.VIEWER);
        } else {
            members.join(member, Role.VIEWER);
        }
        write(member, draft);
        if (!draft.active()) {
            members.suspend(member);
        }
        return require(member);
    }

    private UUID provision(String mail, UserDraft draft) {
        try {
            return members.provision(mail, draft.name());
        } catch (DataIntegrityViolationException e) {
            throw ScimError.SCIM_TAKEN.exception(mail);
        }
    }

    /** Changes a user; two changes at once come one after the other. */
    @Transactional
    public ScimUser change(UUID id, UnaryOperator<UserDraft> change) {
        jdbc.sql("select member_id from core.membership where member_id = ? for no key update")
                .param(id)
                .query(UUID.class)
                .optional();
        ScimUser before = require(id);
        UserDraft draft = change.apply(before.draft());
        if (draft.equals(before.draft())) {
            return before;
        }
        identify(id, before.draft(), draft);
        write(id, draft);
        if (before.draft().active() && !draft.active()) {
            disable(before);
        }
        if (!before.draft().active() && draft.active()) {
            members.reenter(id);
        }
        return require(id);
    }

    /** Takes a user out of what the provider sees, and his access away. */
    @Transactional
    public void remove(UUID id) {
        ScimUser gone = require(id);
        if (gone.draft().active()) {
            disable(gone);
        }
        jdbc.sql("delete from core.scim_group_member where member_id = ?")
                .param(id)
                .update();
        jdbc.sql("delete from core.scim_user where member_id = ?").param(id).update();
        audit.record(
                "member.deprovisioned", "member", id.toString(), gone.draft().name(), Map.of(), Map.of());
    }

    /** Whoever owns a workspace is not locked out from outside of it. */
    private void disable(ScimUser user) {
        if (user.role().isOwner()) {
            throw ScimError.SCIM_OWNER.exception();
        }
        members.suspend(user.id());
    }

    /** Name and address of a member count in all his workspaces, so only he himself changes them there. */
    private void identify(UUID id, UserDraft before, UserDraft draft) {
        String mail = MailAddress.of(draft.address()).text();
        if (!mail.equals(MailAddress.of(before.address()).text())) {
            if (!members.isProvisionedHereOnly(id)) {
                throw ScimError.SCIM_NOT_YOURS.exception();
            }
            if (!members.readdress(id, mail)) {
                throw ScimError.SCIM_TAKEN.exception(mail);
            }
        }
        if (!draft.name().equals(before.name()) && members.isProvisionedHereOnly(id)) {
            members.rename(id, draft.name());
        }
    }

    private void write(UUID member, UserDraft draft) {
        Timestamp now = Timestamp.from(clock.instant());
        try {
            jdbc.sql("""
                            insert into core.scim_user (workspace_id, member_id, user_name, external_id, display_name,
                              given_name, family_name, mail, changed_at)
                            values (core.current_workspace(), ?, ?, ?, ?, ?, ?, ?, ?)
                            on conflict (workspace_id, member_id) do update set user_name = excluded.user_name,
                              external_id = excluded.external_id, display_name = excluded.display_name,
                              given_name = excluded.given_name, family_name = excluded.family_name,
                              mail = excluded.mail, changed_at = excluded.changed_at
                            """)
                    .param(member)
                    .param(draft.userName())
                    .param(draft.externalId())
                    .param(draft.displayName())
                    .param(draft.givenName())
                    .param(draft.familyName())
                    .param(draft.mail())
                    .param(now)
                    .update();
        } catch (DuplicateKeyException e) {
            throw ScimError.SCIM_TAKEN.exception(draft.userName());
        }
    }

    private static String condition(ScimFilter filter) {
        String condition = CONDITIONS.get(filter.attribute());
        if (condition == null) {
            throw ScimError.SCIM_FILTER.exception(filter.attribute());
        }
        return condition;
    }

    private ScimUser user(ResultSet row, int number) throws SQLException {
        UUID id = row.getObject(1, UUID.class);
        var draft = new UserDraft(
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getBoolean(8));
        return new ScimUser(
                id,
                draft,
                new Role(row.getString(9), row.getString(10)),
                groups(id),
                row.getTimestamp(11).toInstant(),
                row.getTimestamp(12).toInstant());
    }

    private List<ScimUser.Group> groups(UUID member) {
        return jdbc.sql("""
                        select g.id, g.display_name from core.scim_group_member i
                        join core.scim_group g on g.workspace_id = i.workspace_id and g.id = i.group_id
                        where i.member_id = ? order by lower(g.display_name)
                        """)
                .param(member)
                .query((row, number) -> new ScimUser.Group(row.getObject(1, UUID.class), row.getString(2)))
                .list();
    }
}
