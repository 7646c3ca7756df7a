package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.ImportLinks.LinkView;
import io.opsdeck.analytics.dataimport.Imports.ImportView;
import io.opsdeck.core.job.Jobs.JobView;
import org.jspecify.annotations.Nullable;

/**
 * A link as the page shows it.
 *
 * @param fetch the last one
 * @param outcome the key of what it brought, or null where it brought nothing yet
 * @param last the import of the last file
 */
record LinkRow(
        LinkView link,
        @Nullable JobView fetch,
        @Nullable String outcome,
        @Nullable ImportView last) {}
