package io.opsdeck.analytics.dataimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.error.OpsdeckException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;

class WorkbookTest {

    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static final String RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
    private static final String TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

    @Test
    void whatASpreadsheetProgramWroteIsReadBack() {
        byte[] file = written(sheet -> {
            row(sheet, 0, "user", "paid", "when", "day", "ok", "phone", "code");
            row(sheet, 1, "u1", 19.9, null, null, true, 13_800_138_000L, "0077");
            sheet.value(1, 2, LocalDateTime.of(2026, 5, 1, 10, 30, 15));
            sheet.style(1, 2).format("yyyy-mm-dd h:mm:ss").set();
            sheet.value(1, 3, LocalDate.of(2026, 5, 1));
            sheet.style(1, 3).format("yyyy\"年\"m\"月\"d\"日\"").set();
            sheet.value(3, 0, "Zoë 王小明 👩‍👩‍👧 <&> \" ");
            sheet.value(3, 1, new BigDecimal("0.10"));
            sheet.value(3, 6, 77);
            sheet.style(3, 6).format("0000").set();
        });
        TableFile table = inspect(file);
        assertThat(table.header()).containsExactly("user", "paid", "when", "day", "ok", "phone", "code");
        assertThat(table.sample())
                .containsExactly(
                        List.of("u1", "19.9", "2026-05-01T10:30:15", "2026-05-01", "true", "13800138000", "0077"),
                        List.of("Zoë 王小明 👩‍👩‍👧 <&> \" ", "0.1", "", "", "", "", "0077"));
        assertThat(rows(file, table)).extracting(Row::line).containsExactly(2L, 4L);
    }

    @Test
    void anyTextAndAnyNumberComesBackAsItWas() {
        var random = new Random(7);
        for (int round = 0; round < 60; round++) {
            var expected = new ArrayList<List<String>>();
            var cells = new ArrayList<List<Object>>();
            int columns = 1 + random.nextInt(12);
            int rows = 1 + random.nextInt(40);
            for (int r = 0; r < rows; r++) {
                var row = new ArrayList<Object>();
                for (int c = 0; c < columns; c++) {
                    row.add(c == 0 ? "k" + r : value(random));
                }
                cells.add(row);
                expected.add(row.stream().map(WorkbookTest::text).toList());
            }
            TableFile table = inspect(written(sheet -> {
                for (int c = 0; c < columns; c++) {
                    sheet.value(0, c, "column " + c);
                }
                for (int r = 0; r < rows; r++) {
                    row(sheet, r + 1, cells.get(r).toArray());
                }
            }));
            assertThat(table.rows()).isEqualTo(rows);
            assertThat(table.sample()).isEqualTo(expected);
        }
    }

