package io.opsdeck.analytics.dataimport;

import java.util.Iterator;

/** The rows of one pass over a file, one in memory at a time. A file that cannot be read on throws an {@link ImportError}. */
interface Rows extends Iterator<Row>, AutoCloseable {

    @Override
    void close();
}
