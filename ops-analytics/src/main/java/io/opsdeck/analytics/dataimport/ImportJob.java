package io.opsdeck.analytics.dataimport;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.dataimport.Imports.ImportView;
import io.opsdeck.analytics.dataimport.RowReader.RowException;
import io.opsdeck.analytics.event.EventLoad;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.job.JobHandler;
import io.opsdeck.core.job.JobRun;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Imports a file, piece by piece. Before a piece is stored, the job saves what will become of its rows; after a crash the
 * piece is stored again, which changes nothing, and the saved numbers stand. Rows of a grouped file go through a table
 * that sorts them by group first.
 */
final class ImportJob implements JobHandler {

    static final String KIND = "import";
    static final String REHEARSAL = "import.rehearsal";

    private static final String FINISHED = "import.finished";
    private static final int PIECE = 500;
    private static final int MOST_GROUP = 2_000;
    private static final int LONGEST_VALUE = 200;

    private final String kind;
    private final Imports imports;
    private final FileStore files;
    private final EventLoad load;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Webhooks webhooks;
    private final JsonMapper json;

    ImportJob(
            String kind,
            Imports imports,
            FileStore files,
            EventLoad load,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Webhooks webhooks,
            JsonMapper json) {
        this.kind = kind;
        this.imports = imports;
        this.files = files;
        this.load = load;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.webhooks = webhooks;
        this.json = json;
    }

    /**
     * How far it has come.
     *
     * @param staged how many rows of a grouped file stand in the table
     * @param from the key of the last event before the piece that may be stored or not, or null at the start
     * @param to the key of the last event of that piece, or null before the first
     * @param done the rows up to {@code to}
     * @param result up to {@code to}
     * @param told whether webhooks know that it has finished; null for no
     */
    record Position(
            long staged,
            @Nullable String from,
            @Nullable String to,
            long done,
            ImportResult result,
            @Nullable Boolean told) {

        static final Position START = new Position(0, null, null, 0, ImportResult.NONE, null);

        Position piece(String end, long rows, ImportResult with) {
            return new Position(staged, to, end, done + rows, with, told);
        }

        Position failed(ImportResult with) {
            return new Position(staged, from, to, done, with, told);
        }

        Position finished() {
            return new Position(staged, from, to, done, result, true);
        }
    }

    /** The rows of one event; the key is the group, or the line of the row. */
    private record Unit(String key, List<Row> rows) {}

    private record Failure(
            Row row, @Nullable String column, @Nullable String value, String code) {}

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Object run(JobRun run) {
        var order = run.parameters(Imports.Order.class);
        ImportView view = imports.require(new ImportId(order.importId()));
        run.total(view.rows());
        Position at =
                order.rehearsal() ? Position.START : run.cursor(Position.class).orElse(Position.START);
        var work = new Work(run, view, load.into(view.source()), order.rehearsal(), at);
        try (Rows rows = view.layout().rows(() -> files.open(view.file()))) {
            ImportResult result = view.mapping().groupBy() == null ? work.plain(rows) : work.grouped(rows);
            work.tell();
            return result;
        }
    }

    /** One attempt. */
    private final class Work {

        private final JobRun run;
        private final ImportView view;
        private final EventLoad.Session session;
        private final boolean rehearsal;
        private final RowReader reader;
        private final UUID workspace = CurrentWorkspace.require().id();
        private Position at;

        Work(JobRun run, ImportView view, EventLoad.Session session, boolean rehearsal, Position at) {
            this.run = run;
            this.view = view;
            this.session = session;
            this.rehearsal = rehearsal;
            this.reader = new RowReader(view.mapping(), view.layout(), view.header(), json);
            this.at = at;
            if (at.equals(Position.START)) {
                clear("analytics.import_error");
                clear("analytics.import_row");
            }
        }

        ImportResult plain(Iterator<Row> rows) {
            String from = at.from();
            while (from != null && rows.hasNext()) {
                Row row = rows.next();
                reader.pass(row);
                from = from.equals(String.valueOf(row.line())) ? null : from;
            }
            return events(new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public Unit next() {
                    Row row = rows.next();
                    return new Unit(String.valueOf(row.line()), List.of(row));
                }
            });
        }

        ImportResult grouped(Iterator<Row> rows) {
            stage(rows);
            ImportResult result = events(new Groups(at.from()));
            clear("analytics.import_row");
            return result;
        }

