package io.opsdeck.web.system;

import java.util.Locale;

/** Numbers of bytes for people: three digits and a unit of 1,024. */
public final class ByteSizes {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};
    private static final int STEP = 1024;

    public String text(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= STEP && unit < UNITS.length - 1) {
            size /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || size >= 100 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
    }
}
