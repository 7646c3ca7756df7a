package io.opsdeck.core.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded database on its way up: it starts while the application reads its beans, and is waited for by its first user. */
final class EmbeddedDatabaseStart implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabaseStart.class);

    private final CompletableFuture<EmbeddedDatabase> server;

    EmbeddedDatabaseStart(Path home) {
        server = CompletableFuture.supplyAsync(
                () -> EmbeddedDatabase.start(home), start -> new Thread(start, "database-start").start());
    }

    /** Waits for the server. */
    DatabaseAddress address() {
        try {
            return server.join().address();
        } catch (CompletionException e) {
            if (e.getCause() instanceof DatabaseUnusableException unusable) {
                throw unusable;
            }
            throw e;
        }
    }

    /** Stops the server; one that is still starting is waited for. */
    @Override
    public void close() throws IOException {
        try {
            server.join().close();
        } catch (CompletionException e) {
            log.debug("it never started", e);
        }
    }
}
