package io.opsdeck.analytics.store;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * How column stores are kept. Sizes are as DuckDB writes them.
 *
 * @param memory what the engine may take beside the heap for each open store
 * @param buildMemory the same for the one that reads many events at once: what does not fit is sorted on disk, in twice
 *     the time
 * @param rewriteRows a month is written anew when so many rows of it, and a twentieth of it, wait in the delta
 * @param stepRows how many rows are read and written at once: from 122,880 on, a full row group, the engine writes them
 *     to their place at once and not to its log first
 * @param recallSeconds how long after the start the stores that were in use are opened again: the start itself comes first
 */
@Component
record StoreSettings(
        @Value("${opsdeck.columns.engine-memory:256MB}") String memory,
        @Value("${opsdeck.columns.build-memory:}") String buildMemory,
        @Value("${opsdeck.columns.rewrite-rows:5000}") int rewriteRows,
        @Value("${opsdeck.columns.step-rows:125000}") int stepRows,
        @Value("${opsdeck.columns.recall-seconds:5}") int recallSeconds) {

    private static final double SHARE = 0.15;
    private static final long LEAST_MB = 256;
    private static final long MOST_MB = 1_024;

    StoreSettings {
        buildMemory = buildMemory.isEmpty() ? shareOfThisMachine() : buildMemory;
    }

    private static String shareOfThisMachine() {
        long total = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() >> 20;
        return Math.max(LEAST_MB, Math.min(MOST_MB, (long) (SHARE * total))) + "MB";
    }

    /** What the engine may use of the processors. */
    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }
}
