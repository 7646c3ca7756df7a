package io.opsdeck.web.export;

import io.opsdeck.core.export.Exports;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.web.job.JobTarget;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Leads from the job of an export to its file. */
@Component
class ExportTarget implements JobTarget {

    @Override
    public Optional<String> page(JobView job) {
        return job.kind().equals(Exports.KIND) ? Optional.of("/exports/" + job.id()) : Optional.empty();
    }

    @Override
    public Optional<String> file(JobView job) {
        return job.kind().equals(Exports.KIND) && job.state() == JobState.SUCCEEDED
                ? Optional.of("/api/v1/exports/" + job.id() + "/file")
                : Optional.empty();
    }
}
