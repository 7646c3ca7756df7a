package io.opsdeck.analytics.dataimport;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.SourceId;
import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.file.FileId;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.text.SpreadsheetText;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.Charset;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The files that members of the current workspace brought, and what became of them. */
@Service
@Transactional(readOnly = true)
public class Imports {

    /** The largest file, as uploaded. */
    public static final long MOST_BYTES = 200L << 20;

    private static final int SHOWN_ROWS = 20;
    private static final LocalDate ACCEPT_FROM = LocalDate.of(1970, 1, 1);
    private static final UUID LAST = new UUID(-1, -1);
    private static final String SELECT = """
            select id, file_id, file_name, charset, delimiter, header, rows, sample::text, mapping::text, source_id,
              rehearsal_id, job_id, created_by, created_at, sheet, sheets, header_line
            from analytics.data_import
            """;

    private final JdbcClient jdbc;
    private final FileStore files;
    private final Jobs jobs;
    private final EventSources sources;
    private final Workspaces workspaces;
    private final AuditTrail audit;
    private final Ids ids;
    private final Clock clock;
    private final JsonMapper json;

    Imports(
            JdbcClient jdbc,
            FileStore files,
            Jobs jobs,
            EventSources sources,
            Workspaces workspaces,
            AuditTrail audit,
            Ids ids,
            Clock clock,
            JsonMapper json) {
        this.jdbc = jdbc;
        this.files = files;
        this.jobs = jobs;
        this.sources = sources;
        this.workspaces = workspaces;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
        this.json = json;
    }

    /**
     * A file and how it is read.
     *
     * @param layout how the file is read
     * @param rows behind the header
     * @param sample the first rows, at most {@value Imports#SHOWN_ROWS}
     * @param source null until it runs
     * @param rehearsal the last dry run, or null
     * @param job the run that stores, or null
     */
    public record ImportView(
            ImportId id,
            FileId file,
            String fileName,
            TableLayout layout,
            List<String> header,
            long rows,
            List<List<String>> sample,
            ImportMapping mapping,
            @Nullable SourceId source,
            @Nullable JobId rehearsal,
            @Nullable JobId job,
            String createdBy,
            Instant createdAt) {

        /** How its text is written; null of a workbook. */
        public @Nullable String charset() {
            return layout instanceof TableLayout.Text text ? text.charset().displayName() : null;
        }

        /** The sheet of a workbook that is imported; null of text. */
        public @Nullable String sheet() {
            return layout instanceof TableLayout.Sheet sheet ? sheet.name() : null;
        }

        /** The sheets of a workbook to choose from; empty of text. */
        public List<String> sheets() {
            return layout instanceof TableLayout.Sheet sheet ? sheet.choices() : List.of();
        }
    }

    /**
     * A row that a run could not take.
     *
     * @param line in the file, from 1
     * @param column null where it is the row as a whole
     * @param code of a {@link RowFault} or an {@link io.opsdeck.analytics.event.EventFault}
     * @param cells the row as it stood
     */
    public record ImportErrorRow(
            long line, @Nullable String column, @Nullable String value, String code, List<String> cells) {}

    /** What the job of an import is told. */
    record Order(UUID importId, boolean rehearsal) {}

    /**
     * Stores a file, learns its shape and suggests a mapping: that of the last import with the same columns, else a
     * guess.
     *
     * @param sheet of a workbook, or null for the first that holds rows
     * @throws IOException if the upload cannot be read
     * @throws io.opsdeck.core.error.OpsdeckException an {@link ImportError} or {@link
     *     io.opsdeck.core.file.FileError} for a file that is none or too large
     */
    @Transactional(rollbackFor = IOException.class)
    public ImportId upload(String name, InputStream content, @Nullable String sheet) throws IOException {
        FileStore.FileView file = files.store(name, content, MOST_BYTES);
        var id = new ImportId(ids.next());
        save(id, file.id(), file.name(), TableFile.inspect(() -> files.open(file.id()), sheet));
        return id;
    }

    /** As {@link #upload(String, InputStream, String)}, for a file without sheets to choose from. */
    @Transactional(rollbackFor = IOException.class)
    public ImportId upload(String name, InputStream content) throws IOException {
        return upload(name, content, null);
    }

    /**
     * Reads another sheet of the workbook, and suggests a mapping for it.
     *
     * @throws io.opsdeck.core.error.OpsdeckException an {@link ImportError}, such as {@link ImportError#IMPORT_DONE}
     */
    @Transactional
    public void choose(ImportId id, String sheet) {
        ImportView view = idle(id);
        save(id, view.file(), view.fileName(), TableFile.inspect(() -> files.open(view.file()), sheet));
    }

