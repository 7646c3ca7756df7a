package io.opsdeck.analytics.board;

import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.insight.QuestionMask;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.text.ContactMask;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The insights that the current workspace keeps. They belong to the team: whoever may keep some may change all. */
@Service
@Transactional(readOnly = true)
public class SavedInsights {

    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_TEXT = 2_000;
    private static final int LONGEST_QUERY = 60_000;
    private static final int MOST_NOTES = 20;
    private static final int MOST_TILES = 12;
    private static final String COLUMNS = """
            select i.id, i.kind, i.name, i.description, i.query::text, i.owner_id, m.name, i.target, i.notes,
              i.place is not null, i.changed_at
            from analytics.saved_insight i join core.member m on m.id = i.owner_id
            where i.deleted_at is null
            """;

    private final JdbcClient jdbc;
    private final QuestionMask mask;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;

    SavedInsights(JdbcClient jdbc, QuestionMask mask, AuditTrail audit, Ids ids, Clock clock) {
        this.jdbc = jdbc;
        this.mask = mask;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** Those whose name or description has {@code text} in it, changed last first. */
    public List<SavedInsight> list(String text) {
        return jdbc.sql(COLUMNS
                        + " and position(lower(?) in lower(i.name || ' ' || i.description)) > 0"
                        + " order by i.changed_at desc, i.id desc")
                .param(text)
                .query(SavedInsights::view)
                .list();
    }

    /** The tiles of Today, in their order. */
    public List<SavedInsight> tiles() {
        return jdbc.sql(COLUMNS + " and i.place is not null order by i.place, i.id")
                .query(SavedInsights::view)
                .list();
    }

    public SavedInsight require(InsightId id) {
        return jdbc.sql(COLUMNS + " and i.id = ?")
                .param(id.value())
                .query(SavedInsights::view)
                .optional()
                .orElseThrow(BoardError.INSIGHT_NOT_FOUND::exception);
    }

    /** Keeps a question that was read and found right. */
    @Transactional
    public InsightId save(InsightKind kind, String name, String description, String query, UUID owner) {
        InsightId id = insert(kind, name(name), text(description), query, owner);
        audit.record(
                "insight.saved", "insight", id.toString(), name.strip(), Map.of(), Map.of("query", mask.mask(query)));
        return id;
    }

    /** Another question under the same name. */
    @Transactional
    public void change(InsightId id, InsightKind kind, String query) {
        SavedInsight before = lock(id);
        if (query.length() > LONGEST_QUERY) {
            throw CoreError.TOO_LONG.at("/query", LONGEST_QUERY);
        }
        jdbc.sql("update analytics.saved_insight set kind = ?, query = ?::jsonb, changed_at = ? where id = ?")
                .params(kind.name(), query, now(), id.value())
                .update();
        audit.record(
                "insight.changed",
                "insight",
                id.toString(),
                before.name(),
                Map.of("query", mask.mask(before.query())),
                Map.of("query", mask.mask(query)));
    }

    /** What is said about an insight. */
    @Transactional
    public void describe(InsightId id, String name, String description, UUID owner) {
        SavedInsight before = lock(id);
        jdbc.sql(
                        "update analytics.saved_insight set name = ?, description = ?, owner_id = ?, changed_at = ? where id = ?")
                .params(name(name), text(description), owner, now(), id.value())
                .update();
        SavedInsight after = require(id);
        record("insight.described", id, after.name(), facts(before), facts(after));
    }

    /**
     * Makes a funnel a conversion path.
     *
     * @param target the part of its people that should go through all of it, or null
     * @param notes of its steps, in order
     */
    @Transactional
    public void plan(InsightId id, @Nullable BigDecimal target, List<String> notes) {
        SavedInsight before = lock(id);
        if (target != null && (target.signum() <= 0 || target.compareTo(BigDecimal.ONE) > 0)) {
            throw CoreError.INVALID_VALUE.at("/target", target);
        }
        List<String> kept =
                notes.stream().limit(MOST_NOTES).map(SavedInsights::text).toList();
        jdbc.sql("update analytics.saved_insight set target = ?, notes = ?, changed_at = ? where id = ?")
                .param(target)
                .param(kept.toArray(String[]::new))
                .param(now())
                .param(id.value())
                .update();
        SavedInsight after = require(id);
        record("insight.planned", id, before.name(), facts(before), facts(after));
    }

    /** A copy under another name. */
    @Transactional
    public InsightId duplicate(InsightId id, String name, UUID owner) {
        SavedInsight original = require(id);
        String chosen = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        InsightId copy = insert(original.kind(), name(chosen), original.description(), original.query(), owner);
        jdbc.sql("update analytics.saved_insight set target = ?, notes = ? where id = ?")
                .param(original.target())
                .param(original.notes().toArray(String[]::new))
                .param(copy.value())
                .update();
        audit.record(
                "insight.saved",
                "insight",
                copy.toString(),
                chosen,
                Map.of(),
                Map.of("query", mask.mask(original.query())));
        return copy;
    }

    /** Takes an insight out of the list, off Today and from behind its links; {@link #restore} brings it back. */
    @Transactional
    public void delete(InsightId id) {
        SavedInsight gone = lock(id);
        jdbc.sql("update analytics.saved_insight set deleted_at = ? where id = ?")
                .params(now(), id.value())
                .update();
        audit.record("insight.deleted", "insight", id.toString(), gone.name(), Map.of(), Map.of());
    }

    @Transactional
    public void restore(InsightId id) {
        int back = jdbc.sql(
                        "update analytics.saved_insight set deleted_at = null where id = ? and deleted_at is not null")
                .param(id.value())
                .update();
        SavedInsight found = require(id);
        if (back == 1) {
            audit.record("insight.restored", "insight", id.toString(), found.name(), Map.of(), Map.of());
        }
    }

    /** Puts an insight on Today, behind the others; one that is there stays where it is. */
    @Transactional
    public void pin(InsightId id) {
        SavedInsight insight = lock(id);
        if (insight.pinned()) {
            return;
        }
        if (tiles().size() >= MOST_TILES) {
            throw BoardError.TOO_MANY_TILES.exception(MOST_TILES);
        }
        jdbc.sql("update analytics.saved_insight set place = (select coalesce(max(t.place), 0) + 1"
                        + " from analytics.saved_insight t) where id = ?")
                .param(id.value())
                .update();
        audit.record("insight.pinned", "insight", id.toString(), insight.name(), Map.of(), Map.of());
    }

    @Transactional
    public void unpin(InsightId id) {
        SavedInsight insight = lock(id);
        if (insight.pinned()) {
            jdbc.sql("update analytics.saved_insight set place = null where id = ?")
                    .param(id.value())
                    .update();
            audit.record("insight.unpinned", "insight", id.toString(), insight.name(), Map.of(), Map.of());
        }
    }

    /** Changes places with the tile before it, or after it. */
    @Transactional
    public void move(InsightId id, boolean forward) {
        SavedInsight insight = lock(id);
        List<SavedInsight> tiles = tiles();
        int from = tiles.stream().map(SavedInsight::id).toList().indexOf(id);
        int to = forward ? from + 1 : from - 1;
        if (from < 0 || to < 0 || to >= tiles.size()) {
            return;
        }
        List<SavedInsight> order = new java.util.ArrayList<>(tiles);
        order.set(from, tiles.get(to));
        order.set(to, tiles.get(from));
        for (int place = 0; place < order.size(); place++) {
            jdbc.sql("update analytics.saved_insight set place = ? where id = ?")
                    .params(place + 1, order.get(place).id().value())
                    .update();
        }
        audit.record("insight.moved", "insight", id.toString(), insight.name(), Map.of(), Map.of());
    }

    private InsightId insert(InsightKind kind, String name, String description, String query, UUID owner) {
        if (query.length() > LONGEST_QUERY) {
            throw CoreError.TOO_LONG.at("/query", LONGEST_QUERY);
        }
        InsightId id = new InsightId(ids.next());
        jdbc.sql("""
                        insert into analytics.saved_insight
                          (id, workspace_id, kind, name, description, query, owner_id, created_at, changed_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?::jsonb, ?, ?, ?)
                        """)
                .param(id.value())
                .param(kind.name())
                .param(name)
                .param(description)
                .param(query)
                .param(owner)
                .param(now())
                .param(now())
                .update();
        return id;
    }

    private SavedInsight lock(InsightId id) {
        jdbc.sql("select id from analytics.saved_insight where id = ? for update")
                .param(id.value())
                .query(UUID.class)
                .optional();
        return require(id);
    }

    private void record(
            String action, InsightId id, String name, Map<String, Object> before, Map<String, Object> after) {
        Map<String, Object> replaced = new TreeMap<>(before);
        replaced.entrySet().removeAll(after.entrySet());
        Map<String, Object> changed = new TreeMap<>(after);
        changed.entrySet().removeAll(before.entrySet());
        if (!changed.isEmpty() || !replaced.isEmpty()) {
            audit.record(action, "insight", id.toString(), name, replaced, changed);
        }
    }

    private static Map<String, Object> facts(SavedInsight insight) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("name", insight.name());
        facts.put("description", ContactMask.within(insight.description()));
        facts.put("owner", insight.ownerName());
        facts.put("notes", insight.notes().stream().map(ContactMask::within).toList());
        BigDecimal target = insight.target();
        if (target != null) {
            facts.put("target", target.stripTrailingZeros());
        }
        return facts;
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
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

    private static String text(String text) {
        String stripped = text.strip();
        if (stripped.length() > LONGEST_TEXT) {
            throw CoreError.TOO_LONG.at("/description", LONGEST_TEXT);
        }
        return stripped;
    }

    private static SavedInsight view(ResultSet row, int number) throws SQLException {
        Array notes = row.getArray(9);
        return new SavedInsight(
                new InsightId(row.getObject(1, UUID.class)),
                InsightKind.valueOf(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getObject(6, UUID.class),
                row.getString(7),
                row.getBigDecimal(8),
                List.of((String[]) notes.getArray()),
                row.getBoolean(10),
                row.getTimestamp(11).toInstant());
    }
}
