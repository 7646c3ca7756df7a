package io.opsdeck.analytics.dataimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.opsdeck.analytics.dataimport.Imports.ImportView;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.testing.AnalyticsApplication;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.http.HttpError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(classes = AnalyticsApplication.class, properties = "opsdeck.outbound.allowed=127.0.0.1")
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class ImportLinksTest {

    private static final String MAPPING =
            "{\"kind\":\"events\",\"event\":\"Paid\",\"columns\":{\"user\":\"userId\",\"n\":\"properties.n\"}}";

    @Autowired
    ImportLinks links;

    @Autowired
    Imports imports;

    @Autowired
    Jobs jobs;

    @Autowired
    EventLog log;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Autowired
    JsonMapper json;

    private WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    private final Shop shop = new Shop();

    /** Keeps a file and says what it calls it. */
    private static final class Shop {

        final List<String> asked = new CopyOnWriteArrayList<>();
        final HttpServer server;
        volatile int status = 200;
        volatile @Nullable String etag;
        volatile String file = "";
        volatile CountDownLatch gate = new CountDownLatch(0);

        Shop() {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            server.createContext("/", exchange -> {
                String known = String.valueOf(exchange.getRequestHeaders().getFirst("If-None-Match"));
                asked.add(known);
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                if (etag != null) {
                    exchange.getResponseHeaders().add("ETag", etag);
                }
                exchange.getResponseHeaders().add("Location", "/elsewhere");
                byte[] body = file.getBytes(StandardCharsets.UTF_8);
                if (known.equals(etag)) {
                    exchange.sendResponseHeaders(304, -1);
                } else {
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                }
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/export/orders.csv?key=s";
        }
    }

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    @AfterEach
    void close() {
        shop.server.stop(0);
    }

    @Test
    void theFirstFileIsMappedAndLaterOnesBringWhatIsNew() {
        shop.file = "user,n\nu1,1\nu2,2\n";
        ImportLinkId link = in(() -> links.add("", shop.url()));
        Fetched first = fetched(link);
        assertThat(first.outcome()).isEqualTo(Fetched.Outcome.UNMAPPED);
        ImportView draft = in(() -> links.lastImport(link)).orElseThrow();
        assertThat(draft.fileName()).isEqualTo("orders.csv");
        assertThat(draft.job()).isNull();
        assertThat(again(link).outcome()).isEqualTo(Fetched.Outcome.UNCHANGED);
        JobId run = in(() -> imports.run(draft.id(), imports.mapping(draft.id(), MAPPING), null));
        assertThat(ended(run).result()).contains("\"created\": 2");

        assertThat(again(link))
                .isEqualTo(new Fetched(Fetched.Outcome.UNCHANGED, draft.id().id()));
        shop.file = "user,n\nu1,1\nu2,2\nu3,3\n";
        assertThat(again(link).outcome()).isEqualTo(Fetched.Outcome.IMPORTED);
        ImportView second = in(() -> links.lastImport(link)).orElseThrow();
        assertThat(second.mapping()).isEqualTo(in(() -> imports.mapping(draft.id(), MAPPING)));
        assertThat(ended(Objects.requireNonNull(second.job())).result()).contains("\"created\": 1", "\"skipped\": 2");
        assertThat(stored()).isEqualTo(3);
    }

    @Test
    void aServerThatKnowsItsFileIsNotAskedForItAgain() {
        shop.file = "user,n\nu1,1\n";
        shop.etag = "\"v1\"";
        ImportLinkId link = in(() -> links.add("Orders", shop.url()));
        fetched(link);
        assertThat(again(link).outcome()).isEqualTo(Fetched.Outcome.UNCHANGED);
        shop.etag = "\"v2\"";
        assertThat(again(link).outcome()).isEqualTo(Fetched.Outcome.UNCHANGED);
        assertThat(again(link).outcome()).isEqualTo(Fetched.Outcome.UNCHANGED);
        assertThat(shop.asked).containsExactly("null", "\"v1\"", "\"v1\"", "\"v2\"");
        assertThat(in(() -> imports.page(null, 10)).data()).hasSize(1);
    }

    @Test
    void aFetchThatFailsSaysWhyAndChangesNothing() {
        shop.file = "user,n\nu1,1\n";
        ImportLinkId link = in(() -> links.add("Orders", shop.url()));
        fetched(link);
        ImportView draft = in(() -> links.lastImport(link)).orElseThrow();
        ended(in(() -> imports.run(draft.id(), imports.mapping(draft.id(), MAPPING), null)));
        shop.status = 404;
        assertFails(link, "fetch_answered", List.of("404"));
        shop.status = 302;
        assertFails(link, "fetch_redirected", List.of());
        assertThat(shop.asked).hasSize(3);
        shop.status = 200;
        shop.file = "user,count\nu1,1\n";
        assertFails(link, "column_unknown", List.of("n"));
        shop.file = "";
        assertFails(link, "file_empty", List.of());
        assertThat(in(() -> imports.page(null, 10)).data()).hasSize(1);
        shop.file = "user,n\nu1,1\nu9,1\n";
        assertThat(again(link).outcome()).isEqualTo(Fetched.Outcome.IMPORTED);
    }

    @Test
    void anAddressThatMayNotBeCalledIsNoLink() {
        assertThatThrownBy(() -> in(() -> links.add("", "https://10.0.0.1/a.csv")))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(HttpError.ADDRESS_REFUSED));
        assertThatThrownBy(() -> in(() -> links.add("", "ftp://example.com/a.csv")))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(HttpError.URL_INVALID));
        assertThat(in(() -> links.list())).isEmpty();
    }

    @Test
    void aLinkIsFetchedOnceAtATimeAndIsOfOneWorkspace() {
        shop.file = "user,n\nu1,1\n";
        ImportLinkId link = in(() -> links.add("Orders", shop.url()));
        fetched(link);
        shop.gate = new CountDownLatch(1);
        in(() -> links.fetch(link));
        assertThatThrownBy(() -> in(() -> links.fetch(link))).hasMessage("import_link_busy");
        shop.gate.countDown();
        fetched(link);
        WorkspaceId mine = workspace;
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        assertThat(in(() -> links.list())).isEmpty();
        assertThatThrownBy(() -> in(() -> links.fetch(link))).hasMessage("import_link_not_found");
        workspace = mine;
        in(() -> {
            links.remove(link);
            return true;
        });
        assertThat(in(() -> links.list())).isEmpty();
        assertThat(in(() -> imports.page(null, 10)).data()).hasSize(1);
    }

    private void assertFails(ImportLinkId link, String code, List<String> arguments) {
        JobId job = in(() -> links.fetch(link));
        awaitEnd(job);
        JobView ended = in(() -> jobs.require(job));
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.errorCode()).isEqualTo(code);
        assertThat(ended.errorArguments()).isEqualTo(arguments);
    }

    private Fetched again(ImportLinkId link) {
        in(() -> links.fetch(link));
        return fetched(link);
    }

    private Fetched fetched(ImportLinkId link) {
        JobId job = Objects.requireNonNull(in(() -> links.require(link)).fetch());
        return json.readValue(ended(job).result(), Fetched.class);
    }

    private JobView ended(JobId job) {
        awaitEnd(job);
        JobView ended = in(() -> jobs.require(job));
        assertThat(ended.state()).as(String.valueOf(ended.errorDetail())).isEqualTo(JobState.SUCCEEDED);
        return ended;
    }

    private void awaitEnd(JobId job) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !in(() -> jobs.require(job)).state().isOpen());
    }

    private int stored() {
        return in(() -> log.newest("Paid", null, null, 100)).data().size();
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