    private void save(ImportId id, FileId file, String fileName, TableFile table) {
        ImportMapping mapping =
                lastMapping(table.header()).orElseGet(() -> new MappingSuggestion(table).suggest(zone(), fileName));
        List<List<String>> shown =
                table.sample().subList(0, Math.min(SHOWN_ROWS, table.sample().size()));
        TableLayout.Text text = table.layout() instanceof TableLayout.Text layout ? layout : null;
        TableLayout.Sheet sheet = table.layout() instanceof TableLayout.Sheet layout ? layout : null;
        jdbc.sql("""
                        insert into analytics.data_import (id, workspace_id, file_id, file_name, charset, delimiter, sheet,
                          sheets, header_line, header, rows, sample, mapping, created_by, created_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
                        on conflict (id) do update set sheet = excluded.sheet, header_line = excluded.header_line,
                          header = excluded.header, rows = excluded.rows, sample = excluded.sample,
                          mapping = excluded.mapping, rehearsal_id = null
                        """)
                .param(id.id())
                .param(CurrentWorkspace.require().id())
                .param(file.id())
                .param(fileName)
                .param(text == null ? null : text.charset().name())
                .param(text == null ? null : String.valueOf(text.delimiter()))
                .param(sheet == null ? null : sheet.name())
                .param(sheet == null ? null : sheet.choices().toArray(String[]::new))
                .param(sheet == null ? null : sheet.headerLine())
                .param(table.header().toArray(String[]::new))
                .param(table.rows())
                .param(json.writeValueAsString(shown))
                .param(mapping.toJson(json))
                .param(Actor.current().name())
                .param(Timestamp.from(clock.instant()))
                .update();
    }

    public ImportView require(ImportId id) {
        return jdbc.sql(SELECT + " where id = ?")
                .param(id.id())
                .query(this::view)
                .optional()
                .orElseThrow(ImportError.IMPORT_NOT_FOUND::exception);
    }

    /** Newest first; {@code cursor} is where the last page ended, or null for the first. */
    public Page<ImportView> page(@Nullable String cursor, int limit) {
        UUID before = cursor == null ? LAST : ImportId.of(cursor).id();
        List<ImportView> rows = jdbc.sql(SELECT + " where id < ? order by id desc limit ?")
                .params(before, limit + 1)
                .query(this::view)
                .list();
        return Page.of(rows, limit, last -> last.id().toString());
    }

    /** Reads a mapping in the API's JSON for a file; see {@link ImportMapping#of}. */
    public ImportMapping mapping(ImportId id, String text) {
        ImportMapping mapping = ImportMapping.of(text, zone(), json);
        mapping.check(require(id).header());
        return mapping;
    }

    /** What the first rows become, up to three events as JSON. */
    public List<String> preview(ImportId id, ImportMapping mapping) {
        ImportView view = require(id);
        return RowReader.preview(mapping, view.layout(), view.header(), view.sample(), json);
    }

    /** Starts a dry run: everything is read and judged, nothing is stored. */
    @Transactional
    public JobId rehearse(ImportId id, ImportMapping mapping) {
        ImportView view = ready(id, mapping);
        JobId job = jobs.start(ImportJob.REHEARSAL, view.fileName(), new Order(id.id(), true));
        UUID source = importSource().map(SourceId::id).orElse(null);
        jdbc.sql("update analytics.data_import set rehearsal_id = ?, source_id = ?, mapping = ?::jsonb where id = ?")
                .param(job.id())
                .param(source)
                .param(mapping.toJson(json))
                .param(id.id())
                .update();
        return job;
    }

    /**
     * Starts to import. An import runs once; when it ended with less than everything, its job can be retried.
     *
     * @param source null for the workspace's source of imports, which is made with the first one
     */
    @Transactional
    public JobId run(ImportId id, ImportMapping mapping, @Nullable SourceId source) {
        ImportView view = ready(id, mapping);
        SourceId into = source == null
                ? importSource()
                        .orElseGet(() -> sources.create("CSV", EventSources.Kind.IMPORT, ACCEPT_FROM)
                                .id())
                : sources.require(source).id();
        JobId job = jobs.start(ImportJob.KIND, view.fileName(), new Order(id.id(), false));
        jdbc.sql("update analytics.data_import set job_id = ?, source_id = ?, mapping = ?::jsonb where id = ?")
                .params(job.id(), into.id(), mapping.toJson(json), id.id())
                .update();
        audit.record(
                "import.started",
                "import",
                id.toString(),
                view.fileName(),
                Map.of(),
                Map.of("rows", view.rows(), "kind", mapping.kind().key()));
        return job;
    }

    /** The first rows that a run could not take, in the order of the file, behind {@code line}. */
    public List<ImportErrorRow> errors(JobId job, long line, int limit) {
        return jdbc.sql("select line, column_name, value, code, cells from analytics.import_error"
                        + " where job_id = ? and line > ? order by line limit ?")
                .params(job.id(), line, limit)
                .query((row, number) -> new ImportErrorRow(
                        row.getLong(1), row.getString(2), row.getString(3), row.getString(4), List.of((String[])
                                row.getArray(5).getArray())))
                .list();
    }

