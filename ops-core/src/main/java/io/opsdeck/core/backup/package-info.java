/** Backups of the whole installation while it runs, by hand or on schedule, and how one becomes an installation again. */
@NullMarked
package io.opsdeck.core.backup;

import org.jspecify.annotations.NullMarked;
