package io.opsdeck.analytics.dataimport;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.opsdeck.core.text.TextHygiene;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * Reads CSV files, gzipped or not: UTF-8, UTF-16 with a byte order mark or GB18030, separated by comma, semicolon, tab or
 * bar.
 */
final class CsvFile {

    private static final Charset GB18030 = Charset.forName("GB18030");
    private static final String DELIMITERS = ",;\t|";

    private CsvFile() {}

    /** See {@link TableFile#inspect}. */
    static TableFile inspect(Supplier<InputStream> file) {
        Charset charset = charset(file);
        var layout = new TableLayout.Text(charset, delimiter(file, charset));
        try (Rows rows = layout.open(file)) {
            return TableFile.of(layout, rows);
        }
    }

    /** All rows, the header first. The caller closes them. */
    static Rows open(Supplier<InputStream> file, Charset charset, char delimiter) {
        return new Records(records(file, charset, delimiter));
    }

    private static final class Records implements Rows {

        private final CsvReader<CsvRecord> reader;
        private final Iterator<CsvRecord> records;

        Records(CsvReader<CsvRecord> reader) {
            this.reader = reader;
            this.records = reader.iterator();
        }

        @Override
        public boolean hasNext() {
            try {
                return records.hasNext();
            } catch (CsvParseException | UncheckedIOException e) {
                throw ImportError.FILE_NOT_READABLE.exception(e);
            }
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            CsvRecord next = records.next();
            return new Row(next.getStartingLineNumber(), cells(next));
        }

        @Override
        public void close() {
            try {
                reader.close();
            } catch (IOException e) {
                throw ImportError.FILE_NOT_READABLE.exception(e);
            }
        }
    }

    private static CsvReader<CsvRecord> records(Supplier<InputStream> file, Charset charset, char delimiter) {
        var handler =
                CsvRecordHandler.builder().maxFields(4 * TableFile.MOST_COLUMNS).build();
        return CsvReader.builder()
                .fieldSeparator(delimiter)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowExtraCharsAfterClosingQuote(true)
                .build(handler, text(file, charset, false));
    }

    private static List<String> cells(CsvRecord row) {
        return row.getFields().stream().map(TextHygiene::clean).toList();
    }

    private static Charset charset(Supplier<InputStream> file) {
        try (var in = inflated(file)) {
            in.mark(2);
            int first = in.read();
            int second = in.read();
            in.reset();
            if (first == 0xFF && second == 0xFE || first == 0xFE && second == 0xFF) {
                return StandardCharsets.UTF_16;
            }
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
        try (var reader = text(file, StandardCharsets.UTF_8, true)) {
            reader.transferTo(Writer.nullWriter());
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return GB18030;
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    /** The candidate that the first line has most of, outside of quotes. */
    private static char delimiter(Supplier<InputStream> file, Charset charset) {
        try (var reader = new BufferedReader(text(file, charset, false))) {
            int[] counts = new int[DELIMITERS.length()];
            boolean quoted = false;
            for (int c = reader.read(); c >= 0 && (quoted || (c != '\n' && c != '\r')); c = reader.read()) {
                quoted ^= c == '"';
                int which = quoted ? -1 : DELIMITERS.indexOf(c);
                if (which >= 0) {
                    counts[which]++;
                }
            }
            int best = 0;
            for (int i = 1; i < counts.length; i++) {
                best = counts[i] > counts[best] ? i : best;
            }
            return DELIMITERS.charAt(best);
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    private static Reader text(Supplier<InputStream> file, Charset charset, boolean strict) {
        var action = strict ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
        InputStream in = inflated(file);
        try {
            in.mark(3);
            boolean marked = in.read() == 0xEF && in.read() == 0xBB && in.read() == 0xBF;
            if (!marked) {
                in.reset();
            }
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
        return new InputStreamReader(
                in, charset.newDecoder().onMalformedInput(action).onUnmappableCharacter(action));
    }

    /** The bytes of the file without gzip. */
    static InputStream inflated(Supplier<InputStream> file) {
        try {
            var in = new BufferedInputStream(file.get(), 1 << 16);
            in.mark(2);
            boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
            in.reset();
            return gzip ? new BufferedInputStream(new Bounded(new GZIPInputStream(in, 1 << 16)), 1 << 16) : in;
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    /** Stops a small file that inflates to a huge one. */
    private static final class Bounded extends FilterInputStream {

        private long read;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            return counted(super.read(), 1);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int count = super.read(bytes, from, length);
            return counted(count, count);
        }

        private int counted(int result, int count) {
            read += Math.max(0, count);
            if (read > TableFile.MOST_INFLATED) {
                throw ImportError.FILE_INFLATES_TOO_FAR.at("/file", TableFile.MOST_INFLATED >> 20);
            }
            return result;
        }
    }
}
