package io.opsdeck.analytics.board;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.text.ContactMask;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** What happened on the days of the current workspace, shown on every time axis: releases, campaigns, outages. */
@Service
@Transactional(readOnly = true)
public class Annotations {

    private static final int LONGEST = 200;
    private static final int MOST_SHOWN = 100;

    private final JdbcClient jdbc;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;

    Annotations(JdbcClient jdbc, AuditTrail audit, Ids ids, Clock clock) {
        this.jdbc = jdbc;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /** What happened on a day. */
    public record Annotation(UUID id, LocalDate day, String text, String createdBy) {}

    /** Those of some days, both inclusive; the newest hundred. */
    public List<Annotation> list(LocalDate from, LocalDate to) {
        return jdbc.sql("select id, day, text, created_by from analytics.annotation where day between ? and ?"
                        + " order by day desc, id desc limit ?")
                .params(from, to, MOST_SHOWN)
                .query((row, number) -> new Annotation(
                        row.getObject(1, UUID.class),
                        row.getObject(2, LocalDate.class),
                        row.getString(3),
                        row.getString(4)))
                .list();
    }

    @Transactional
    public UUID add(LocalDate day, String text) {
        String kept = text.strip();
        if (kept.isEmpty()) {
            throw CoreError.REQUIRED.at("/text");
        }
        if (kept.length() > LONGEST) {
            throw CoreError.TOO_LONG.at("/text", LONGEST);
        }
        UUID id = ids.next();
        jdbc.sql("""
                        insert into analytics.annotation (id, workspace_id, day, text, created_by, created_at)
                        values (?, core.current_workspace(), ?, ?, ?, ?)
                        """)
                .param(id)
                .param(day)
                .param(kept)
                .param(Actor.current().name())
                .param(Timestamp.from(clock.instant()))
                .update();
        audit.record(
                "annotation.added",
                "annotation",
                id.toString(),
                ContactMask.within(kept),
                Map.of(),
                Map.of("day", day.toString()));
        return id;
    }

    @Transactional
    public void delete(UUID id) {
        Annotation gone = jdbc.sql("delete from analytics.annotation where id = ? returning id, day, text, created_by")
                .param(id)
                .query((row, number) -> new Annotation(
                        row.getObject(1, UUID.class),
                        row.getObject(2, LocalDate.class),
                        row.getString(3),
                        row.getString(4)))
                .optional()
                .orElseThrow(BoardError.ANNOTATION_NOT_FOUND::exception);
        audit.record(
                "annotation.deleted",
                "annotation",
                id.toString(),
                ContactMask.within(gone.text()),
                Map.of("day", gone.day().toString()),
                Map.of());
    }
}
