package io.opsdeck.core.export;

import io.opsdeck.core.job.JobHandler;
import io.opsdeck.core.job.JobRun;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes an export into a temporary file within one snapshot, and stores it whole together with the end of the job. After
 * a crash it begins anew, and nothing of the first try is left.
 */
@Component
class ExportJob implements JobHandler {

    private final ExportSources sources;
    private final ExportRights rights;
    private final Exports exports;
    private final ExportReaders readers;
    private final Workspaces workspaces;
    private final MessageSource messages;
    private final TransactionTemplate snapshot;

    ExportJob(
            ExportSources sources,
            ExportRights rights,
            Exports exports,
            ExportReaders readers,
            Workspaces workspaces,
            MessageSource messages,
            PlatformTransactionManager transactions) {
        this.sources = sources;
        this.rights = rights;
        this.exports = exports;
        this.readers = readers;
        this.workspaces = workspaces;
        this.messages = messages;
        this.snapshot = new TransactionTemplate(transactions);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
    }

    @Override
    public String kind() {
        return Exports.KIND;
    }

    @Override
    public Object run(JobRun run) throws IOException {
        Optional<ExportResult> stored = run.cursor(ExportResult.class);
        if (stored.isPresent()) {
            return stored.get();
        }
        ExportOrder order = run.parameters(ExportOrder.class);
        Access owner = rights.of(order.member(), order.permissions());
        ExportSource source = sources.require(order.list(), owner);
        List<Access> others = readers.of(exports.recipients(run.id()), source);
        Access access = seenByAll(owner, others);
        try (var file = new UnnamedFile()) {
            ExportResult result = Objects.requireNonNull(snapshot.execute(status -> {
                try {
                    return write(order, source, access, file.output(), run);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            InputStream content = file.input();
            run.checkpoint(
                    result,
                    result.rows(),
                    () -> exports.keep(run.id(), order, source, access, result, content, others));
            return result;
        }
    }

    /** Contact data is masked for all as soon as it is for one of them. */
    private static Access seenByAll(Access owner, List<Access> others) {
        if (others.stream().allMatch(other -> other.may(Permission.PROFILE_CONTACT_READ))) {
            return owner;
        }
        Set<Permission> less = EnumSet.copyOf(owner.permissions());
        less.remove(Permission.PROFILE_CONTACT_READ);
        return owner.within(less);
    }

    private ExportResult write(ExportOrder order, ExportSource source, Access access, OutputStream out, JobRun run)
            throws IOException {
        source.count(order.query(), access).ifPresent(run::total);
        List<String> keys = source.columns().stream().map(ExportColumn::key).toList();
        int[] places = order.columns().stream().mapToInt(keys::indexOf).toArray();
        var zone = workspaces.require(access.workspace()).settings().timeZone();
        RowCounter rows;
        try (var table = TableFile.of(order.format(), out, titles(source, order), zone)) {
            rows = new RowCounter(table, places, order.format().mostRows(), run::progress);
            source.read(order.query(), access, rows);
        }
        out.flush();
        return new ExportResult(rows.count(), rows.isTruncated());
    }

    private List<String> titles(ExportSource source, ExportOrder order) {
        @Nullable Locale language = order.language();
        if (language == null) {
            return order.columns();
        }
        return order.columns().stream()
                .map(key -> source.columns().stream()
                        .filter(column -> column.key().equals(key))
                        .findFirst()
                        .map(column -> messages.getMessage(column.title(), null, key, language))
                        .orElse(key))
                .map(Objects::requireNonNull)
                .toList();
    }
}
