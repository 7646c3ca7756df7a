package io.opsdeck.analytics.store;

import io.opsdeck.analytics.event.LogReader;
import org.springframework.stereotype.Component;

/** The logs that a column store follows. */
@Component
record Logs(LogReader events, TraitLog traits, Erasures erasures, LogState state) {}