    /**
     * The import of the last file that a link brought.
     *
     * @param run only one that was started
     */
    Optional<ImportView> lastOfLink(ImportLinkId link, boolean run) {
        return jdbc.sql(SELECT + " where link_id = ? and (job_id is not null or not ?) order by id desc limit 1")
                .params(link.id(), run)
                .query(this::view)
                .optional();
    }

    /** The import that a job belongs to, if it is the job of one. */
    public Optional<ImportView> ofJob(JobId job) {
        return jdbc.sql(SELECT + " where job_id = ? or rehearsal_id = ?")
                .params(job.id(), job.id())
                .query(this::view)
                .optional();
    }

    /**
     * Writes the rows that a run could not take as CSV, with their own columns first, so that they can be mended and
     * imported again; line, column and reason follow.
     *
     * @param reason the text of an error code
     */
    public void writeErrors(JobId job, Writer out, BiFunction<String, ImportErrorRow, String> reason)
            throws IOException {
        ImportView view = ofJob(job).orElseThrow(ImportError.IMPORT_NOT_FOUND::exception);
        try (var csv = CsvWriter.builder().build(out)) {
            var head = new ArrayList<>(view.header());
            head.addAll(List.of("_line", "_column", "_reason"));
            csv.writeRecord(head.stream().map(SpreadsheetText::inert).toList());
            List<ImportErrorRow> rows = errors(job, 0, 1_000);
            while (!rows.isEmpty()) {
                for (ImportErrorRow row : rows) {
                    var cells = new ArrayList<String>(row.cells());
                    while (cells.size() < view.header().size()) {
                        cells.add("");
                    }
                    cells.add(String.valueOf(row.line()));
                    cells.add(row.column() == null ? "" : row.column());
                    cells.add(reason.apply(row.code(), row));
                    csv.writeRecord(cells.stream().map(SpreadsheetText::inert).toList());
                }
                rows = errors(job, rows.get(rows.size() - 1).line(), 1_000);
            }
        }
    }

    private ImportView ready(ImportId id, ImportMapping mapping) {
        ImportView view = idle(id);
        mapping.check(view.header());
        return view;
    }

    /** An import that has not run, locked. */
    private ImportView idle(ImportId id) {
        Boolean started = jdbc.sql("select job_id is not null from analytics.data_import where id = ? for update")
                .param(id.id())
                .query(Boolean.class)
                .optional()
                .orElseThrow(ImportError.IMPORT_NOT_FOUND::exception);
        if (started) {
            throw ImportError.IMPORT_DONE.exception();
        }
        ImportView view = require(id);
        boolean running = view.rehearsal() != null
                && jobs.require(view.rehearsal()).state().isOpen();
        if (running) {
            throw ImportError.IMPORT_RUNNING.exception();
        }
        return view;
    }

    private Optional<SourceId> importSource() {
        return sources.list().stream()
                .filter(source -> source.kind() == EventSources.Kind.IMPORT && source.disabledAt() == null)
                .findFirst()
                .map(EventSources.SourceView::id);
    }

    private Optional<ImportMapping> lastMapping(List<String> header) {
        return jdbc.sql(
                        "select mapping::text from analytics.data_import where header = ?::text[] and job_id is not null"
                                + " order by id desc limit 1")
                .param(header.toArray(String[]::new))
                .query(String.class)
                .optional()
                .map(text -> ImportMapping.of(text, zone(), json));
    }

    private ZoneId zone() {
        return workspaces.require(CurrentWorkspace.require()).settings().timeZone();
    }

    private ImportView view(ResultSet row, int number) throws SQLException {
        String[][] sample = json.readValue(row.getString(8), String[][].class);
        return new ImportView(
                new ImportId(row.getObject(1, UUID.class)),
                new FileId(row.getObject(2, UUID.class)),
                row.getString(3),
                layout(row),
                List.of((String[]) row.getArray(6).getArray()),
                row.getLong(7),
                Arrays.stream(sample).map(List::of).toList(),
                ImportMapping.of(row.getString(9), ZoneId.of("UTC"), json),
                Optional.ofNullable(row.getObject(10, UUID.class))
                        .map(SourceId::new)
                        .orElse(null),
                job(row.getObject(11, UUID.class)),
                job(row.getObject(12, UUID.class)),
                row.getString(13),
                row.getTimestamp(14).toInstant());
    }

    private static TableLayout layout(ResultSet row) throws SQLException {
        String sheet = row.getString("sheet");
        if (sheet == null) {
            return new TableLayout.Text(
                    Charset.forName(row.getString("charset")),
                    row.getString("delimiter").charAt(0));
        }
        var choices = List.of((String[]) row.getArray("sheets").getArray());
        return new TableLayout.Sheet(sheet, choices, row.getLong("header_line"));
    }

    private static @Nullable JobId job(@Nullable UUID id) {
        return id == null ? null : new JobId(id);
    }
}
