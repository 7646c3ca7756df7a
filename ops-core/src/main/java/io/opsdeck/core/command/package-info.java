/** What the jar does instead of starting, when it is called with the name of a command. */
@NullMarked
package io.opsdeck.core.command;

import org.jspecify.annotations.NullMarked;
