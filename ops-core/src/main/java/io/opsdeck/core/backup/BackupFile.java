package io.opsdeck.core.backup;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/** How a backup is named that gets no name: its order by name is that of time. */
final class BackupFile {

    static final Pattern NAME = Pattern.compile("opsdeck-\\d{8}T\\d{6}Z\\.(zip|sealed)(\\.part)?");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private BackupFile() {}

    static String name(Instant at, boolean sealed) {
        return "opsdeck-" + TIME.format(at) + (sealed ? ".sealed" : ".zip");
    }
}
