package io.opsdeck.web.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opsdeck.analytics.event.EventFault;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.Quarantine;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.testing.WebTest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The Node clients of Segment and RudderStack as npm delivers them. Needs node and npm, which are asked for in CI and
 * used wherever they are.
 */
class NodeClientsTest extends WebTest {

    private static final Path SCRIPTS = Path.of("src/test/clients");
    private static final Path PLACE = Path.of("target/clients");

    @Autowired
    private EventSources sources;

    @Autowired
    private EventLog log;

    @Autowired
    private Quarantine quarantine;

    private WorkspaceId workspace;
    private String writeKey;

    /** The lock file says exactly what is installed; npm takes it from its cache where it can. */
    @BeforeAll
    static void install() throws IOException, InterruptedException {
        boolean found = isOnPath("node") && isOnPath("npm");
        assertThat(found || !"true".equals(System.getenv("CI")))
                .as("CI needs node and npm: install the packages nodejs and npm")
                .isTrue();
        assumeTrue(found, "no node and npm here: install the packages nodejs and npm to run the Node clients");
        Files.createDirectories(PLACE);
        Path lock = PLACE.resolve("package-lock.json");
        boolean current = Files.exists(PLACE.resolve("node_modules"))
                && Files.exists(lock)
                && Files.mismatch(lock, SCRIPTS.resolve("package-lock.json")) < 0;
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, PLACE.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!current) {
            run("npm", "install", "--prefer-offline");
        }
    }

    @BeforeEach
    void aSource() {
        workspace = team().workspace();
        writeKey = CurrentWorkspace.call(
                workspace,
                () -> sources.create("Node", EventSources.Kind.SERVER, null).writeKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment.mjs", "rudderstack.mjs"})
    void theGoodEventsArriveAndTheBadOneOfTheirBatchWaits(String script) throws IOException, InterruptedException {
        String report = run("node", script, base(), writeKey);

        assertThat(report).isEqualToIgnoringWhitespace("{\"errors\":[]}");
        List<LoggedEvent> stored = CurrentWorkspace.call(
                workspace, () -> log.newest(null, null, null, 100).data());
        assertThat(stored).hasSize(34);
        assertThat(stored).extracting(LoggedEvent::messageId).doesNotHaveDuplicates();
        assertThat(stored)
                .extracting(LoggedEvent::type)
                .contains("identify", "track", "page", "group", "alias")
                .filteredOn("track"::equals)
                .hasSize(30);
        assertThat(stored)
                .filteredOn(event -> event.type().equals("identify"))
                .allSatisfy(event -> assertThat(event.props()).contains("林悦"));
        assertThat(CurrentWorkspace.call(
                        workspace, () -> quarantine.page(null, null, 10).data()))
                .singleElement()
                .satisfies(waiting -> assertThat(waiting.reason()).isEqualTo(EventFault.TOO_OLD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment.mjs", "rudderstack.mjs"})
    void aWrongKeyIsToldToTheSender(String script) throws IOException, InterruptedException {
        String report = run("node", script, base(), "wrong");

        assertThat(report).contains("401");
    }

    @Test
    void theLockFileNamesNoRegistry() throws IOException {
        assertThat(Files.readString(SCRIPTS.resolve("package-lock.json")))
                .doesNotContain("\"resolved\"")
                .contains("\"integrity\"");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Runs a program in the folder of the clients and returns what it printed; any other end than 0 fails. */
    private static String run(String... command) throws IOException, InterruptedException {
        Path complaints = PLACE.resolve("complaints.txt");
        Process process = new ProcessBuilder(command)
                .directory(PLACE.toFile())
                .redirectError(complaints.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s%s", String.join(" ", command), output, Files.readString(complaints))
                .isZero();
        return output;
    }
}
