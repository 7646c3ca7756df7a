package io.opsdeck.core.job;

import org.jspecify.annotations.Nullable;

/** Which jobs to list; null is any. */
public record JobFilter(@Nullable String kind, @Nullable JobState state) {

    public static final JobFilter ALL = new JobFilter(null, null);
}
