package io.opsdeck.core.export;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.opsdeck.core.text.SpreadsheetText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RFC 4180 in UTF-8 with a mark by which spreadsheets know it. Times are exact: local, with their offset. */
final class CsvFile extends TableFile {

    private final Writer text;
    private final CsvWriter csv;
    private final ZoneId zone;

    CsvFile(OutputStream out, List<String> titles, ZoneId zone) throws IOException {
        this.text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        this.csv = CsvWriter.builder().build(text);
        this.zone = zone;
        text.write('\uFEFF');
        csv.writeRecord(titles.stream().map(SpreadsheetText::inert).toList());
    }

    @Override
    void row(List<? extends @Nullable Object> cells) {
        csv.writeRecord(cells.stream().map(this::text).toList());
    }

    private String text(@Nullable Object cell) {
        if (cell == null) {
            return "";
        }
        if (cell instanceof Instant time) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time.atZone(zone));
        }
        if (cell instanceof Double number) {
            return new BigDecimal(number.toString()).toPlainString();
        }
        return cell instanceof Number || cell instanceof Boolean
                ? cell.toString()
                : SpreadsheetText.inert(cell.toString());
    }

    @Override
    public void close() throws IOException {
        csv.flush();
        text.flush();
    }
}
