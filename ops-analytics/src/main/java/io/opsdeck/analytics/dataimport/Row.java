package io.opsdeck.analytics.dataimport;

import java.util.List;

/**
 * A row of a file.
 *
 * @param line where it begins, from 1; of a sheet, the number that its program shows
 */
record Row(long line, List<String> cells) {

    private static final int MOST_CELL = 32 << 10;

    /** What of a cell is kept: enough to be seen as too long. */
    static final int KEPT_OF_CELL = MOST_CELL + 1;

    static boolean tooLong(String cell) {
        return cell.length() > MOST_CELL;
    }
}
