package io.opsdeck.analytics.workbench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement answered.
 *
 * @param rows a text, a number, a boolean or null for each column; times as ISO 8601 in the zone of the workspace
 * @param more whether there were more rows than were asked for
 * @param millis how long the engine took
 */
public record SqlAnswer(List<Column> columns, List<List<@Nullable Object>> rows, boolean more, long millis) {

    /**
     * A column.
     *
     * @param type the engine's name of its type, such as BIGINT or VARCHAR
     */
    public record Column(String name, String type) {

        /** Whether its values are numbers. */
        public boolean isNumber() {
            return type.matches("(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)");
        }
    }
}
