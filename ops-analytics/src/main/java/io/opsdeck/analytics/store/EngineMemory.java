package io.opsdeck.analytics.store;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What DuckDB may take beside the heap, as it writes sizes.
 *
 * @param usual for each open store
 * @param building for the one that reads many events at once: what does not fit is sorted on disk, in twice the time
 */
record EngineMemory(String usual, String building) {

    private static final double SHARE = 0.15;
    private static final long LEAST_MB = 256;
    private static final long MOST_MB = 1_024;

    /** A share of the machine or container. */
    static String ofThisMachine() {
        long total = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() >> 20;
        return Math.max(LEAST_MB, Math.min(MOST_MB, (long) (SHARE * total))) + "MB";
    }
}
