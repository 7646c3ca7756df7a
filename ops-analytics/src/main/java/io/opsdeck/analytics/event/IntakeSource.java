package io.opsdeck.analytics.event;

import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the intake has to know of a source. */
record IntakeSource(UUID id, UUID workspace, @Nullable LocalDate acceptFrom) {

    /** Stands in an event until its call is known to be allowed. */
    static final IntakeSource NONE = new IntakeSource(new UUID(0, 0), new UUID(0, 0), null);
}
