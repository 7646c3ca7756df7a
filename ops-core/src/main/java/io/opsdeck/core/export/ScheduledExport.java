package io.opsdeck.core.export;

import java.util.List;
import java.util.UUID;

/**
 * What a schedule of exports carries.
 *
 * @param recipients members who get the link besides the owner
 */
record ScheduledExport(ExportOrder order, List<UUID> recipients) {}
