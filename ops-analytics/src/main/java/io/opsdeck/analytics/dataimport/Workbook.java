package io.opsdeck.analytics.dataimport;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * An XLSX workbook, which nobody vouches for: a zip of XML parts. It lies in a temporary file while it is open, as its
 * parts refer to each other in any order; a sheet is read as a stream, and of the other parts no more is kept than {@link
 * SharedStrings} and {@link CellFormats} allow. What the zip says of the size of a part is believed as long as the part does
 * not get larger.
 */
final class Workbook implements AutoCloseable {

    private static final int MOST_ENTRIES = 1_000;
    private static final int MOST_DIRECTORY = 1 << 20;
    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int UNCHECKED_INFLATED = 16 << 20;
    private static final int MOST_RATIO = 100;

    private final Path copy;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries;
    private final Map<String, String> sheets = new LinkedHashMap<>();
    private boolean since1904;
    private @Nullable SharedStrings strings;
    private @Nullable CellFormats formats;
    private @Nullable String stringsPart;
    private @Nullable String stylesPart;
    private long inflated;

    private Workbook(Path copy, ZipFile zip) {
        this.copy = copy;
        this.zip = zip;
        this.entries = entries(zip);
    }

    /** The caller closes it. */
    static Workbook open(Supplier<InputStream> file) {
        Path copy = null;
        ZipFile zip = null;
        Workbook workbook = null;
        try {
            copy = Files.createTempFile("opsdeck-workbook", null);
            try (InputStream in = file.get();
                    var out = Files.newOutputStream(copy)) {
                in.transferTo(out);
            }
            checkDirectory(copy);
            // Its name goes at once, so that the space is free again however the process ends.
            zip = new ZipFile(copy.toFile(), ZipFile.OPEN_READ | ZipFile.OPEN_DELETE);
            var opened = new Workbook(copy, zip);
            opened.readContents();
            workbook = opened;
            return opened;
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        } finally {
            if (workbook == null) {
                discard(zip, copy);
            }
        }
    }

    /** The shape of a sheet; where none is named, of the first that holds rows. */
    TableFile inspect(@Nullable String wanted) {
        List<String> choices = List.copyOf(sheets.keySet());
        if (wanted != null && !sheets.containsKey(wanted)) {
            throw ImportError.SHEET_UNKNOWN.at("/sheet", wanted);
        }
        String name = wanted;
        for (int i = 0; name == null && i < choices.size(); i++) {
            name = hasRows(choices.get(i)) ? choices.get(i) : null;
        }
        if (name == null) {
            throw ImportError.FILE_WITHOUT_ROWS.at("/file");
        }
        long header;
        try (SheetRows rows = rows(name, 1, null)) {
            TableFile table = TableFile.of(new TableLayout.Sheet(name, choices, 1), rows);
            header = rows.headerLine();
            if (!rows.hadTitle()) {
                return table;
            }
        }
        inflated = 0;
        try (SheetRows rows = rows(name, header, null)) {
            return TableFile.of(new TableLayout.Sheet(name, choices, header), rows);
        }
    }

    /**
     * The rows of a sheet from a line on; the first is the header.
     *
     * @param owned what is closed with them, or null
     */
    SheetRows rows(String sheet, long fromLine, @Nullable Workbook owned) {
        SharedStrings texts = strings();
        return new SheetRows(part(sheets.getOrDefault(sheet, "")), texts, formats(), fromLine, owned);
    }

    private boolean hasRows(String sheet) {
        try (SheetRows rows = rows(sheet, 1, null)) {
            if (rows.hasNext()) {
                rows.next();
            }
            return rows.hasNext();
        }
    }

    private SharedStrings strings() {
        SharedStrings read = strings;
        if (read == null) {
            read = stringsPart == null ? SharedStrings.NONE : read(stringsPart, SharedStrings::read);
            strings = read;
        }
        return read;
    }

    private CellFormats formats() {
        CellFormats read = formats;
        if (read == null) {
            read = stylesPart == null
                    ? new CellFormats(since1904)
                    : read(stylesPart, part -> CellFormats.read(part, since1904));
            formats = read;
        }
        return read;
    }

    private <T> T read(String name, Function<WorkbookPart, T> how) {
        try (WorkbookPart part = part(name)) {
            return how.apply(part);
        }
    }

