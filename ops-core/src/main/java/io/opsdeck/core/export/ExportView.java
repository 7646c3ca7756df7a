package io.opsdeck.core.export;

import io.opsdeck.core.job.Jobs.JobView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An export as it stands.
 *
 * @param filter of the list, as {@link io.opsdeck.core.page.ListQuery} writes it
 * @param result null until the file is complete
 * @param expiresAt from when the file is gone, or null until it is complete
 * @param offered whether the file can be had now
 */
public record ExportView(
        JobView job,
        String list,
        ExportFormat format,
        String filter,
        @Nullable ExportResult result,
        @Nullable Instant expiresAt,
        boolean offered) {}
