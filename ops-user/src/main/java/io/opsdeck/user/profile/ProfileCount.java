package io.opsdeck.user.profile;

/**
 * How many profiles a list has.
 *
 * @param count exact, or the nearest guess from a sample when {@code estimated}
 * @param total all profiles of the workspace, exact
 */
public record ProfileCount(long count, long total, boolean estimated) {}
