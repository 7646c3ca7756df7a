package io.opsdeck.benchmarks;

import io.opsdeck.analytics.event.EventIntake;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.insight.InsightResult;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.analytics.store.ColumnStores;
import io.opsdeck.analytics.store.Snapshot;
import io.opsdeck.core.database.DatabaseAddress;
import io.opsdeck.core.member.SetUp;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The product's intake in this very process, on the embedded database of a folder: what HTTP costs is left out. */
final class Intake implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final EventIntake intake;
    private final DatabaseAddress address;
    private final String authorization;
    private final WorkspaceId workspace;

    private Intake(ConfigurableApplicationContext context) {
        this.context = context;
        this.intake = context.getBean(EventIntake.class);
        this.address = context.getBean(DatabaseAddress.class);
        this.workspace = existing().orElseGet(() -> made(context));
        String key = CurrentWorkspace.call(
                        workspace,
                        () -> context.getBean(EventSources.class).create("In process", EventSources.Kind.SERVER, null))
                .writeKey();
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.US_ASCII));
    }

    private static WorkspaceId made(ConfigurableApplicationContext context) {
        var settings = WorkspaceSettings.of("Benchmark", "UTC", "MONDAY", "CNY", "en");
        return context.getBean(SetUp.class)
                .bootstrap(settings, Opsdeck.MAIL, Opsdeck.PASSWORD, Opsdeck.TOKEN)
                .id();
    }

    private Optional<WorkspaceId> existing() {
        try (Connection owner = connect();
                var statement = owner.createStatement();
                var row = statement.executeQuery("select id from core.workspace order by created_at limit 1")) {
            return row.next() ? Optional.of(new WorkspaceId(row.getObject(1, UUID.class))) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Core and analytics without a web server. */
    @AutoConfigurationPackage(basePackages = "io.opsdeck")
    @SpringBootApplication(scanBasePackages = {"io.opsdeck.core", "io.opsdeck.analytics"})
    static class Application {}

    /** Opens a data folder, a new one or one of before; {@code flushEvents} calls share a commit at most. */
    static Intake open(Path data, int flushEvents, String... more) {
        var context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .properties(
                        "spring.config.import=classpath:opsdeck-core.properties",
                        "logging.level.root=warn",
                        "opsdeck.insights.partial-bytes=0",
                        // The whole product may have been here, with tables of modules that are not in this process.
                        "spring.flyway.ignore-migration-patterns=*:missing")
                .run(Stream.concat(
                                Stream.of(
                                        "--opsdeck.data-dir=" + data,
                                        "--opsdeck.intake.flush-events=" + flushEvents,
                                        "--opsdeck.insights.cache-bytes=0"),
                                Stream.of(more))
                        .toArray(String[]::new));
        return new Intake(context);
    }

    /** Takes one event as the tracking interface hands it over; returns 1 when it is committed. */
    int track(byte[] body) {
        var call = new TrackingCall(TrackingCall.Kind.TRACK, new ByteArrayInputStream(body), false, authorization);
        return intake.receive(call).accepted();
    }

    WorkspaceId workspace() {
        return workspace;
    }

    /** Waits until the column store has read the whole log. */
    void awaitColumns() {
        while (context.getBean(ColumnStores.class).snapshot(workspace, 60_000).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    /** Whether all months hold the rows of merged persons under who they are now. */
    boolean isRewritten() {
        Snapshot snapshot =
                context.getBean(ColumnStores.class).snapshot(workspace, 60_000).orElseThrow();
        return snapshot.segments(Long.MIN_VALUE, Long.MAX_VALUE).stream()
                .filter(segment -> !snapshot.isDelta(segment))
                .allMatch(segment -> segment.merged() >= snapshot.merges().newest());
    }

    /** Answers as the REST controller does, from the JSON on. */
    InsightResult ask(String query) {
        QueryReader reader = context.getBean(QueryReader.class);
        return CurrentWorkspace.call(
                workspace, () -> context.getBean(Insights.class).answer(reader.read(query)));
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }

    @Override
    public void close() {
        context.close();
    }
}
