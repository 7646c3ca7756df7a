package io.opsdeck.campaign.sample;

import io.opsdeck.analytics.dataimport.ImportId;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.core.job.JobHandler;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobRun;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Imports the files of the sample one after the other, each by a job of its own. */
@Component
class SampleJob implements JobHandler {

    static final String KIND = "sample";

    private static final long PAUSE_MILLIS = 300;

    private final Imports imports;
    private final Jobs jobs;

    SampleJob(Imports imports, Jobs jobs) {
        this.imports = imports;
        this.jobs = jobs;
    }

    /** By how many days the dates are moved. */
    record Order(int days) {}

    /** Which file it is at, its import and the job of that, as far as they exist. */
    private record Position(
            int file, @Nullable UUID importId, @Nullable UUID jobId) {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public @Nullable Object run(JobRun run) throws IOException, InterruptedException {
        int days = run.parameters(Order.class).days();
        SampleFile[] files = SampleFile.values();
        run.total(files.length);
        Position at = run.cursor(Position.class).orElse(new Position(0, null, null));
        while (at.file() < files.length) {
            at = step(run, files[at.file()], days, at);
            run.checkpoint(at, at.file());
        }
        return Map.of("files", files.length);
    }

    private Position step(JobRun run, SampleFile file, int days, Position at) throws IOException, InterruptedException {
        if (at.importId() == null) {
            try (var content = file.content(days)) {
                ImportId made = imports.upload(file.fileName(), content);
                return new Position(at.file(), made.id(), null);
            }
        }
        var id = new ImportId(at.importId());
        if (at.jobId() == null) {
            JobId known = imports.require(id).job();
            JobId job = known == null ? imports.run(id, imports.mapping(id, file.mapping()), null) : known;
            return new Position(at.file(), at.importId(), job.id());
        }
        JobState state = jobs.require(new JobId(at.jobId())).state();
        if (state == JobState.SUCCEEDED) {
            return new Position(at.file() + 1, null, null);
        }
        if (!state.isOpen()) {
            throw new IllegalStateException("the import of " + file.fileName() + " ended as " + state);
        }
        Thread.sleep(PAUSE_MILLIS);
        run.checkpoint(at, at.file());
        return at;
    }
}
