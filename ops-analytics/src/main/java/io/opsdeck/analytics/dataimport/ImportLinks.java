package io.opsdeck.analytics.dataimport;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.dataimport.Fetched.Outcome;
import io.opsdeck.analytics.dataimport.Imports.ImportView;
import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.http.OutboundHttp;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Addresses from which the current workspace imports a file, again and again. A fetch is a job. The first file waits for
 * somebody who says what its columns are; later ones are imported as the last one was.
 */
@Service
@Transactional(readOnly = true)
public class ImportLinks {

    private static final int MOST = 50;
    private static final int LONGEST_NAME = 120;
    private static final int LONGEST_TAG = 1_000;
    private static final String SELECT =
            "select id, name, url, etag, last_modified, sha256, fetch_id, created_by, created_at from analytics.import_link";

    private final OutboundHttp http;
    private final Imports imports;
    private final Jobs jobs;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Ids ids;
    private final Clock clock;

    ImportLinks(
            OutboundHttp http,
            Imports imports,
            Jobs jobs,
            AuditTrail audit,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Ids ids,
            Clock clock) {
        this.http = http;
        this.imports = imports;
        this.jobs = jobs;
        this.audit = audit;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A link.
     *
     * @param etag what the server called the last file, or null
     * @param lastModified when the server changed the last file, as it says it, or null
     * @param sha256 of the last file, or null before the first
     * @param fetch the last one
     */
    public record LinkView(
            ImportLinkId id,
            String name,
            String url,
            @Nullable String etag,
            @Nullable String lastModified,
            @Nullable String sha256,
            @Nullable JobId fetch,
            String createdBy,
            Instant createdAt) {

        /** Where the file comes from, for the screen: the address may hold a key. */
        public String host() {
            return URI.create(url).getHost();
        }
    }

    /** What the job of a fetch is told. */
    record Order(UUID link) {}

    /** Oldest first. */
    public List<LinkView> list() {
        return jdbc.sql(SELECT + " order by id").query(ImportLinks::view).list();
    }

    public LinkView require(ImportLinkId id) {
        return jdbc.sql(SELECT + " where id = ?")
                .param(id.id())
                .query(ImportLinks::view)
                .optional()
                .orElseThrow(ImportError.IMPORT_LINK_NOT_FOUND::exception);
    }

    /**
     * Adds a link and fetches its file. Looks the host up, and so begins its own transaction afterwards.
     *
     * @param name shown instead of the address; empty for the end of its path
     */
    @Transactional(propagation = Propagation.NEVER)
    public ImportLinkId add(String name, String url) {
        if (url.isBlank()) {
            throw CoreError.REQUIRED.at("/url");
        }
        if (name.strip().length() > LONGEST_NAME) {
            throw CoreError.TOO_LONG.at("/name", LONGEST_NAME);
        }
        URI address = http.check(url, "/url");
        String shown = name.isBlank() ? fileName(address) : name.strip();
        var id = new ImportLinkId(ids.next());
        return requireNonNull(transactions.execute(status -> {
            // Whoever adds one at the same moment waits here, so that the count holds.
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended('import_link' || core.current_workspace(), 0))")
                    .query((row, number) -> number)
                    .list();
            if (list().size() >= MOST) {
                throw ImportError.TOO_MANY_IMPORT_LINKS.exception(MOST);
            }
            jdbc.sql("insert into analytics.import_link (id, workspace_id, name, url, created_by, created_at)"
                            + " values (?, ?, ?, ?, ?, ?)")
                    .param(id.id())
                    .param(CurrentWorkspace.require().id())
                    .param(shown)
                    .param(address.toString())
                    .param(Actor.current().name())
                    .param(Timestamp.from(clock.instant()))
                    .update();
            audit.record(
                    "import.link_added",
                    "import_link",
                    id.toString(),
                    shown,
                    Map.of(),
                    Map.of("host", address.getHost()));
            fetch(id);
            return id;
        }));
    }

