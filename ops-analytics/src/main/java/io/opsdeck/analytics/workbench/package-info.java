/** SQL over the events of a workspace: one read-only statement at a time, with limits, and the queries that were saved. */
@NamedInterface("workbench")
@NullMarked
package io.opsdeck.analytics.workbench;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
