package io.opsdeck.core.outbound;

import io.opsdeck.core.outbound.Freezes.Scope;
import java.util.UUID;

/** A freeze came into force; published in its transaction. */
public record SendingStopped(UUID freeze, Scope scope, String reason, String by) {}
