package io.opsdeck.core.view;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.text.ContactMask;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The views of the current workspace: filters under a name, one's own or shared with everybody. */
@Service
@Transactional(readOnly = true)
public class SavedViews {

    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_QUERY = 2000;

    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;

    SavedViews(JdbcClient jdbc, AuditTrail audit, Ids ids, Clock clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** What a member sees on a page: his own views and the shared ones, by name. */
    public List<SavedView> list(String page, UUID member) {
        return jdbc.sql("""
                        select v.id, v.name, v.query, v.shared, v.owner_id = ?, m.name
                        from core.saved_view v join core.member m on m.id = v.owner_id
                        where v.page = ? and (v.shared or v.owner_id = ?)
                        order by lower(v.name), v.id
                        """)
                .params(member, page, member)
                .query((row, number) -> new SavedView(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getString(6)))
                .list();
    }

    /** Keeps a filter; a view that the member has under this name on this page becomes this one. */
    @Transactional
    public void save(String page, UUID member, String name, String query, boolean shared) {
        if (query.isEmpty() || query.length() > LONGEST_QUERY) {
            throw CoreError.INVALID_VALUE.at("/query", query);
        }
        String chosen = name(name);
        Map<String, Object> before = jdbc.sql("""
                        select page, name, query, shared from core.saved_view
                        where page = ? and owner_id = ? and lower(name) = lower(?) for update
                        """)
                .params(page, member, chosen)
                .query((row, number) -> facts(row.getString(1), row.getString(3), row.getBoolean(4)))
                .optional()
                .orElse(Map.of());
        UUID id = jdbc.sql("""
                        insert into core.saved_view (id, workspace_id, page, owner_id, name, query, shared, created_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?)
                        on conflict (workspace_id, page, owner_id, lower(name))
                        do update set name = excluded.name, query = excluded.query, shared = excluded.shared
                        returning id
                        """)
                .param(ids.next())
                .param(page)
                .param(member)
                .param(chosen)
                .param(query)
                .param(shared)
                .param(Timestamp.from(clock.instant()))
                .query(UUID.class)
                .single();
        Map<String, Object> after = facts(page, query, shared);
        Map<String, Object> changed = new TreeMap<>(after);
        changed.entrySet().removeAll(before.entrySet());
        Map<String, Object> replaced = new TreeMap<>(before);
        replaced.entrySet().removeAll(after.entrySet());
        if (!changed.isEmpty()) {
            changed.put("page", page);
            audit.record(
                    before.isEmpty() ? "view.saved" : "view.replaced",
                    "view",
                    id.toString(),
                    chosen,
                    replaced,
                    changed);
        }
    }

    /** Only the owner renames his view. */
    @Transactional
    public void rename(UUID view, UUID member, String name) {
        String chosen = name(name);
        Own before = own(view, member);
        if (before.name().equals(chosen)) {
            return;
        }
        try {
            jdbc.sql("update core.saved_view set name = ? where id = ?")
                    .params(chosen, view)
                    .update();
        } catch (DuplicateKeyException e) {
            throw CoreError.NAME_TAKEN.at("/name", chosen);
        }
        audit.record(
                "view.renamed",
                "view",
                view.toString(),
                chosen,
                Map.of("name", before.name()),
                Map.of("name", chosen, "page", before.page()));
    }

    /** Only the owner deletes his view. */
    @Transactional
    public void delete(UUID view, UUID member) {
        Own gone = own(view, member);
        jdbc.sql("delete from core.saved_view where id = ?").param(view).update();
        audit.record("view.deleted", "view", view.toString(), gone.name(), gone.facts(), Map.of());
    }

    private record Own(String page, String name, Map<String, Object> facts) {}

    private Own own(UUID view, UUID member) {
        return jdbc.sql(
                        "select page, name, query, shared from core.saved_view where id = ? and owner_id = ? for update")
                .params(view, member)
                .query((row, number) -> new Own(
                        row.getString(1),
                        row.getString(2),
                        facts(row.getString(1), row.getString(3), row.getBoolean(4))))
                .optional()
                .orElseThrow(CoreError.VIEW_NOT_FOUND::exception);
    }

    /** What the trail keeps of a view: contact data that somebody filtered by is masked. */
    private static Map<String, Object> facts(String page, String query, boolean shared) {
        List<String> filter = Arrays.stream(query.split("&"))
                .map(field -> URLDecoder.decode(field, StandardCharsets.UTF_8))
                .map(SavedViews::masked)
                .toList();
        return Map.of("page", page, "filter", filter, "shared", shared);
    }

    /** {@code f=phone:eq:138…} tells a number by the name before it, any other value by its looks. */
    private static String masked(String field) {
        String condition = field.substring(field.indexOf('=') + 1);
        int end = condition.indexOf(':');
        if (end > 0 && ContactMask.isNameOfContact(condition.substring(0, end))) {
            int value = condition.indexOf(':', end + 1);
            return value < 0
                    ? field
                    : field.substring(0, field.length() - condition.length() + value + 1)
                            + ContactMask.whole(condition.substring(value + 1));
        }
        return ContactMask.within(field);
    }

    private static String name(String name) {
        String stripped = name.strip();
        if (stripped.isEmpty()) {
            throw CoreError.REQUIRED.at("/name");
        }
        if (stripped.length() > LONGEST_NAME) {
            throw CoreError.TOO_LONG.at("/name", LONGEST_NAME);
        }
        return stripped;
    }

    /**
     * A view as a page shows it.
     *
     * @param query the filter as the part of an address behind the question mark
     * @param own whether the reader made it
     * @param ownerName who made it
     */
    public record SavedView(UUID id, String name, String query, boolean shared, boolean own, String ownerName) {}
}
