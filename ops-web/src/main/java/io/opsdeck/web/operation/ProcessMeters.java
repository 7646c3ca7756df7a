package io.opsdeck.web.operation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.File;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** {@code opsdeck_build_info} (always 1) and {@code opsdeck_disk_free_ratio} (0 to 1) of the data folder's disk. */
@Component
class ProcessMeters implements MeterBinder {

    private final File dataFolder;
    private final String revision;

    ProcessMeters(@Value("${opsdeck.data-dir}") String dataFolder, @Value("${opsdeck.revision}") String revision) {
        this.dataFolder = new File(dataFolder).getAbsoluteFile();
        this.revision = revision;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("opsdeck.build.info", () -> 1)
                .description("What is running")
                .tag("version", version())
                .tag("revision", revision)
                .register(registry);
        Gauge.builder("opsdeck.disk.free.ratio", this::free)
                .description("Free part of the disk that holds the data folder")
                .tag("mount", "data")
                .register(registry);
    }

    /** The jar knows its version; classes in a folder do not. */
    private static String version() {
        @Nullable String version = ProcessMeters.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    /** As df counts: what is kept for others is neither used nor free. */
    private static double share(long free, long used) {
        return (double) free / (free + used);
    }

    /** The folder may not be there yet, or never, with an external database; its disk is. */
    private double free() {
        @Nullable File place = dataFolder;
        while (place != null && !place.exists()) {
            place = place.getParentFile();
        }
        return place == null || place.getTotalSpace() == 0
                ? Double.NaN
                : share(place.getUsableSpace(), place.getTotalSpace() - place.getFreeSpace());
    }
}
