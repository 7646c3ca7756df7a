package io.opsdeck.web.job;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.job.JobFilter;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** The list of jobs as a file. */
@Component
class JobExport implements ExportSource {

    private static final int PAGE = 1_000;

    private final Jobs jobs;

    JobExport(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public String key() {
        return "jobs";
    }

    @Override
    public Permission permission() {
        return Permission.JOB_READ;
    }

    @Override
    public List<ExportColumn> columns() {
        return List.of(
                new ExportColumn("id", "export.column.id"),
                new ExportColumn("kind", "job.what"),
                new ExportColumn("subject", "export.column.subject"),
                new ExportColumn("state", "job.state"),
                new ExportColumn("done", "export.column.done"),
                new ExportColumn("total", "export.column.total"),
                new ExportColumn("attempt", "export.column.attempts"),
                new ExportColumn("error", "export.column.error"),
                new ExportColumn("started_by", "job.by"),
                new ExportColumn("created_at", "export.column.created_at"),
                new ExportColumn("started_at", "job.created"),
                new ExportColumn("finished_at", "job.finished"));
    }

    @Override
    public OptionalLong count(ListQuery query, Access access) {
        filter(query);
        return OptionalLong.empty();
    }

    @Override
    public void read(ListQuery query, Access access, ExportRows rows) {
        JobFilter filter = filter(query);
        rows.addAll(
                cursor -> jobs.page(filter, cursor, PAGE),
                job -> Arrays.asList(
                        job.id().toString(),
                        job.kind(),
                        job.subject(),
                        job.state().name().toLowerCase(Locale.ROOT),
                        job.done(),
                        job.total(),
                        job.attempt(),
                        job.errorCode(),
                        job.startedBy(),
                        job.createdAt(),
                        job.startedAt(),
                        job.finishedAt()));
    }

    private static JobFilter filter(ListQuery query) {
        return JobPageController.filter(query.get("kind"), query.get("state"));
    }
}
