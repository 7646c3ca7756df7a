package io.opsdeck.web.insight;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.opsdeck.core.text.SpreadsheetText;
import io.opsdeck.web.insight.AnswerView.Cell;
import io.opsdeck.web.insight.AnswerView.Sheet;
import io.opsdeck.web.ui.Attachment;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;

/** The tables of an answer as files: the numbers as they are, not as they are shown. */
public final class AnswerFile {

    private static final int LONGEST_SHEET_NAME = 31;
    private static final int LONGEST_CELL = 32_000;

    private AnswerFile() {}

    /** One table after the other, with an empty line between them. */
    static void csv(String name, List<Sheet> sheets, HttpServletResponse response) throws IOException {
        try (Writer out = csv(name, response);
                CsvWriter csv = CsvWriter.builder().build(out)) {
            for (int i = 0; i < sheets.size(); i++) {
                if (i > 0) {
                    csv.writeRecord("");
                }
                if (sheets.size() > 1) {
                    csv.writeRecord(SpreadsheetText.inert(sheets.get(i).title()));
                }
                csv.writeRecord(sheets.get(i).columns().stream()
                        .map(column -> SpreadsheetText.inert(column.name()))
                        .toList());
                for (List<Cell> row : sheets.get(i).rows()) {
                    csv.writeRecord(row.stream()
                            .map(cell -> SpreadsheetText.inert(plain(cell.value())))
                            .toList());
                }
            }
        }
    }

    /** Opens a file of comma-separated values that spreadsheets read as UTF-8. */
    public static Writer csv(String name, HttpServletResponse response) throws IOException {
        head(name + ".csv", "text/csv; charset=UTF-8", response);
        var out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
        out.write('\uFEFF');
        return out;
    }

    /** A workbook with a sheet for each table. */
    static void xlsx(String name, List<Sheet> sheets, HttpServletResponse response) throws IOException {
        head(name + ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", response);
        try (var book = new Workbook(response.getOutputStream(), "Opsdeck", "1.0")) {
            Set<String> names = new HashSet<>();
            for (Sheet sheet : sheets) {
                write(book.newWorksheet(sheetName(sheet.title(), names)), sheet);
            }
        }
    }

    private static void write(Worksheet page, Sheet sheet) {
        for (int c = 0; c < sheet.columns().size(); c++) {
            page.value(0, c, SpreadsheetText.inert(sheet.columns().get(c).name()));
            page.style(0, c).bold().set();
        }
        page.freezePane(1, 1);
        for (int r = 0; r < sheet.rows().size(); r++) {
            List<Cell> row = sheet.rows().get(r);
            for (int c = 0; c < row.size(); c++) {
                Object value = row.get(c).value();
                if (value instanceof Number number) {
                    page.value(r + 1, c, number);
                } else if (value != null) {
                    String text = SpreadsheetText.inert(value.toString());
                    page.value(r + 1, c, text.substring(0, Math.min(text.length(), LONGEST_CELL)));
                }
            }
        }
    }

    /** Sheets of a book have different names without some signs. */
    private static String sheetName(String title, Set<String> taken) {
        String plain = title.replaceAll("[\\\\/*?:\\[\\]']", " ").strip();
        String base = plain.isEmpty() ? "1" : plain.substring(0, Math.min(plain.length(), LONGEST_SHEET_NAME - 4));
        String name = base;
        for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
            name = base + " " + i;
        }
        return name;
    }

    private static void head(String file, String type, HttpServletResponse response) {
        Attachment.head(file, "insight" + file.substring(file.lastIndexOf('.')), type, response);
    }

    private static String plain(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof Double number ? new BigDecimal(number.toString()).toPlainString() : value.toString();
    }
}
