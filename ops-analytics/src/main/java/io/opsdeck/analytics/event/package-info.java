/** From the bytes of a tracking call to rows of the event log: parsing, identity, group commit, quarantine, dictionary and the log's readers. */
@NamedInterface("event")
@NullMarked
package io.opsdeck.analytics.event;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
