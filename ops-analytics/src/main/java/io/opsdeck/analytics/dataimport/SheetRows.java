package io.opsdeck.analytics.dataimport;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a sheet, as text. Empty rows are passed over, and cells behind the last filled one; of merged cells the
 * first holds the value, as in the file. A formula is its last result, one that was never calculated an error.
 */
final class SheetRows implements Rows {

    private static final String NOT_CALCULATED = "#CALC!";
    private static final int FIRST_LINES = 20;
    private static final int LETTERS = 26;

    private final WorkbookPart part;
    private final SharedStrings strings;
    private final CellFormats formats;
    private final long fromLine;
    private final @Nullable Workbook owned;
    private final List<Long> firstLines = new ArrayList<>();
    private final Set<Long> severalCells = new HashSet<>();
    private final Set<Long> titles = new HashSet<>();
    private @Nullable Row next;
    private long line;
    private int width = -1;

    /**
     * @param fromLine where the header is; rows above it are left out
     * @param owned what is closed with this, or null
     */
    SheetRows(WorkbookPart part, SharedStrings strings, CellFormats formats, long fromLine, @Nullable Workbook owned) {
        this.part = part;
        this.strings = strings;
        this.formats = formats;
        this.fromLine = fromLine;
        this.owned = owned;
        advance();
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Row next() {
        Row row = next;
        if (row == null) {
            throw new NoSuchElementException();
        }
        advance();
        return row;
    }

    /** Whether the first row is one cell across several columns. Known once all rows have been read. */
    boolean hadTitle() {
        return !firstLines.isEmpty() && titles.contains(firstLines.get(0));
    }

    /** The first row that is no title. Known once all rows have been read. */
    long headerLine() {
        return firstLines.stream()
                .filter(first -> !titles.contains(first))
                .findFirst()
                .orElse(fromLine);
    }

    private void advance() {
        next = null;
        while (part.next()) {
            if (part.starts("row")) {
                line = Math.max(line + 1, whole(part.attribute("r")));
                List<String> cells = cells();
                if (!cells.isEmpty() && line >= fromLine) {
                    next = new Row(line, cells);
                    return;
                }
            } else if (part.starts("mergeCell")) {
                noteTitle(String.valueOf(part.attribute("ref")));
            }
        }
    }

    private List<String> cells() {
        var cells = new ArrayList<String>(Math.max(16, width));
        int filled = 0;
        int column = -1;
        while (part.next() && !part.ends("row")) {
            if (!part.starts("c")) {
                continue;
            }
            String place = part.attribute("r");
            column = place == null ? column + 1 : column(place);
            String text = text();
            if (text.isEmpty()) {
                continue;
            }
            if (column >= TableFile.MOST_COLUMNS) {
                throw ImportError.TOO_MANY_COLUMNS.at("/file", TableFile.MOST_COLUMNS);
            }
            fill(cells, column + 1);
            cells.set(column, text);
            filled++;
        }
        if (filled == 0) {
            return List.of();
        }
        if (width < 0 && line >= fromLine) {
            width = cells.size();
        }
        fill(cells, width);
        if (firstLines.size() < FIRST_LINES) {
            firstLines.add(line);
            if (filled > 1) {
                severalCells.add(line);
            }
        }
        return Collections.unmodifiableList(cells);
    }

    private static void fill(List<String> cells, int size) {
        while (cells.size() < size) {
            cells.add("");
        }
    }

    /** The text of the cell that has just started, up to its end. */
    private String text() {
        String type = part.attribute("t");
        String style = part.attribute("s");
        String raw = "";
        boolean formula = false;
        while (part.next() && !part.ends("c")) {
            if (part.starts("v")) {
                raw = part.text();
            } else if (part.starts("is")) {
                raw = part.runs();
            } else if (part.starts("f")) {
                formula = true;
            }
        }
        if (raw.isEmpty()) {
            return formula && (type == null || type.equals("n")) ? NOT_CALCULATED : "";
        }
        return switch (type == null ? "n" : type) {
            case "s" -> strings.get((int) Math.min(Integer.MAX_VALUE, whole(raw)));
            case "b" -> raw.equals("1") ? "true" : "false";
            case "n" -> formats.text(raw, style);
            default -> raw;
        };
    }

    /** A number of up to 18 digits; -1 for anything else. */
    private static long whole(@Nullable String text) {
        boolean number = text != null
                && !text.isEmpty()
                && text.length() <= 18
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.parseLong(text) : -1;
    }

    /** Of a reference such as {@code AB12}, the number of the column from 0. */
    private static int column(String place) {
        int column = 0;
        for (int i = 0; i < place.length() && i < 4; i++) {
            char c = Character.toUpperCase(place.charAt(i));
            if (c < 'A' || c > 'Z') {
                break;
            }
            column = column * LETTERS + c - 'A' + 1;
        }
        return Math.max(0, column - 1);
    }

    /** Cells that are one across several columns, with nothing beside them. */
    private void noteTitle(String range) {
        int colon = range.indexOf(':');
        if (colon < 0) {
            return;
        }
        String from = range.substring(0, colon);
        long first = whole(from.replaceFirst("^[A-Za-z]+", ""));
        boolean across = column(range.substring(colon + 1)) > column(from);
        if (across && firstLines.contains(first) && !severalCells.contains(first)) {
            titles.add(first);
        }
    }

    @Override
    public void close() {
        part.close();
        if (owned != null) {
            owned.close();
        }
    }
}
