package io.opsdeck.analytics.dataimport;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table of a file as it was uploaded: CSV, gzipped or not, or a sheet of an XLSX workbook. What it is, its first
 * bytes say, not its name.
 *
 * @param header the names of the columns; a missing one is its number, an equal one gets a number
 * @param rows how many follow the header
 * @param sample the first of them
 */
record TableFile(TableLayout layout, List<String> header, long rows, List<List<String>> sample) {

    static final int SAMPLE = 1_000;
    static final int MOST_COLUMNS = 200;
    static final long MOST_INFLATED = 1L << 30;

    private static final int MOST_ROWS = 1_000_000;
    private static final int MOST_SAMPLED = 4 << 20;
    private static final int[] ZIP = {'P', 'K', 3, 4};
    private static final int[] EMPTY_ZIP = {'P', 'K', 5, 6};
    private static final int[] OLD_WORKBOOK = {0xD0, 0xCF, 0x11, 0xE0};

    /**
     * Reads the whole file once to learn its shape.
     *
     * @param sheet of a workbook, or null for the first that holds rows
     * @throws io.opsdeck.core.error.OpsdeckException an {@link ImportError}
     */
    static TableFile inspect(Supplier<InputStream> file, @Nullable String sheet) {
        if (begins(file, OLD_WORKBOOK)) {
            throw ImportError.WORKBOOK_LOCKED.at("/file");
        }
        if (!begins(file, ZIP)) {
            if (begins(file, EMPTY_ZIP) || begins(() -> CsvFile.inflated(file), ZIP)) {
                throw ImportError.FILE_NOT_READABLE.at("/file");
            }
            if (sheet != null) {
                throw ImportError.SHEET_UNKNOWN.at("/sheet", sheet);
            }
            return CsvFile.inspect(file);
        }
        try (Workbook workbook = Workbook.open(file)) {
            return workbook.inspect(sheet);
        }
    }

    /** Reads all rows, the header first. */
    static TableFile of(TableLayout layout, Rows rows) {
        if (!rows.hasNext()) {
            throw ImportError.FILE_WITHOUT_ROWS.at("/file");
        }
        List<String> header = header(rows.next().cells());
        if (header.size() > MOST_COLUMNS) {
            throw ImportError.TOO_MANY_COLUMNS.at("/file", MOST_COLUMNS);
        }
        var sample = new ArrayList<List<String>>();
        long sampled = 0;
        long count = 0;
        while (rows.hasNext()) {
            List<String> cells = rows.next().cells();
            count++;
            if (sample.size() < SAMPLE && sampled < MOST_SAMPLED) {
                sample.add(cells);
                sampled += cells.stream().mapToLong(String::length).sum();
            }
            if (count > MOST_ROWS) {
                throw ImportError.TOO_MANY_ROWS.at("/file", MOST_ROWS);
            }
        }
        if (count == 0) {
            throw ImportError.FILE_WITHOUT_ROWS.at("/file");
        }
        return new TableFile(layout, header, count, sample);
    }

    private static List<String> header(List<String> cells) {
        var names = new ArrayList<String>(cells.size());
        var taken = new HashSet<String>();
        for (int i = 0; i < cells.size(); i++) {
            String name = cells.get(i).strip();
            String base = name.isEmpty() ? String.valueOf(i + 1) : name;
            String free = base;
            for (int number = 2; !taken.add(free); number++) {
                free = base + " " + number;
            }
            names.add(free);
        }
        return names;
    }

    private static boolean begins(Supplier<InputStream> file, int[] signature) {
        try (var in = new BufferedInputStream(file.get())) {
            for (int expected : signature) {
                if (in.read() != expected) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }
}
