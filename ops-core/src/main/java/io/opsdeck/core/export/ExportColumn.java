package io.opsdeck.core.export;

/**
 * A column of an export.
 *
 * @param key stable, as other services name it
 * @param title key of its text
 */
public record ExportColumn(String key, String title) {}
