/** The SQL workbench: editor, answers, files and saved statements; statements of other services. */
@NullMarked
package io.opsdeck.web.workbench;

import org.jspecify.annotations.NullMarked;
