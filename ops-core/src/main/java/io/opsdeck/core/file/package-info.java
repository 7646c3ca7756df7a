/** Files that belong to a workspace, kept in the database. */
@NullMarked
package io.opsdeck.core.file;

import org.jspecify.annotations.NullMarked;
