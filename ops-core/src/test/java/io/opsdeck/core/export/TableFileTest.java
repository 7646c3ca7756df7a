package io.opsdeck.core.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

class TableFileTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final Instant NOON = Instant.parse("2026-11-23T04:00:00Z");

    @Test
    void csvIsMarkedAsUtf8QuotedAndInert() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var file = TableFile.of(ExportFormat.CSV, out, List.of("name", "=title"), SHANGHAI)) {
            file.row(Arrays.asList("say \"hi\", 林悦\nbye", "=1+1"));
            file.row(Arrays.asList(null, NOON));
            file.row(Arrays.asList(-5L, 0.1d));
            file.row(Arrays.asList(1e9d, true));
        }
        assertThat(out.toByteArray()).startsWith(0xEF, 0xBB, 0xBF);
        assertThat(out.toString(StandardCharsets.UTF_8).substring(1)).isEqualTo("""
                name,'=title\r
                "say ""hi"", 林悦
                bye",'=1+1\r
                ,2026-11-23T12:00:00+08:00\r
                -5,0.1\r
                1000000000,true\r
                """);
    }

    @Test
    void aWorkbookHoldsTypedCellsAndNoFormula() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var file = TableFile.of(ExportFormat.XLSX, out, List.of("Text", "Value"), SHANGHAI)) {
            file.row(Arrays.asList("=1+1", 12.5d));
            file.row(Arrays.asList("林悦 <b> & \u0001", NOON));
            file.row(Arrays.asList(null, 12345678901234567L));
        }
        String sheet = entry(out.toByteArray(), "xl/worksheets/sheet1.xml");
        assertThat(sheet).doesNotContain("<f>").contains("&#x6797;&#x60a6; &lt;b&gt; &amp; <");
        assertThat(texts(sheet)).contains("Text", "Value", "'=1+1", "12345678901234567");
        // Days since 1900, as the spreadsheet counts, with half a day in the workspace's zone.
        assertThat(sheet).contains("<v>12.5</v>").contains("<v>46349.5</v>");
    }

    @Test
    void manyRowsTakeNoMoreMemoryThanAFew() throws IOException {
        var rows = new CountingOutput();
        long before = used();
        try (var file = TableFile.of(ExportFormat.XLSX, rows, List.of("a", "b", "c"), SHANGHAI)) {
            for (int i = 0; i < 300_000; i++) {
                file.row(List.of("a text of its own " + i, i, NOON.plusSeconds(i)));
            }
            assertThat(used() - before).isLessThan(24 << 20);
        }
        assertThat(rows.bytes).isGreaterThan(1 << 20);
    }

    @Test
    void rowsBehindTheLastThatFitAreCountedAsMissing() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var file = TableFile.of(ExportFormat.CSV, out, List.of("b"), SHANGHAI)) {
            var rows = new RowCounter(file, new int[] {1}, 2, done -> {});
            assertThat(rows.add(List.of("a1", "b1"))).isTrue();
            assertThat(rows.add(List.of("a2", "b2"))).isTrue();
            assertThat(rows.isTruncated()).isFalse();
            assertThat(rows.add(List.of("a3", "b3"))).isFalse();
            assertThat(rows.isTruncated()).isTrue();
            assertThat(rows.count()).isEqualTo(2);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("b1\r\nb2\r\n");
    }

    /** What stays after everything that can be collected was. */
    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static List<String> texts(String sheet) {
        return Pattern.compile("<t[^>]*>([^<]*)</t>")
                .matcher(sheet)
                .results()
                .map((MatchResult found) ->
                        found.group(1).replace("&apos;", "'").replace("&#39;", "'"))
                .toList();
    }

    private static String entry(byte[] zip, String name) throws IOException {
        Path file = Files.createTempFile("table", ".xlsx");
        try {
            Files.write(file, zip);
            try (var archive = new ZipFile(file.toFile());
                    InputStream in = archive.getInputStream(archive.getEntry(name))) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static final class CountingOutput extends OutputStream {

        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int off, int len) {
            bytes += len;
        }
    }
}
