/** The events of a workspace as columns in person order: a DuckDB file per workspace and node, its hot columns in memory. */
@NamedInterface("store")
@NullMarked
package io.opsdeck.analytics.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
