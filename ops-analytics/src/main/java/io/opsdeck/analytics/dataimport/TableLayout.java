package io.opsdeck.analytics.dataimport;

import io.opsdeck.core.error.OpsdeckException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.function.Supplier;

/** How the table of a file is found and read. */
sealed interface TableLayout {

    /** All rows, the header first. The caller closes them. */
    Rows open(Supplier<InputStream> file);

    /** The rows behind the header. The caller closes them. */
    default Rows rows(Supplier<InputStream> file) {
        Rows rows = open(file);
        if (rows.hasNext()) {
            rows.next();
        }
        return rows;
    }

    /** Text with one row a line. */
    record Text(Charset charset, char delimiter) implements TableLayout {

        @Override
        public Rows open(Supplier<InputStream> file) {
            return CsvFile.open(file, charset, delimiter);
        }
    }

    /**
     * A sheet of a workbook.
     *
     * @param choices the sheets that could have been chosen, in the order of the workbook
     * @param headerLine the row with the names of the columns; a title may stand above it
     */
    record Sheet(String name, List<String> choices, long headerLine) implements TableLayout {

        @Override
        public Rows open(Supplier<InputStream> file) {
            Workbook workbook = Workbook.open(file);
            try {
                return workbook.rows(name, headerLine, workbook);
            } catch (OpsdeckException e) {
                workbook.close();
                throw e;
            }
        }
    }
}
