package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.web.job.JobTarget;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The page of an import is where its jobs are shown. */
@Component
class ImportTarget implements JobTarget {

    private final Imports imports;

    ImportTarget(Imports imports) {
        this.imports = imports;
    }

    @Override
    public Optional<String> page(JobView job) {
        if (job.kind().equals("import.fetch")) {
            return Optional.of("/imports/links");
        }
        return job.kind().startsWith("import")
                ? imports.ofJob(job.id()).map(view -> "/imports/" + view.id())
                : Optional.empty();
    }

    @Override
    public Optional<String> errors(JobView job) {
        return job.kind().startsWith("import")
                        && !imports.errors(job.id(), 0, 1).isEmpty()
                ? Optional.of("/api/v1/jobs/" + job.id() + "/errors")
                : Optional.empty();
    }
}
