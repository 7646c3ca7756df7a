/** Importing files: upload, mapping, rehearsal, run and report. */
@NullMarked
package io.opsdeck.web.dataimport;

import org.jspecify.annotations.NullMarked;
