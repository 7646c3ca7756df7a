package io.opsdeck.analytics.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A readable document: its events, good and refused, and the write key that it carried in its body. */
record ParsedCall(List<TrackedEvent> events, @Nullable String writeKey) {}
