package io.opsdeck.analytics.store;

import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;

/**
 * The column stores of this node, one for each workspace that somebody asked about. A store is opened by the first
 * question, follows the log from then on and is closed when too many others were asked about since. One thread opens and
 * follows; a question follows once more before it is answered, so it sees what was acknowledged before it was asked. The
 * file of a workspace that is gone is removed, and one that was read from another state of the database is built anew.
 */
@Service
public class ColumnStores extends Worker {

    private static final Logger log = LoggerFactory.getLogger(ColumnStores.class);
    private static final int MOST_OPEN = 16;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long FAILED_MILLIS = 5_000;
    private static final long SWEEP_NANOS = 10_000_000_000L;
    private static final long CHECK_NANOS = 30_000_000_000L;
    private static final Pattern FILE = Pattern.compile("([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.duckdb.*");
    /** A store that nobody asked for a week is opened when somebody does. */
    private static final long RECALLED_MILLIS = 7 * 86_400_000L;

    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    /** After the web server, before the pools. */
    private static final int PHASE = -1;

    private final Logs logs;
    private final Path folder;
    private final ColumnCache cache;
    private final StoreSettings settings;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long sweptAt;
    private long startedAt;
    private boolean recalled;
    private final Map<WorkspaceId, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    ColumnStores(
            Logs logs,
            @Value("${opsdeck.columns.folder:${opsdeck.data-dir}/columns}") String folder,
            @Value("${opsdeck.columns.memory:0}") long memory,
            StoreSettings settings,
            Clock clock) {
        super("column-stores", PHASE, LONGEST_STOP);
        this.settings = settings;
        this.clock = clock;
        this.logs = logs;
        this.folder = Path.of(folder);
        this.cache = new ColumnCache(memory > 0 ? memory : Runtime.getRuntime().maxMemory() / 3);
    }

    private static final class Entry {
        volatile @Nullable ColumnStore store;
        volatile boolean ready;
        volatile long read;
        volatile long checkedAt;
        volatile long followedAt;
        volatile long retryAt;
    }

    /**
     * The events of a workspace up to what was committed when the question was asked; empty while they are being read
     * for the first time or after a restart, when an answer would be a part of the truth.
     *
     * @param patience how long to wait for that, in milliseconds
     */
    public Optional<Snapshot> snapshot(WorkspaceId workspace, long patience) {
        Entry entry = await(workspace, patience);
        ColumnStore store = entry == null ? null : entry.store;
        if (entry == null || store == null) {
            return Optional.empty();
        }
        try {
            catchUp(entry, store);
            return Optional.of(store.snapshot());
        } catch (SQLException | RuntimeException e) {
            fail(workspace, entry, e);
            return Optional.empty();
        }
    }

    /**
     * How far the building of a store is.
     *
     * @param read events that it has read
     * @param accepted events that the workspace has, roughly
     */
    public record Progress(long read, long accepted) {

        /** From 0 to 99. */
        public int percent() {
            return accepted <= 0 ? 0 : (int) Math.min(99, 100 * read / accepted);
        }
    }

