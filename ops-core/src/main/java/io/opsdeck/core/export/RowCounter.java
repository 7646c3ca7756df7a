package io.opsdeck.core.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Writes the chosen columns of rows into a table, up to a number of rows, and tells of the progress once a second. */
final class RowCounter implements ExportRows {

    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final TableFile table;
    private final int[] places;
    private final long most;
    private final LongConsumer progress;
    private long count;
    private boolean truncated;
    private long told = System.nanoTime();

    /** @param places of the columns that are wanted, in their order */
    RowCounter(TableFile table, int[] places, long most, LongConsumer progress) {
        this.table = table;
        this.places = places.clone();
        this.most = most;
        this.progress = progress;
    }

    @Override
    public boolean add(List<? extends @Nullable Object> cells) {
        if (count == most) {
            truncated = true;
            return false;
        }
        try {
            table.row(chosen(cells));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        count++;
        if (System.nanoTime() - told >= PAUSE) {
            progress.accept(count);
            told = System.nanoTime();
        }
        return true;
    }

    private List<? extends @Nullable Object> chosen(List<? extends @Nullable Object> cells) {
        @Nullable Object[] row = new @Nullable Object[places.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = cells.get(places[i]);
        }
        return Arrays.asList(row);
    }

    long count() {
        return count;
    }

    boolean isTruncated() {
        return truncated;
    }
}