    /** Starts to fetch the file. */
    @Transactional
    public JobId fetch(ImportLinkId id) {
        LinkView link = locked(id);
        if (link.fetch() != null && jobs.require(link.fetch()).state().isOpen()) {
            throw ImportError.IMPORT_LINK_BUSY.exception();
        }
        JobId job = jobs.start(FetchJob.KIND, link.name(), new Order(id.id()));
        jdbc.sql("update analytics.import_link set fetch_id = ? where id = ?")
                .params(job.id(), id.id())
                .update();
        return job;
    }

    /** What was imported from it stays. */
    @Transactional
    public void remove(ImportLinkId id) {
        LinkView link = locked(id);
        jdbc.sql("delete from analytics.import_link where id = ?")
                .param(id.id())
                .update();
        audit.record(
                "import.link_removed",
                "import_link",
                id.toString(),
                link.name(),
                Map.of("host", link.host()),
                Map.of());
    }

    /** The import of the last file that a link brought. */
    public Optional<ImportView> lastImport(ImportLinkId id) {
        return imports.lastOfLink(id, false);
    }

    /** The link that a job fetched, if it is still there. */
    public Optional<LinkView> ofJob(JobId job) {
        return jdbc.sql(SELECT + " where fetch_id = ?")
                .param(job.id())
                .query(ImportLinks::view)
                .optional();
    }

    /** What the server sends when the file is the one that is known already. */
    @Transactional
    Fetched unchanged(ImportLinkId id) {
        return new Fetched(
                Outcome.UNCHANGED, lastImport(id).map(view -> view.id().id()).orElse(null));
    }

    /**
     * Takes a file that was fetched; the same file again changes nothing.
     *
     * @throws IOException if the copy cannot be read
     */
    @Transactional(rollbackFor = IOException.class)
    Fetched take(ImportLinkId id, InputStream file, String sha256, @Nullable String etag, @Nullable String lastModified)
            throws IOException {
        LinkView link = locked(id);
        if (sha256.equals(link.sha256())) {
            remember(id, sha256, etag, lastModified);
            return unchanged(id);
        }
        Optional<ImportView> before = imports.lastOfLink(id, true);
        ImportId made = imports.upload(
                fileName(URI.create(link.url())),
                file,
                before.map(ImportView::sheet).orElse(null));
        jdbc.sql("update analytics.data_import set link_id = ? where id = ?")
                .params(id.id(), made.id())
                .update();
        remember(id, sha256, etag, lastModified);
        if (before.isEmpty()) {
            return new Fetched(Outcome.UNMAPPED, made.id());
        }
        imports.run(made, before.get().mapping(), before.get().source());
        return new Fetched(Outcome.IMPORTED, made.id());
    }

    private void remember(ImportLinkId id, String sha256, @Nullable String etag, @Nullable String lastModified) {
        jdbc.sql("update analytics.import_link set sha256 = ?, etag = ?, last_modified = ? where id = ?")
                .param(sha256)
                .param(tag(etag))
                .param(tag(lastModified))
                .param(id.id())
                .update();
    }

    private static @Nullable String tag(@Nullable String header) {
        return header == null || header.length() > LONGEST_TAG ? null : header;
    }

    private LinkView locked(ImportLinkId id) {
        return jdbc.sql(SELECT + " where id = ? for update")
                .param(id.id())
                .query(ImportLinks::view)
                .optional()
                .orElseThrow(ImportError.IMPORT_LINK_NOT_FOUND::exception);
    }

    private static String fileName(URI address) {
        String path = address.getPath() == null ? "" : address.getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String name = last.isBlank() ? address.getHost() : last;
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    private static LinkView view(ResultSet row, int number) throws SQLException {
        UUID fetch = row.getObject(7, UUID.class);
        return new LinkView(
                new ImportLinkId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                fetch == null ? null : new JobId(fetch),
                row.getString(8),
                row.getTimestamp(9).toInstant());
    }
}
