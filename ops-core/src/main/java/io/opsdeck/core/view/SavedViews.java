package io.opsdeck.core.view;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
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
    private final Ids ids;
    private final Clock clock;

    SavedViews(JdbcClient jdbc, Ids ids, Clock clock) {
        this.jdbc = jdbc;
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
        jdbc.sql("""
                        insert into core.saved_view (id, workspace_id, page, owner_id, name, query, shared, created_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?, ?, ?)
                        on conflict (workspace_id, page, owner_id, lower(name))
                        do update set name = excluded.name, query = excluded.query, shared = excluded.shared
                        """)
                .param(ids.next())
                .param(page)
                .param(member)
                .param(name(name))
                .param(query)
                .param(shared)
                .param(Timestamp.from(clock.instant()))
                .update();
    }

    /** Only the owner renames his view. */
    @Transactional
    public void rename(UUID view, UUID member, String name) {
        String chosen = name(name);
        try {
            changed(jdbc.sql("update core.saved_view set name = ? where id = ? and owner_id = ?")
                    .params(chosen, view, member)
                    .update());
        } catch (DuplicateKeyException e) {
            throw CoreError.NAME_TAKEN.at("/name", chosen);
        }
    }

    /** Only the owner deletes his view. */
    @Transactional
    public void delete(UUID view, UUID member) {
        changed(jdbc.sql("delete from core.saved_view where id = ? and owner_id = ?")
                .params(view, member)
                .update());
    }

    private static void changed(int rows) {
        if (rows == 0) {
            throw CoreError.VIEW_NOT_FOUND.exception();
        }
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