        /** Once, whatever becomes of this attempt: that it was told is saved with the telling. */
        void tell() {
            if (rehearsal || at.told() != null) {
                return;
            }
            at = at.finished();
            ImportResult result = at.result();
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("id", view.id().toString());
            facts.put("job", run.id().toString());
            facts.put("kind", view.mapping().kind().key());
            facts.put("rows", view.rows());
            facts.put("created", result.created());
            facts.put("updated", result.updated());
            facts.put("skipped", result.skipped());
            facts.put("failed", result.failed());
            run.checkpoint(at, at.done(), () -> webhooks.publish(FINISHED, facts));
        }

        /** All events behind {@code at.from()}: first, once more, those that may be stored already. */
        private ImportResult events(Iterator<Unit> units) {
            if (at.to() != null) {
                restore(units, at.to());
            }
            var piece = new ArrayList<Unit>(PIECE);
            while (units.hasNext()) {
                piece.add(units.next());
                if (piece.size() == PIECE || !units.hasNext()) {
                    take(piece);
                    piece.clear();
                }
            }
            return at.result();
        }

        private void restore(Iterator<Unit> units, String to) {
            var documents = new ArrayList<byte[]>(PIECE);
            String key = "";
            while (!key.equals(to) && units.hasNext()) {
                Unit unit = units.next();
                key = unit.key();
                try {
                    documents.add(reader.read(unit.rows()));
                } catch (RowException e) {
                    continue;
                }
            }
            session.judge(documents);
            session.store();
        }

        private void take(List<Unit> piece) {
            var failures = new ArrayList<Failure>();
            var documents = new ArrayList<byte[]>(piece.size());
            var read = new ArrayList<Unit>(piece.size());
            long rows = 0;
            for (Unit unit : piece) {
                rows += unit.rows().size();
                try {
                    if (unit.rows().size() > MOST_GROUP) {
                        throw new RowException(
                                RowFault.GROUP_TOO_LARGE, view.mapping().groupBy(), unit.key());
                    }
                    documents.add(reader.read(unit.rows()));
                    read.add(unit);
                } catch (RowException e) {
                    fail(failures, unit, e.column(), e.value(), e.fault().code());
                }
            }
            List<EventLoad.Verdict> verdicts = session.judge(documents);
            long[] fates = new long[EventLoad.Fate.values().length];
            for (int i = 0; i < verdicts.size(); i++) {
                EventLoad.Verdict verdict = verdicts.get(i);
                fates[verdict.fate().ordinal()]++;
                if (verdict.fault() != null) {
                    fail(
                            failures,
                            read.get(i),
                            column(verdict.pointer()),
                            null,
                            verdict.fault().code());
                }
            }
            var result = at.result()
                    .plus(new ImportResult(
                            fates[EventLoad.Fate.CREATED.ordinal()],
                            fates[EventLoad.Fate.UPDATED.ordinal()],
                            fates[EventLoad.Fate.SKIPPED.ordinal()],
                            failures.size()));
            at = at.piece(piece.get(piece.size() - 1).key(), rows, result);
            run.checkpoint(at, at.done(), () -> save(failures));
            if (!rehearsal) {
                int refused = session.store();
                at = at.failed(at.result().plus(new ImportResult(-refused, 0, 0, refused)));
            }
        }

        /** All rows of the event come back, so that it can be mended and imported whole. */
        private static void fail(
                List<Failure> failures, Unit unit, @Nullable String column, @Nullable String value, String code) {
            unit.rows().forEach(row -> failures.add(new Failure(row, column, value, code)));
        }

        /** The column that the place in the event was read from. */
        private @Nullable String column(String pointer) {
            String field = pointer.replaceFirst("^/(properties|traits)/", "/").replaceFirst("^/", "");
            for (var column : view.mapping().columns().entrySet()) {
                for (ImportField target : column.getValue()) {
                    if (field.equals(target.name())
                            || field.equals(target.place().key())) {
                        return column.getKey();
                    }
                }
            }
            return null;
        }

