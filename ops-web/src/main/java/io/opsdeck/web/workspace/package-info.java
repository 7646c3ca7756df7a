/** Workspaces and their settings. */
@NullMarked
package io.opsdeck.web.workspace;

import org.jspecify.annotations.NullMarked;
