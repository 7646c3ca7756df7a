package io.opsdeck.analytics.testing;

import io.opsdeck.analytics.event.EventIntake;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/** What tests from the tracking call on share: the one application context, and a new workspace with a source. */
@SpringBootTest(classes = AnalyticsApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
public abstract class AnalyticsTest {

    @Autowired
    protected EventIntake intake;

    @Autowired
    protected EventSources sources;

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected TransactionTemplate transactions;

    @Autowired
    protected Ids ids;

    protected WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    protected String key = "";

    /** Goes on in a new workspace of Shanghai's days. */
    protected final void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        key = CurrentWorkspace.call(workspace, () -> sources.create("Shop", EventSources.Kind.WEB, null))
                .writeKey();
    }

    /** Goes on in a new workspace. */
    protected final void openWorkspace(String timeZone) {
        openWorkspace();
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status -> jdbc.sql("update core.workspace set time_zone = ?")
                        .param(timeZone)
                        .update()));
    }

    /** Sends a document to the tracking interface as a client of the source. */
    protected final void receive(TrackingCall.Kind kind, String body) {
        intake.receive(new TrackingCall(
                kind, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), false, "Bearer " + key));
    }
}
