package io.opsdeck.core.outbound;

import java.util.UUID;

/** A freeze was lifted; published in its transaction. */
public record SendingResumed(UUID freeze, String reason, String by) {}
