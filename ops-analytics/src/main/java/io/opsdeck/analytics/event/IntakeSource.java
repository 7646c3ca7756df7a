package io.opsdeck.analytics.event;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the intake has to know of a source. */
record IntakeSource(UUID id, UUID workspace, @Nullable LocalDate acceptFrom, EventSources.Kind kind) {

    /** The columns of {@code analytics.source s} that {@link #read} takes, from {@code first} on. */
    static final String COLUMNS = "s.id, s.workspace_id, s.accept_from, s.kind";

    static IntakeSource read(ResultSet row, int first) throws SQLException {
        return new IntakeSource(
                row.getObject(first, UUID.class),
                row.getObject(first + 1, UUID.class),
                row.getObject(first + 2, LocalDate.class),
                EventSources.Kind.valueOf(row.getString(first + 3)));
    }

    /** Stands in an event until its call is known to be allowed. */
    static final IntakeSource NONE = new IntakeSource(new UUID(0, 0), new UUID(0, 0), null, EventSources.Kind.SERVER);

    /** Whether its message ids are remembered for ever, as files may come again after years; others for 30 days. */
    boolean lasting() {
        return kind == EventSources.Kind.IMPORT;
    }
}
