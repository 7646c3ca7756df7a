package io.opsdeck.core.export;

/**
 * What came of an export.
 *
 * @param truncated whether there were more rows than fit into a file of the format
 */
public record ExportResult(long rows, boolean truncated) {}
