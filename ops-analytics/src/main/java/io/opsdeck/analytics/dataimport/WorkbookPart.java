package io.opsdeck.analytics.dataimport;

import io.opsdeck.core.text.TextHygiene;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A walk over an XML part of a workbook. Document types and entities are refused, which no spreadsheet program writes; so
 * are elements that lie too deep and names, attributes or comments that take more than {@value #MOST_TOKEN} bytes.
 */
final class WorkbookPart implements AutoCloseable {

    private static final XMLInputFactory FACTORY = factory();
    private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-Fa-f]{4})_");
    private static final int DEEPEST = 64;
    private static final int MOST_TOKEN = 1 << 20;

    private final Guard in;
    private final XMLStreamReader reader;
    private int depth;

    /** Told of the bytes as they come; throws what stops the reading. */
    interface Meter {
        void read(long before, int more);
    }

    WorkbookPart(InputStream content, Meter meter) {
        this.in = new Guard(content, meter);
        try {
            this.reader = FACTORY.createXMLStreamReader(in);
        } catch (XMLStreamException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        return factory;
    }

    /** Goes to the next tag or piece of text; false at the end. */
    boolean next() {
        in.token = 0;
        try {
            if (!reader.hasNext()) {
                return false;
            }
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> depth++;
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
                default -> {}
            }
            if (depth > DEEPEST) {
                throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
            }
            return true;
        } catch (XMLStreamException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    boolean starts(String element) {
        return reader.isStartElement() && reader.getLocalName().equals(element);
    }

    boolean ends(String element) {
        return reader.isEndElement() && reader.getLocalName().equals(element);
    }

    /** Of the tag that has just started. */
    @Nullable
    String attribute(String name) {
        return reader.getAttributeValue(null, name);
    }

    /** The text up to the end of the element that has just started, cut where it gets longer than a cell may be. */
    String text() {
        var text = new StringBuilder();
        int outside = depth - 1;
        while (next() && depth > outside) {
            append(text);
        }
        return plain(text.toString());
    }

    /** As {@link #text}, of an element that holds runs of text and perhaps how they are pronounced, which is left out. */
    String runs() {
        var text = new StringBuilder();
        int outside = depth - 1;
        boolean said = false;
        boolean run = false;
        while (next() && depth > outside) {
            if (starts("rPh") || ends("rPh")) {
                said = reader.isStartElement();
            } else if (starts("t") || ends("t")) {
                run = reader.isStartElement();
            } else if (run && !said) {
                append(text);
            }
        }
        return plain(text.toString());
    }

    /** Without the escapes for what XML cannot hold, such as {@code _x000D_}. */
    private static String plain(String text) {
        String read = text.contains("_x") ? ESCAPE.matcher(text).replaceAll(WorkbookPart::character) : text;
        return TextHygiene.clean(read);
    }

    private static String character(MatchResult escape) {
        return Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 16)));
    }

    private void append(StringBuilder text) {
        if (reader.hasText() && text.length() < Row.KEPT_OF_CELL) {
            int length = Math.min(reader.getTextLength(), Row.KEPT_OF_CELL - text.length());
            text.append(reader.getTextCharacters(), reader.getTextStart(), length);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
            in.close();
        } catch (XMLStreamException | IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    private static final class Guard extends FilterInputStream {

        private final Meter meter;
        private long total;
        private long token;

        Guard(InputStream in, Meter meter) {
            super(in);
            this.meter = meter;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int more) {
            meter.read(total, more);
            total += more;
            token += more;
            if (token > MOST_TOKEN) {
                throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
            }
        }
    }
}