    private void readContents() {
        String main = relations("").values().stream()
                .filter(relation -> relation.type().equals("officeDocument"))
                .findFirst()
                .map(Relation::target)
                .orElseThrow(() -> ImportError.FILE_NOT_READABLE.at("/file"));
        Map<String, Relation> relations = relations(main);
        for (Relation relation : relations.values()) {
            if (relation.type().equals("sharedStrings")) {
                stringsPart = relation.target();
            } else if (relation.type().equals("styles")) {
                stylesPart = relation.target();
            }
        }
        try (WorkbookPart part = part(main)) {
            while (part.next()) {
                if (part.starts("workbookPr")) {
                    String epoch = part.attribute("date1904");
                    since1904 = "1".equals(epoch) || "true".equals(epoch);
                } else if (part.starts("sheet")) {
                    Relation relation = relations.get(String.valueOf(part.attribute("id")));
                    String name = part.attribute("name");
                    String state = part.attribute("state");
                    boolean shown = state == null || state.equals("visible");
                    if (shown
                            && name != null
                            && relation != null
                            && relation.type().equals("worksheet")) {
                        if (name.length() > LONGEST_NAME) {
                            throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
                        }
                        sheets.putIfAbsent(name, relation.target());
                    }
                }
            }
        }
    }

    /** What a part refers to, by the id that it uses for it. */
    private record Relation(String type, String target) {}

    private Map<String, Relation> relations(String of) {
        int slash = of.lastIndexOf('/') + 1;
        String folder = of.substring(0, slash);
        var relations = new HashMap<String, Relation>();
        try (WorkbookPart part = part(folder + "_rels/" + of.substring(slash) + ".rels")) {
            while (part.next()) {
                String id = part.starts("Relationship") ? part.attribute("Id") : null;
                String type = id == null ? null : part.attribute("Type");
                String target = id == null ? null : part.attribute("Target");
                if (id != null && type != null && target != null && !"External".equals(part.attribute("TargetMode"))) {
                    relations.put(id, new Relation(type.substring(type.lastIndexOf('/') + 1), path(folder, target)));
                }
            }
        }
        return relations;
    }

    private static String path(String folder, String target) {
        var steps = new ArrayList<String>();
        for (String step : (target.startsWith("/") ? target : folder + target).split("/")) {
            if (step.equals("..") && !steps.isEmpty()) {
                steps.remove(steps.size() - 1);
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.add(step);
            }
        }
        return String.join("/", steps);
    }

    private WorkbookPart part(String name) {
        ZipEntry entry = entries.get(key(name));
        if (entry == null) {
            throw ImportError.FILE_NOT_READABLE.at("/file");
        }
        long size = entry.getSize();
        if (size > UNCHECKED_INFLATED && size / Math.max(1, entry.getCompressedSize()) > MOST_RATIO) {
            throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
        }
        try {
            return new WorkbookPart(zip.getInputStream(entry), (before, more) -> count(before + more > size, more));
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }

    private void count(boolean lied, int more) {
        inflated += more;
        if (lied) {
            throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
        }
        if (inflated > TableFile.MOST_INFLATED) {
            throw ImportError.FILE_INFLATES_TOO_FAR.at("/file", TableFile.MOST_INFLATED >> 20);
        }
    }

    private static Map<String, ZipEntry> entries(ZipFile zip) {
        var entries = new HashMap<String, ZipEntry>();
        zip.stream().limit(MOST_ENTRIES + 1).forEach(entry -> {
            boolean strange = List.of(entry.getName().split("[/\\\\]")).contains("..");
            if (strange || entries.put(key(entry.getName()), entry) != null || entries.size() > MOST_ENTRIES) {
                throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
            }
        });
        return entries;
    }

    private static String key(String name) {
        return name.replace('\\', '/').toLowerCase(Locale.ROOT);
    }

    /** Looks at the end of the zip before {@link ZipFile} reads the directory into memory. */
    private static void checkDirectory(Path file) throws IOException {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            var tail = new byte[(int) Math.min(in.length(), END_BYTES + LONGEST_COMMENT)];
            in.seek(in.length() - tail.length);
            in.readFully(tail);
            ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = tail.length - END_BYTES; at >= 0; at--) {
                if (end.getInt(at) == END_SIGNATURE) {
                    int count = end.getShort(at + 10) & 0xFFFF;
                    int directory = end.getInt(at + 12);
                    int comment = end.getShort(at + 20) & 0xFFFF;
                    if (count > MOST_ENTRIES || directory < 0 || directory > MOST_DIRECTORY) {
                        throw ImportError.WORKBOOK_SUSPICIOUS.at("/file");
                    }
                    if (at + END_BYTES + comment == tail.length) {
                        return;
                    }
                    break;
                }
            }
            throw ImportError.FILE_NOT_READABLE.at("/file");
        }
    }

    @Override
    public void close() {
        discard(zip, copy);
    }

    private static void discard(@Nullable ZipFile zip, @Nullable Path copy) {
        try {
            if (zip != null) {
                zip.close();
            }
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw ImportError.FILE_NOT_READABLE.exception(e);
        }
    }
}
