package io.opsdeck.core.export;

import io.opsdeck.core.text.SpreadsheetText;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;

/**
 * One sheet of a workbook. Rows leave every {@value #ROWS_AT_ONCE} and texts stand in their cells instead of the
 * workbook's table of texts, so a million rows take no more memory than a thousand. Times are dates of the spreadsheet.
 */
final class XlsxFile extends TableFile {

    private static final int ROWS_AT_ONCE = 500;
    private static final int LONGEST_CELL = 32_000;

    /** Spreadsheets keep 15 digits of a number. */
    private static final long EXACT = 1_000_000_000_000_000L;

    private final Workbook book;
    private final Worksheet sheet;
    private final ZoneId zone;
    private int row;

    XlsxFile(OutputStream out, List<String> titles, ZoneId zone) {
        this.book = new Workbook(out, "Opsdeck", "1.0");
        this.sheet = book.newWorksheet("1");
        this.zone = zone;
        sheet.freezePane(0, 1);
        for (int column = 0; column < titles.size(); column++) {
            text(column, titles.get(column));
            sheet.style(row, column).bold().set();
        }
        row++;
    }

    @Override
    void row(List<? extends @Nullable Object> cells) throws IOException {
        for (int column = 0; column < cells.size(); column++) {
            Object cell = cells.get(column);
            if (cell != null) {
                cell(column, cell);
            }
        }
        row++;
        if (row % ROWS_AT_ONCE == 0) {
            sheet.flush();
        }
    }

    private void cell(int column, Object cell) {
        if (cell instanceof Instant time) {
            sheet.value(row, column, time.atZone(zone).toLocalDateTime());
            sheet.style(row, column).format("yyyy-mm-dd hh:mm:ss").set();
        } else if (cell instanceof Boolean truth) {
            sheet.value(row, column, truth);
        } else if (cell instanceof Number number && Math.abs(number.doubleValue()) < EXACT) {
            sheet.value(row, column, number);
        } else {
            text(column, cell.toString());
        }
    }

    private void text(int column, String text) {
        String safe = SpreadsheetText.inert(text);
        sheet.inlineString(row, column, safe.substring(0, Math.min(safe.length(), LONGEST_CELL)));
    }

    @Override
    public void close() throws IOException {
        book.finish();
    }
}
