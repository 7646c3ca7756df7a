package io.opsdeck.web.demo;

import io.opsdeck.campaign.sample.SampleWorkspace;
import io.opsdeck.core.workspace.WorkspaceSettings;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Decides whether the first owner finds a sample workspace: when asked for by {@code OPSDECK_SAMPLE}, else with the
 * embedded database, unless the owner comes from the environment.
 */
@Component
public class SampleStart {

    private final SampleWorkspace sample;
    private final boolean wanted;

    SampleStart(
            SampleWorkspace sample,
            @Value("${opsdeck.sample}") String asked,
            @Value("${opsdeck.database.url}") String databaseUrl,
            @Value("${opsdeck.bootstrap.owner}") String bootstrapOwner) {
        this.sample = sample;
        this.wanted = asked.isBlank() ? databaseUrl.isBlank() && bootstrapOwner.isBlank() : Boolean.parseBoolean(asked);
    }

    /** Begins to load the sample for the first owner, with the zone and language of his own workspace. */
    public void whenSetUp(UUID owner, WorkspaceSettings settings) {
        if (wanted) {
            sample.create(owner, settings.timeZone(), settings.locale());
        }
    }
}
