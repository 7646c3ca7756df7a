package io.opsdeck.analytics.dataimport;

import java.util.Locale;

/**
 * Why a row cannot become an event. A row that is refused by the rules for events carries the code of the {@link
 * io.opsdeck.analytics.event.EventFault} instead.
 */
public enum RowFault {
    CELLS_MISSING,
    CELLS_TOO_MANY,
    CELL_TOO_LONG,
    VALUE_MISSING,
    SPREADSHEET_ERROR,
    NOT_A_NUMBER,
    NOT_A_BOOLEAN,
    NOT_A_TIME,
    GROUP_DISAGREES,
    GROUP_TOO_LARGE;

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
