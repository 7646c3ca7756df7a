package io.opsdeck.analytics.store;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.analytics.event.LogReader;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs of one workspace step by step. Behind a full step there is most likely another one, which is read while
 * the first is being written: the database works on one core and the store on the other. Used by one thread at a time.
 */
final class LogFollower {

    private final WorkspaceId workspace;
    private final Logs logs;
    private final int mostRows;
    private @Nullable Ahead ahead;

    /**
     * @param mostRows of each log in one step; at some 600 bytes a row, two steps are what an import takes of the heap
     */
    LogFollower(WorkspaceId workspace, Logs logs, int mostRows) {
        this.workspace = workspace;
        this.logs = logs;
        this.mostRows = mostRows;
    }

    /** How far each log was read. */
    record Cursors(LogPosition events, LogPosition aliases, LogPosition traits, LogPosition erasures) {

        static final Cursors START =
                new Cursors(LogPosition.START, LogPosition.START, LogPosition.START, LogPosition.START);
    }

    /**
     * What a step adds.
     *
     * @param hasMoreEvents whether more events are to be expected
     * @param hasMoreElse whether more of anything else is to be expected
     */
    record Step(
            Batch events,
            List<LogReader.PersonAlias> aliases,
            List<TraitLog.Row> traits,
            List<Erasures.Row> erasures,
            Cursors to,
            boolean hasMoreEvents,
            boolean hasMoreElse) {

        boolean isEmpty() {
            return events.size == 0 && aliases.isEmpty() && traits.isEmpty() && erasures.isEmpty();
        }
    }

    private record Ahead(Cursors from, CompletableFuture<Step> step) {}

    /** Events as the log holds them, in arrays that grow. */
    static final class Batch implements LogReader.EventSink {

        /** Both halves of each id, side by side. */
        long[] persons = new long[128];

        String[] names = new String[64];
        String[] props = new String[64];
        long[] instants = new long[64];
        int size;
        long newest;
        private long tx;
        private long seq;

        /** What each property is of, its name and its value. */
        int[] rowOf = new int[64];

        String[] properties = new String[64];
        String[] values = new String[64];
        int propertyCount;

        /** Takes the properties out of the JSON. */
        void decode() {
            PropertyDecoder.decode(props, size, this::property);
        }

        private void property(int row, String name, String value) {
            if (propertyCount == rowOf.length) {
                int room = 4 * propertyCount;
                rowOf = Arrays.copyOf(rowOf, room);
                properties = Arrays.copyOf(properties, room);
                values = Arrays.copyOf(values, room);
            }
            rowOf[propertyCount] = row;
            properties[propertyCount] = name;
            values[propertyCount++] = value;
        }

        @Override
        public void event(
                long newTx,
                long newSeq,
                long person,
                long personsRest,
                String name,
                long at,
                long receivedAt,
                String json) {
            tx = newTx;
            seq = newSeq;
            if (size == instants.length) {
                int room = 4 * size;
                persons = Arrays.copyOf(persons, 2 * room);
                names = Arrays.copyOf(names, room);
                props = Arrays.copyOf(props, room);
                instants = Arrays.copyOf(instants, room);
            }
            persons[2 * size] = person;
            persons[2 * size + 1] = personsRest;
            names[size] = name;
            props[size] = json;
            instants[size++] = at;
            newest = Math.max(newest, receivedAt);
        }

        @Override
        public LogPosition last() {
            return new LogPosition(tx, seq);
        }
    }

    /** The next step. */
    Step next(Cursors from) {
        Ahead begun = ahead;
        ahead = null;
        Step step = begun != null && begun.from.equals(from) ? await(begun.step) : read(from);
        if (step.hasMoreEvents()) {
            ahead = new Ahead(
                    step.to, CompletableFuture.supplyAsync(() -> read(step.to), LogFollower::onThreadOfItsOwn));
        }
        return step;
    }

    private static Step await(CompletableFuture<Step> step) {
        try {
            return step.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static void onThreadOfItsOwn(Runnable reading) {
        var thread = new Thread(reading, "column-stores-ahead");
        thread.setDaemon(true);
        thread.start();
    }

    private Step read(Cursors from) {
        Step step = logs.state().together(workspace, () -> {
            var batch = new Batch();
            LogState.News news = logs.state().news(from);
            List<Erasures.Row> erasures =
                    news.erasures() ? logs.erasures().follow(workspace, from.erasures, mostRows) : List.of();
            LogPosition events = news.events()
                    ? logs.events().follow(workspace, from.events, news.until(), mostRows, batch)
                    : LogPosition.before(news.until());
            List<LogReader.PersonAlias> aliases =
                    news.aliases() ? logs.events().aliases(workspace, from.aliases, mostRows) : List.of();
            List<TraitLog.Row> traits =
                    news.traits() ? logs.traits().follow(workspace, from.traits, mostRows) : List.of();
            var to = new Cursors(
                    events,
                    aliases.isEmpty()
                            ? from.aliases
                            : aliases.get(aliases.size() - 1).position(),
                    traits.isEmpty()
                            ? from.traits
                            : traits.get(traits.size() - 1).position(),
                    erasures.isEmpty()
                            ? from.erasures
                            : erasures.get(erasures.size() - 1).position());
            boolean more = aliases.size() == mostRows || traits.size() == mostRows || erasures.size() == mostRows;
            return new Step(batch, aliases, traits, erasures, to, batch.size == mostRows, more);
        });
        step.events().decode();
        return step;
    }
}
