package io.opsdeck.core.system;

/**
 * Something that holds at any time in a database that nobody meddled with.
 *
 * @param key such as {@code job.lease}; {@code invariant.<key>} says what holds, {@code invariant.<key>.remedy} what to do
 *     where it does not
 * @param sql counts what is wrong and names one of it: a query of one row with a number and a text. It reads as the
 *     role that sees all workspaces, and may take a minute
 */
public record Invariant(String key, String sql) {}
