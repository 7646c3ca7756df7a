/** Workspaces, and the workspace in which the current thread acts. */
@NullMarked
package io.opsdeck.core.workspace;

import org.jspecify.annotations.NullMarked;