    public Progress progress(WorkspaceId workspace) {
        long accepted = logs.state().accepted(workspace);
        lock.lock();
        try {
            Entry entry = entries.get(workspace);
            return new Progress(entry == null ? 0 : entry.read, accepted);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs SQL over the events of a workspace, as {@link EventTables} describes them, in one read transaction. Empty under
     * the same conditions as {@link #snapshot}.
     *
     * @throws SQLException what the work throws; the store stays as it is
     */
    public <T> Optional<T> tables(
            WorkspaceId workspace, long patience, EventTables.Sight sight, EventTables.Work<T> work)
            throws SQLException {
        if (snapshot(workspace, patience).isEmpty()) {
            return Optional.empty();
        }
        Entry entry = await(workspace, 0);
        ColumnStore store = entry == null ? null : entry.store;
        return store == null ? Optional.empty() : Optional.of(store.tables(sight, work));
    }

    private @Nullable Entry await(WorkspaceId workspace, long patience) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
        lock.lock();
        try {
            Entry entry = entries.computeIfAbsent(workspace, key -> {
                wake();
                return new Entry();
            });
            while (!entry.ready && isRunning()) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || changed.awaitNanos(left) <= 0) {
                    break;
                }
            }
            return entry.ready ? entry : null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Of those who ask at the same time one reads for all who asked before it began. */
    private static void catchUp(Entry entry, ColumnStore store) throws SQLException {
        long asked = System.nanoTime();
        synchronized (entry) {
            if (entry.followedAt - asked > 0) {
                return;
            }
            boolean more = true;
            while (more) {
                long began = System.nanoTime();
                more = store.follow();
                entry.followedAt = began;
                entry.read = store.rows();
            }
        }
    }

    private void fail(WorkspaceId workspace, Entry entry, Exception e) {
        log.warn("The column store of {} is opened again: {}", workspace.id(), e.toString());
        log.debug("why", e);
        lock.lock();
        try {
            entry.ready = false;
            entry.retryAt = System.nanoTime() + FAILED_MILLIS * 1_000_000;
            close(entry);
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected Duration step() {
        if (sweptAt == 0 || System.nanoTime() - sweptAt > SWEEP_NANOS) {
            sweep();
            sweptAt = System.nanoTime();
        }
        startedAt = startedAt == 0 ? System.nanoTime() : startedAt;
        if (!recalled && System.nanoTime() - startedAt >= settings.recallSeconds() * 1_000_000_000L) {
            recall();
            recalled = true;
        }
        boolean warming = false;
        for (var next : open()) {
            if (!isRunning()) {
                return POLL;
            }
            advance(next.getKey(), next.getValue());
            ColumnStore store = next.getValue().store;
            warming |= store != null && next.getValue().ready && store.warm();
        }
        closeIdle();
        return warming ? Duration.ZERO : POLL;
    }

    /** Opens the stores that were in use before the restart, so that the first question finds them read. */
    private void recall() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            List<WorkspaceId> latest = files.filter(file -> file.toString().endsWith(".duckdb"))
                    .map(Path::toFile)
                    .filter(file -> clock.millis() - file.lastModified() < RECALLED_MILLIS)
                    .sorted(Comparator.comparingLong(File::lastModified).reversed())
                    .map(file -> FILE.matcher(file.getName()))
                    .filter(Matcher::matches)
                    .limit(MOST_OPEN / 2)
                    .map(name -> new WorkspaceId(UUID.fromString(name.group(1))))
                    .toList();
            lock.lock();
            try {
                // The one that was used last is the last to be closed again.
                for (int i = latest.size() - 1; i >= 0; i--) {
                    entries.computeIfAbsent(latest.get(i), key -> new Entry());
                }
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What decoded columns take of the heap now. */
    long decodedBytes() {
        return cache.used();
    }

    @Override
    protected void finish() {
        lock.lock();
        try {
            entries.values().forEach(ColumnStores::close);
            entries.clear();
            startedAt = 0;
            recalled = false;
        } finally {
            lock.unlock();
        }
    }

    /** Removes what is left of workspaces that do not exist any more, be it from before this process began. */
    private void sweep() {
        Set<UUID> known = new HashSet<>();
        open().forEach(entry -> known.add(entry.getKey().id()));
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                files.map(file -> FILE.matcher(file.getFileName().toString()))
                        .filter(Matcher::matches)
                        .forEach(name -> known.add(UUID.fromString(name.group(1))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (known.isEmpty()) {
            return;
        }
        known.removeAll(logs.state().existing(known));
        for (UUID gone : known) {
            remove(new WorkspaceId(gone));
        }
    }

    private void remove(WorkspaceId workspace) {
        lock.lock();
        try {
            Entry entry = entries.remove(workspace);
            if (entry != null) {
                entry.ready = false;
                close(entry);
            }
            StoreFile.delete(file(workspace));
            log.info("removed the column store of {}, which is no workspace any more", workspace.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }

    /** Where the columns of a workspace are on this node. */
    public Path file(WorkspaceId workspace) {
        return folder.resolve(workspace.id() + ".duckdb");
    }

    private ColumnStore open(WorkspaceId workspace) throws SQLException {
        return ColumnStore.open(workspace, logs, file(workspace), cache, settings);
    }

    /** The store itself, or a new one where it was read from another state of the database than there is now. */
    private ColumnStore current(WorkspaceId workspace, Entry entry, ColumnStore store) throws SQLException {
        if (entry.checkedAt != 0 && System.nanoTime() - entry.checkedAt < CHECK_NANOS) {
            return store;
        }
        entry.checkedAt = System.nanoTime();
        if (!store.isStale()) {
            return store;
        }
        log.warn(
                "the column store of {} was read from another state of the database and is built anew", workspace.id());
        lock.lock();
        try {
            entry.ready = false;
            entry.read = 0;
            close(entry);
            StoreFile.delete(file(workspace));
            return open(workspace);
        } catch (IOException e) {
            throw new SQLException("a stale column store cannot be removed", e);
        } finally {
            lock.unlock();
        }
    }

    private List<Map.Entry<WorkspaceId, Entry>> open() {
        lock.lock();
        try {
            return entries.entrySet().stream()
                    .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private void advance(WorkspaceId workspace, Entry entry) {
        if (entry.store == null && System.nanoTime() < entry.retryAt) {
            return;
        }
        try {
            ColumnStore store = entry.store;
            if (store == null) {
                store = open(workspace);
                entry.store = store;
                entry.checkedAt = 0;
            }
            store = current(workspace, entry, store);
            entry.store = store;
            catchUp(entry, store);
            if (!entry.ready) {
                lock.lock();
                try {
                    entry.ready = true;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
            store.tidy();
        } catch (SQLException | RuntimeException e) {
            fail(workspace, entry, e);
        }
    }

    private void closeIdle() {
        lock.lock();
        try {
            var oldest = entries.entrySet().iterator();
            while (entries.size() > MOST_OPEN && oldest.hasNext()) {
                close(oldest.next().getValue());
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Entry entry) {
        ColumnStore store = entry.store;
        entry.store = null;
        if (store != null) {
            store.close();
        }
    }
}
