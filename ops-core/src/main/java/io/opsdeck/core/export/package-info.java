/**
 * Lists as files: a job reads what a feature contributes as {@link io.opsdeck.core.export.ExportSource} in one snapshot,
 * writes CSV or XLSX and offers the file for a day to who asked for it.
 */
@NullMarked
package io.opsdeck.core.export;

import org.jspecify.annotations.NullMarked;
