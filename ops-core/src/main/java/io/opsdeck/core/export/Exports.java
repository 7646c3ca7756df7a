package io.opsdeck.core.export;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.file.FileId;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.file.FileStore.FileView;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The exports of the current workspace. An export is named by its job; only who asked for it and its recipients see it. */
@Service
@Transactional(readOnly = true)
public class Exports {

    /** Of the jobs. */
    public static final String KIND = "export";

    /** How long a file is offered. */
    public static final Duration OFFERED = Duration.ofHours(24);

    private static final int MOST_OPEN = 3;
    private static final long MOST_BYTES = 2L << 30;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmm");

    private final ExportSources sources;
    private final Jobs jobs;
    private final FileStore files;
    private final Workspaces workspaces;
    private final Webhooks webhooks;
    private final ExportReaders readers;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    Exports(
            ExportSources sources,
            Jobs jobs,
            FileStore files,
            Workspaces workspaces,
            Webhooks webhooks,
            ExportReaders readers,
            AuditTrail audit,
            JdbcClient jdbc,
            Clock clock) {
        this.sources = sources;
        this.jobs = jobs;
        this.files = files;
        this.workspaces = workspaces;
        this.webhooks = webhooks;
        this.readers = readers;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A file that may be handed out. */
    public record ExportFile(FileView file, ExportFormat format) {}

    /** Whether there is a list of this name that {@code access} may export. */
    public boolean offers(String list, Access access) {
        return access.may(Permission.EXPORT_RUN)
                && sources.find(list)
                        .filter(source -> access.may(source.permission()))
                        .isPresent();
    }

    /** The columns of a list. */
    public List<ExportColumn> columns(String list, Access access) {
        return sources.require(list, access).columns();
    }

    /** About how many rows a list has, as far as that is known without reading them. */
    public OptionalLong count(String list, ListQuery query, Access access) {
        return sources.require(list, access).count(query, access);
    }

    /** Whether {@code access} gets contact data of this list masked. */
    public boolean isMasked(String list, Access access) {
        return sources.require(list, access).isPersonal() && !access.may(Permission.PROFILE_CONTACT_READ);
    }

    /** Starts the job that writes the file, with the rights of {@code by} and in his name. */
    @Transactional
    public JobId start(StartExport wish, Access by) {
        ExportOrder order = order(wish, by);
        if (open(by.member()) >= MOST_OPEN) {
            throw ExportError.TOO_MANY_EXPORTS.exception(MOST_OPEN);
        }
        return start(order, List.of());
    }

    /** What a wish of {@code by} comes to, if it can be met now. */
    ExportOrder order(StartExport wish, Access by) {
        ExportSource source = sources.require(wish.list(), by);
        source.count(wish.query(), by);
        List<String> columns = ExportSources.columns(source, wish.columns());
        return new ExportOrder(
                wish.list(),
                wish.query().toString(),
                wish.format(),
                columns,
                wish.titles() == null ? null : wish.titles().toLanguageTag(),
                by.member(),
                by.permissions().stream().map(Permission::key).sorted().toList());
    }

    /** Part of the caller's transaction; what the member may do is looked at when the job runs. */
    @Transactional(propagation = Propagation.MANDATORY)
    JobId start(ExportOrder order, List<UUID> recipients) {
        String stamp = STAMP.format(clock.instant()
                .atZone(workspaces
                        .require(CurrentWorkspace.require())
                        .settings()
                        .timeZone()));
        String name = order.list() + "-" + stamp + "." + order.format().key();
        JobId job = jobs.start(KIND, name, order);
        jdbc.sql("insert into core.export (job_id, workspace_id, member_id, list, format, filter, recipients)"
                        + " values (?, core.current_workspace(), ?, ?, ?, ?, ?)")
                .param(job.id())
                .param(order.member())
                .param(order.list())
                .param(order.format().name())
                .param(order.filter())
                .param(recipients.toArray(UUID[]::new))
                .update();
        return job;
    }

    /** @throws io.opsdeck.core.error.OpsdeckException {@link ExportError#EXPORT_NOT_FOUND}, also for other members */
    public ExportView require(JobId id, Access access) {
        return view(row(id, access));
    }

    /**
     * The file, if it is complete, not a day old, and holds nothing that {@code access} may not see now.
     */
    @Transactional
    public ExportFile file(JobId id, Access access) {
        Row row = row(id, access);
        ExportView view = view(row);
        ExportSource source = sources.require(row.list, access);
        if (view.result() == null || view.job().state() != JobState.SUCCEEDED) {
            throw ExportError.EXPORT_NOT_READY.exception();
        }
        if (row.clear && !access.may(Permission.PROFILE_CONTACT_READ)) {
            throw CoreError.FORBIDDEN.exception(Permission.PROFILE_CONTACT_READ.key());
        }
        if (!view.offered() || row.file == null) {
            throw ExportError.EXPORT_EXPIRED.exception();
        }
        FileView file = files.require(new FileId(row.file));
        audit.record(
                "export.downloaded",
                "export",
                id.toString(),
                file.name(),
                Map.of(),
                Map.of("list", source.key(), "rows", view.result().rows()));
        return new ExportFile(file, row.format);
    }

    /** Who besides the member gets the link. */
    List<UUID> recipients(JobId id) {
        return jdbc.sql("select unnest(recipients) from core.export where job_id = ?")
                .param(id.id())
                .query(UUID.class)
                .list();
    }

    /** Stores the file that a job wrote. Part of the transaction in which the job ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    void keep(
            JobId id,
            ExportOrder order,
            ExportSource source,
            Access access,
            ExportResult result,
            InputStream content,
            List<Access> others) {
        JobView job = jobs.require(id);
        FileView file;
        try {
            file = files.store(job.subject(), content, MOST_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean clear = source.isPersonal() && access.may(Permission.PROFILE_CONTACT_READ);
        jdbc.sql("update core.export set file_id = ?, rows = ?, truncated = ?, clear = ?, expires_at = ?"
                        + " where job_id = ?")
                .params(
                        file.id().id(),
                        result.rows(),
                        result.truncated(),
                        clear,
                        Timestamp.from(clock.instant().plus(OFFERED)),
                        id.id())
                .update();
        audit.record(
                "export.made",
                "export",
                id.toString(),
                file.name(),
                Map.of(),
                Map.of(
                        "list",
                        order.list(),
                        "filter",
                        ContactMask.within(order.filter()),
                        "columns",
                        String.join(", ", order.columns()),
                        "rows",
                        result.rows(),
                        "masked",
                        source.isPersonal() && !clear));
        readers.tell(id, file.name(), others);
        webhooks.publish(
                "export.ready",
                Map.of(
                        "job",
                        id.toString(),
                        "list",
                        order.list(),
                        "format",
                        order.format().key(),
                        "rows",
                        result.rows()));
    }

    private int open(UUID member) {
        return jdbc.sql("select count(*) from core.export e join core.job j on j.id = e.job_id"
                        + " where e.member_id = ? and j.state in ('WAITING', 'RUNNING')")
                .param(member)
                .query(Integer.class)
                .single();
    }

    private record Row(
            JobId job,
            String list,
            ExportFormat format,
            String filter,
            @Nullable UUID file,
            @Nullable ExportResult result,
            boolean clear,
            @Nullable Instant expiresAt) {}

    private Row row(JobId id, Access access) {
        Optional<Row> row = jdbc.sql("select list, format, filter, file_id, rows, truncated, coalesce(clear, false),"
                        + " expires_at from core.export where job_id = ? and (member_id = ? or ? = any(recipients))")
                .params(id.id(), access.member(), access.member())
                .query((found, number) -> row(id, found))
                .optional();
        return row.orElseThrow(ExportError.EXPORT_NOT_FOUND::exception);
    }

    private static Row row(JobId id, ResultSet row) throws SQLException {
        Timestamp expires = row.getTimestamp(8);
        return new Row(
                id,
                row.getString(1),
                ExportFormat.valueOf(row.getString(2)),
                row.getString(3),
                row.getObject(4, UUID.class),
                expires == null ? null : new ExportResult(row.getLong(5), row.getBoolean(6)),
                row.getBoolean(7),
                expires == null ? null : expires.toInstant());
    }

    private ExportView view(Row row) {
        JobView job = jobs.require(row.job);
        boolean offered = job.state() == JobState.SUCCEEDED
                && row.file != null
                && row.expiresAt != null
                && clock.instant().isBefore(row.expiresAt);
        return new ExportView(job, row.list, row.format, row.filter, row.result, row.expiresAt, offered);
    }
}
