package io.opsdeck.web.audit;

import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.web.job.JobTarget;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What a verification found is shown above the trail. */
@Component
class AuditTarget implements JobTarget {

    @Override
    public Optional<String> page(JobView job) {
        return job.kind().equals("audit.verify") ? Optional.of("/audit") : Optional.empty();
    }
}