    private static Object value(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong();
            case 2 -> random.nextDouble() * Math.pow(10, random.nextInt(20) - 8);
            case 3 -> BigDecimal.valueOf(random.nextInt(), random.nextInt(6));
            case 4 -> random.nextBoolean();
            default ->
                random.ints(1 + random.nextInt(30), 0x20, 0x1FFFF)
                        .filter(c -> Character.isDefined(c) && (c < 0xD800 || c > 0xDFFF) && (c & 0xFFFE) != 0xFFFE)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .append('.')
                        .toString();
        };
    }

    /** The decimal of the number itself: what is longer than a double holds is compared as the double. */
    private static String text(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return value.toString();
        }
        if (value instanceof Double number) {
            return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
        }
        if (value instanceof BigDecimal number) {
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return value.toString();
    }

    @Test
    void numbersStandAsDigitsAndDatesAsDates() {
        Map<String, String> parts = parts("<row><c t=\"inlineStr\"><is><t>n</t></is></c></row>"
                + cells("<c><v>1.38E+10</v></c>")
                + cells("<c><v>12345678901234567890</v></c>")
                + cells("<c><v>9007199254740993</v></c>")
                + cells("<c><v>1.2345678901234567E+19</v></c>")
                + cells("<c><v>0.10000000000000001</v></c>")
                + cells("<c><v>-4.0E-3</v></c>")
                + cells("<c><v>1e999</v></c>")
                + cells("<c s=\"1\"><v>45413</v></c>")
                + cells("<c s=\"2\"><v>45413.437673611108</v></c>")
                + cells("<c s=\"3\"><v>0.5</v></c>")
                + cells("<c s=\"4\"><v>1.5</v></c>")
                + cells("<c s=\"5\"><v>45413</v></c>")
                + cells("<c s=\"6\"><v>7</v></c>")
                + cells("<c s=\"1\"><v>59</v></c>")
                + cells("<c s=\"1\"><v>61</v></c>")
                + cells("<c s=\"1\"><v>-3</v></c>")
                + cells("<c s=\"7\"><v>3</v></c>")
                + cells("<c s=\"99\"><v>3.50</v></c>")
                + cells("<c t=\"d\"><v>2026-05-01</v></c>"));
        assertThat(inspect(zip(parts)).sample())
                .extracting(row -> row.get(0))
                .containsExactly(
                        "13800000000",
                        "12345678901234567890",
                        "9007199254740993",
                        "12345678901234567000",
                        "0.1",
                        "-0.004",
                        "1e999",
                        "2024-05-01",
                        "2024-05-01T10:30:15",
                        "12:00:00",
                        "36:00:00",
                        "2024-05-01",
                        "007",
                        "1900-02-28",
                        "1900-03-01",
                        "-3",
                        "3",
                        "3.5",
                        "2026-05-01");
        parts.computeIfPresent(
                "xl/workbook.xml", (name, xml) -> xml.replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>"));
        assertThat(inspect(zip(parts)).sample())
                .extracting(row -> row.get(0))
                .contains("2028-05-02")
                .doesNotContain("2024-05-01");
    }

    @Test
    void formulasAreTheirResultsAndErrorsStaySeen() {
        TableFile table = inspect(zip(parts("<row r=\"3\">" + text("A3", "a") + text("C3", "c") + "</row><row r=\"4\"/>"
                + "<row r=\"7\"><c r=\"A7\"><f>1+1</f><v>2</v></c><c r=\"B7\" t=\"str\"><f>\"x\"</f><v>x_x000D_y</v></c>"
                + "<c r=\"C7\" t=\"e\"><v>#N/A</v></c></row>"
                + "<row r=\"8\"><c r=\"C8\"><f>NOW()</f><v></v></c></row>"
                + "<row r=\"9\"><c r=\"A9\" t=\"b\"><v>0</v></c><c r=\"D9\" t=\"str\"><f>\"\"</f><v></v></c></row>"
                + "<row r=\"10\"><c r=\"A10\" t=\"inlineStr\"><is><r><rPr/><t>rich</t></r><r><t xml:space=\"preserve\"> text</t></r>"
                + "<rPh><t>said</t></rPh></is></c></row>")));
        assertThat(table.header()).containsExactly("a", "2", "c");
        assertThat(table.sample())
                .containsExactly(
                        List.of("2", "x\ry", "#N/A"),
                        List.of("", "", "#CALC!"),
                        List.of("false", "", ""),
                        List.of("rich text", "", ""));
    }

    @Test
    void aTitleAboveTheTableIsNoHeader() {
        String rows = "<row r=\"1\">" + text("A1", "Members of May") + "</row><row r=\"2\">" + text("A2", "id")
                + text("B2", "city") + "</row><row r=\"3\">" + text("A3", "u1") + "</row>";
        Map<String, String> parts = parts(rows);
        assertThat(inspect(zip(parts)).header()).containsExactly("Members of May");
        parts.computeIfPresent(
                "xl/worksheets/sheet1.xml",
                (name, xml) ->
                        xml.replace("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>"));
        TableFile table = inspect(zip(parts));
        assertThat(table.header()).containsExactly("id", "city");
        assertThat(table.sample()).containsExactly(List.of("u1", ""));
        assertThat(rows(zip(parts), table)).containsExactly(new Row(3, List.of("u1", "")));
    }

    @Test
    void theFirstSheetWithRowsIsTakenUnlessOneIsNamed() {
        byte[] file = sheets(Map.of("empty", 0, "header", 1, "two", 3, "three", 4));
        TableFile table = inspect(file);
        assertThat(((TableLayout.Sheet) table.layout()).choices()).containsExactly("empty", "header", "two", "three");
        assertThat(((TableLayout.Sheet) table.layout()).name()).isEqualTo("two");
        assertThat(TableFile.inspect(() -> new ByteArrayInputStream(file), "three")
                        .rows())
                .isEqualTo(3);
        assertRefused(ImportError.SHEET_UNKNOWN, file, "four");
        assertRefused(ImportError.FILE_WITHOUT_ROWS, file, "header");
        assertRefused(ImportError.FILE_WITHOUT_ROWS, sheets(Map.of("empty", 0)), null);
    }

    @Test
    void aWorkbookThatWouldEatTheMachineIsRefused() {
        assertRefused(ImportError.WORKBOOK_SUSPICIOUS, bomb(64L << 20), null);
        assertRefused(
                ImportError.WORKBOOK_SUSPICIOUS,
                zip(
                        parts("").entrySet(),
                        "xl/sharedStrings.xml",
                        HEAD + "<!DOCTYPE sst [<!ENTITY a \"lol\">"
                                + "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>"),
                null);
        assertRefused(
                ImportError.WORKBOOK_SUSPICIOUS,
                zip(
                        parts("").entrySet(),
                        "xl/workbook.xml",
                        HEAD + "<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><workbook>&x;</workbook>"),
                null);
        assertRefused(ImportError.WORKBOOK_SUSPICIOUS, zip(parts("<row>".repeat(100) + "</row>".repeat(100))), null);
        assertRefused(
                ImportError.WORKBOOK_SUSPICIOUS,
                zip(parts("<row " + "x".repeat(900) + "=\"" + random(3 << 20) + "\"/>")),
                null);
        assertRefused(ImportError.WORKBOOK_SUSPICIOUS, zip(parts("").entrySet(), "../../etc/cron.d/x", "x"), null);
        var many = new LinkedHashMap<String, String>(parts(""));
        for (int i = 0; i < 10_000; i++) {
            many.put("x" + i, "");
        }
        assertRefused(ImportError.WORKBOOK_SUSPICIOUS, zip(many), null);
    }

    @Test
    void aFileThatIsNoWorkbookIsRefused() throws IOException {
        var nested = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(nested)) {
            out.putNextEntry(new ZipEntry("book.xlsx"));
            out.write(zip(parts(cells("<c><v>1</v></c>").repeat(2))));
        }
        assertRefused(ImportError.FILE_NOT_READABLE, nested.toByteArray(), null);
        var zipped = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(zipped)) {
            out.write(zip(parts(cells("<c><v>1</v></c>").repeat(2))));
        }
        assertRefused(ImportError.FILE_NOT_READABLE, zipped.toByteArray(), null);
        assertRefused(ImportError.FILE_NOT_READABLE, zip(Map.of()), null);
        assertRefused(ImportError.FILE_NOT_READABLE, new byte[] {'P', 'K', 3, 4, 0, 0}, null);
        byte[] old = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, 1, 2};
        assertRefused(ImportError.WORKBOOK_LOCKED, old, null);
        assertRefused(ImportError.FILE_NOT_READABLE, zip(parts("<row><c t=\"s\"><v>7</v></c></row>".repeat(2))), null);
        assertRefused(ImportError.FILE_NOT_READABLE, zip(parts("<row><c></row>")), null);
        assertRefused(
                ImportError.TOO_MANY_COLUMNS,
                zip(parts("<row>" + text("A1", "a") + text("XFD1", "z") + "</row>")),
                null);
        assertRefused(
                ImportError.TOO_MANY_COLUMNS,
                zip(parts("<row>" + text("A1", "a") + "</row><row>" + text("ZZZZZZZZ2", "z") + "</row>")),
                null);
    }

    @Test
    void aCellThatIsTooLongIsCutWhereItIsSeenToBe() {
        TableFile table =
                inspect(zip(parts("<row>" + text("A1", "a") + "</row><row>" + text("A2", random(90_000)) + "</row>")));
        assertThat(table.sample().get(0).get(0)).hasSize(Row.KEPT_OF_CELL);
        assertThat(Row.tooLong(table.sample().get(0).get(0))).isTrue();
    }

    /** Whatever is broken in a workbook, it is read or refused with a code, never anything else. */
    @Test
    void aDamagedWorkbookIsReadOrRefused() {
        byte[] packed = written(sheet -> {
            for (int r = 0; r < 30; r++) {
                row(
                        sheet,
                        r,
                        "user " + r,
                        r * 1.5,
                        LocalDate.of(2026, 1, 1).plusDays(r).toString());
            }
        });
        byte[] stored = stored(parts("<row>" + text("A1", "a") + "</row>"
                + cells("<c s=\"2\"><v>45413.5</v></c>").repeat(20)));
        var random = new Random(3);
        int refused = 0;
        for (int round = 0; round < 1_200; round++) {
            byte[] damaged = (round % 2 == 0 ? packed : stored).clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                inspect(damaged);
            } catch (OpsdeckException e) {
                assertThat(e.code()).isInstanceOf(ImportError.class);
                refused++;
            }
        }
        assertThat(refused).isBetween(120, 1_170);
    }

    private static void assertRefused(ImportError code, byte[] file, String sheet) {
        assertThatThrownBy(() -> TableFile.inspect(() -> new ByteArrayInputStream(file), sheet))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static TableFile inspect(byte[] file) {
        return TableFile.inspect(() -> new ByteArrayInputStream(file), null);
    }

    private static List<Row> rows(byte[] file, TableFile table) {
        var all = new ArrayList<Row>();
        try (Rows rows = table.layout().rows(() -> new ByteArrayInputStream(file))) {
            rows.forEachRemaining(all::add);
        }
        return all;
    }

    private static byte[] written(Consumer<Worksheet> content) {
        var out = new ByteArrayOutputStream();
        try (var workbook = new org.dhatim.fastexcel.Workbook(out, "Test", "1.0")) {
            content.accept(workbook.newWorksheet("one"));
            workbook.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] sheets(Map<String, Integer> rowsOfEach) {
        var out = new ByteArrayOutputStream();
        try (var workbook = new org.dhatim.fastexcel.Workbook(out, "Test", "1.0")) {
            for (String name : List.of("empty", "header", "two", "three")) {
                if (rowsOfEach.containsKey(name)) {
                    Worksheet sheet = workbook.newWorksheet(name);
                    for (int r = 0; r < rowsOfEach.get(name); r++) {
                        sheet.value(r, 0, "cell " + r);
                    }
                }
            }
            workbook.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void row(Worksheet sheet, int row, Object... values) {
        for (int c = 0; c < values.length; c++) {
            if (values[c] instanceof String text) {
                sheet.value(row, c, text);
            } else if (values[c] instanceof Number number) {
                sheet.value(row, c, number);
            } else if (values[c] instanceof Boolean truth) {
                sheet.value(row, c, truth);
            }
        }
    }

    private static String cells(String cells) {
        return "<row>" + cells + "</row>";
    }

    private static String text(String place, String text) {
        return "<c r=\"" + place + "\" t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
    }

    private static Map<String, String> parts(String rows) {
        var parts = new LinkedHashMap<String, String>();
        parts.put(
                "_rels/.rels",
                HEAD + "<Relationships xmlns=\"" + RELATIONS + "\"><Relationship Id=\"r1\" Type=\"" + TYPES
                        + "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        parts.put(
                "xl/_rels/workbook.xml.rels",
                HEAD + "<Relationships xmlns=\"" + RELATIONS + "\"><Relationship Id=\"r1\" Type=\"" + TYPES
                        + "worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"" + TYPES
                        + "styles\" Target=\"/xl/styles.xml\"/><Relationship Id=\"r3\" Type=\"" + TYPES
                        + "sharedStrings\" Target=\"./sharedStrings.xml\"/></Relationships>");
        parts.put(
                "xl/workbook.xml",
                HEAD + "<workbook xmlns=\"" + MAIN + "\" xmlns:r=\"" + TYPES
                        + "\"><sheets><sheet name=\"one\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>");
        parts.put("xl/sharedStrings.xml", HEAD + "<sst xmlns=\"" + MAIN + "\"><si><t>one</t></si></sst>");
        parts.put(
                "xl/styles.xml",
                HEAD + "<styleSheet xmlns=\"" + MAIN + "\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"h:mm\"/>"
                        + "<numFmt numFmtId=\"165\" formatCode=\"[h]:mm:ss\"/>"
                        + "<numFmt numFmtId=\"166\" formatCode=\"[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/>"
                        + "<numFmt numFmtId=\"167\" formatCode=\"000\"/><numFmt numFmtId=\"168\" formatCode=\"[Red]0.00&quot;d&quot;\"/></numFmts>"
                        + "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                        + "<xf numFmtId=\"22\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"167\"/>"
                        + "<xf numFmtId=\"168\"/></cellXfs></styleSheet>");
        parts.put(
                "xl/worksheets/sheet1.xml",
                HEAD + "<worksheet xmlns=\"" + MAIN + "\"><sheetData>" + rows + "</sheetData></worksheet>");
        return parts;
    }

    private static byte[] zip(Iterable<Map.Entry<String, String>> parts, String name, String content) {
        var all = new LinkedHashMap<String, String>();
        parts.forEach(part -> all.put(part.getKey(), part.getValue()));
        all.put(name, content);
        return zip(all);
    }

    private static byte[] zip(Map<String, String> parts) {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Not deflated, so that damage reaches the XML. */
    private static byte[] stored(Map<String, String> parts) {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (var part : parts.entrySet()) {
                byte[] bytes = part.getValue().getBytes(StandardCharsets.UTF_8);
                var checksum = new CRC32();
                checksum.update(bytes);
                var entry = new ZipEntry(part.getKey());
                entry.setSize(bytes.length);
                entry.setCrc(checksum.getValue());
                zip.putNextEntry(entry);
                zip.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A sheet of the same empty row again and again, a thousandth of the {@code bytes} that it inflates to. */
    private static byte[] bomb(long bytes) {
        Map<String, String> parts = parts("");
        String sheet = parts.remove("xl/worksheets/sheet1.xml");
        byte[] row = "<row/>".repeat(4_096).getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
            zip.write(sheet.substring(0, sheet.indexOf("</sheetData>")).getBytes(StandardCharsets.UTF_8));
            for (long written = 0; written < bytes; written += row.length) {
                zip.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String random(int length) {
        var random = new Random(5);
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
