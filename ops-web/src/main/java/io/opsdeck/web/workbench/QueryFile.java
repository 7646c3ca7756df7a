package io.opsdeck.web.workbench;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.opsdeck.analytics.workbench.SqlAnswer;
import io.opsdeck.analytics.workbench.Workbench;
import io.opsdeck.core.text.SpreadsheetText;
import io.opsdeck.web.insight.AnswerFile;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A whole answer as comma-separated values. Goes through a temporary file, so that a failure is still a page and a slow
 * reader holds up no other statement.
 */
@Component
class QueryFile {

    private final Workbench workbench;

    QueryFile(Workbench workbench) {
        this.workbench = workbench;
    }

    void send(String name, String sql, Map<String, String> parameters, boolean contact, HttpServletResponse response)
            throws IOException {
        Path file = Files.createTempFile("query", ".csv");
        try {
            try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                    CsvWriter csv = CsvWriter.builder().build(out)) {
                workbench.stream(sql, parameters, contact, new Rows(csv));
            }
            try (Writer out = AnswerFile.csv(name, response);
                    var rows = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                rows.transferTo(out);
            }
        } finally {
            Files.delete(file);
        }
    }

    private record Rows(CsvWriter csv) implements Workbench.Sink {

        @Override
        public void columns(List<SqlAnswer.Column> columns) {
            csv.writeRecord(columns.stream()
                    .map(column -> SpreadsheetText.inert(column.name()))
                    .toList());
        }

        @Override
        public void row(List<@Nullable Object> row) {
            csv.writeRecord(row.stream()
                    .map(QueryCell::text)
                    .map(text -> text == null ? "" : SpreadsheetText.inert(text))
                    .toList());
        }
    }
}
