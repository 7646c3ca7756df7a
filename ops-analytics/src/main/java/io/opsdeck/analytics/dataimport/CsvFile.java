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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;

/**
 * A CSV file as it was uploaded, gzipped or not: UTF-8, UTF-16 with a byte order mark or GB18030, separated by comma,
 * semicolon, tab or bar. Read as a stream; a row stands in memory at a time.
 *
 * @param header the names of the columns; a missing one is its number, an equal one gets a number
 * @param rows how many follow the header
 * @param sample the first of them
 */
record CsvFile(Charset charset, char delimiter, List<String> header, long rows, List<List<String>> sample) {

    static final int SAMPLE = 1_000;

    private static final int MOST_COLUMNS = 200;
    private static final int MOST_ROWS = 1_000_000;
    private static final int MOST_CELL = 32 << 10;
    private static final long MOST_INFLATED = 1L << 30;
    private static final Charset GB18030 = Charset.forName("GB18030");
    private static final String DELIMITERS = ",;\t|";

    /** A row behind the header; {@code line} is where it begins in the file, from 1. */
    record Row(long line, List<String> cells) {}

    /**
     * Reads the whole file once to learn its shape.
     *
     * @throws io.opsdeck.core.error.OpsdeckException an {@link ImportError}
     */
    static CsvFile inspect(Supplier<InputStream> file) {
        Charset charset = charset(file);
        char delimiter = delimiter(file, charset);
        try (var records = records(file, charset, delimiter)) {
            Iterator<CsvRecord> rows = records.iterator();
            if (!rows.hasNext()) {
                throw ImportError.FILE_WITHOUT_ROWS.at("/file");
            }
            List<String> header = header(cells(rows.next()));
            if (header.size() > MOST_COLUMNS) {
                throw ImportError.TOO_MANY_COLUMNS.at("/file", MOST_COLUMNS);
            }
            var sample = new ArrayList<List<String>>();
            long count = 0;
            while (rows.hasNext()) {
                CsvRecord row = rows.next();
                count++;
                if (sample.size() < SAMPLE) {
                    sample.add(cells(row));
                }
                if (count > MOST_ROWS) {
                    throw ImportError.TOO_MANY_ROWS.at("/file", MOST_ROWS);
                }
            }
            if (count == 0) {
                throw ImportError.FILE_WITHOUT_ROWS.at("/file");
            }
            return new CsvFile(charset, delimiter, header, count, sample);
        } catch (CsvParseException | IOException | UncheckedIOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    /** The rows behind the header. The caller closes it; a file that cannot be read throws from the iterator. */
    static Rows rows(Supplier<InputStream> file, Charset charset, char delimiter) {
        return new Rows(records(file, charset, delimiter));
    }

    /** The rows of one pass. */
    static final class Rows implements Iterator<Row>, AutoCloseable {

        private final CsvReader<CsvRecord> reader;
        private final Iterator<CsvRecord> records;

        private Rows(CsvReader<CsvRecord> reader) {
            this.reader = reader;
            this.records = reader.iterator();
            if (records.hasNext()) {
                records.next();
            }
        }

        @Override
        public boolean hasNext() {
            return records.hasNext();
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
        public void close() throws IOException {
            reader.close();
        }
    }

    static boolean tooLong(String cell) {
        return cell.length() > MOST_CELL;
    }

    private static CsvReader<CsvRecord> records(Supplier<InputStream> file, Charset charset, char delimiter) {
        var handler = CsvRecordHandler.builder().maxFields(4 * MOST_COLUMNS).build();
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

    private static InputStream inflated(Supplier<InputStream> file) {
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
            if (read > MOST_INFLATED) {
                throw ImportError.FILE_INFLATES_TOO_FAR.at("/file", MOST_INFLATED >> 20);
            }
            return result;
        }
    }
}
