package io.opsdeck.core.chain;

import io.opsdeck.core.chain.ChainWalk.Place;
import io.opsdeck.core.job.JobHandler;
import io.opsdeck.core.job.JobRun;
import java.util.List;
import org.springframework.stereotype.Component;

/** Walks along the chain of a workspace because somebody asked for it. */
@Component
class ChainCheckJob implements JobHandler {

    static final String KIND = "audit.verify";

    private final ChainVerifier verifier;

    ChainCheckJob(ChainVerifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Object run(JobRun run) {
        run.total(verifier.head().position());
        Place from = run.cursor(Place.class).orElse(Place.START);
        return verifier.verify(from, List.of(), place -> run.checkpoint(place, place.position()));
    }
}