        /** Puts the rows into the table that sorts them. */
        private void stage(Iterator<Row> rows) {
            for (long i = 0; i < at.staged() && rows.hasNext(); i++) {
                rows.next();
            }
            var piece = new ArrayList<Object>(PIECE);
            var failures = new ArrayList<Failure>();
            long count = at.staged();
            while (rows.hasNext()) {
                Row row = rows.next();
                count++;
                try {
                    piece.add(List.of(reader.group(row), row.line(), row.cells()));
                } catch (RowException e) {
                    failures.add(
                            new Failure(row, e.column(), e.value(), e.fault().code()));
                }
                if (count - at.staged() == PIECE || !rows.hasNext()) {
                    var staged = List.copyOf(piece);
                    var failed = List.copyOf(failures);
                    at = new Position(
                            count,
                            at.from(),
                            at.to(),
                            at.done() + failed.size(),
                            at.result().plus(new ImportResult(0, 0, 0, failed.size())),
                            at.told());
                    run.checkpoint(at, at.done(), () -> {
                        save(failed);
                        insert(staged);
                    });
                    piece.clear();
                    failures.clear();
                }
            }
        }

        private void insert(List<Object> rows) {
            jdbc.sql("""
                            insert into analytics.import_row (job_id, workspace_id, group_key, line, cells)
                            select ?, ?, e ->> 0, (e ->> 1)::bigint, array(select jsonb_array_elements_text(e -> 2))
                            from jsonb_array_elements(?::jsonb) e on conflict do nothing
                            """)
                    .params(run.id().id(), workspace, json.writeValueAsString(rows))
                    .update();
        }

        private void save(List<Failure> failures) {
            if (failures.isEmpty()) {
                return;
            }
            var rows = new ArrayList<Object>(failures.size());
            for (Failure failure : failures) {
                String value = failure.value();
                rows.add(Arrays.asList(
                        failure.row().line(),
                        failure.column(),
                        value == null || value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE),
                        failure.code(),
                        failure.row().cells()));
            }
            jdbc.sql("""
                            insert into analytics.import_error (job_id, workspace_id, line, column_name, value, code, cells)
                            select ?, ?, (e ->> 0)::bigint, e ->> 1, e ->> 2, e ->> 3,
                              array(select jsonb_array_elements_text(e -> 4))
                            from jsonb_array_elements(?::jsonb) e on conflict do nothing
                            """)
                    .params(run.id().id(), workspace, json.writeValueAsString(rows))
                    .update();
        }

        private void clear(String table) {
            transactions.executeWithoutResult(status -> jdbc.sql("delete from " + table + " where job_id = ?")
                    .param(run.id().id())
                    .update());
        }

        /** The groups in the order of their keys, read in pages; of a group that is too large, its beginning. */
        private final class Groups implements Iterator<Unit> {

            private static final int PAGE = 2_000;

            private final Deque<Keyed> page = new ArrayDeque<>();
            private String key;
            private long line = Long.MAX_VALUE;
            private boolean more = true;

            private record Keyed(String key, Row row) {}

            Groups(@Nullable String after) {
                this.key = after == null ? "" : after;
            }

            @Override
            public boolean hasNext() {
                return peek() != null;
            }

            @Override
            public Unit next() {
                Keyed first = peek();
                if (first == null) {
                    throw new NoSuchElementException();
                }
                var rows = new ArrayList<Row>();
                for (Keyed next = first; next != null && next.key().equals(first.key()); next = peek()) {
                    if (rows.size() <= MOST_GROUP) {
                        rows.add(next.row());
                    }
                    page.remove();
                }
                return new Unit(first.key(), rows);
            }

            private @Nullable Keyed peek() {
                if (page.isEmpty() && more) {
                    List<Keyed> next = requireNonNull(transactions.execute(status -> jdbc.sql(
                                    "select group_key, line, cells from analytics.import_row"
                                            + " where job_id = ? and (group_key, line) > (?, ?)"
                                            + " order by group_key, line limit " + PAGE)
                            .params(run.id().id(), key, line)
                            .query((row, number) ->
                                    new Keyed(row.getString(1), new Row(row.getLong(2), List.of((String[])
                                            row.getArray(3).getArray()))))
                            .list()));
                    more = next.size() == PAGE;
                    page.addAll(next);
                    if (!next.isEmpty()) {
                        Keyed last = next.get(next.size() - 1);
                        key = last.key();
                        line = last.row().line();
                    }
                }
                return page.peek();
            }
        }
    }
}
