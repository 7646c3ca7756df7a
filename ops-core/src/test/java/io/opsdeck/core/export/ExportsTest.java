package io.opsdeck.core.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
@Import(ExportsTest.Lists.class)
class ExportsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    Exports exports;

    @Autowired
    FileNames list;

    @Autowired
    Jobs jobs;

    @Autowired
    FileStore files;

    @Autowired
    Members members;

    @Autowired
    AuditTrail audit;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Autowired
    Clock clock;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    UUID member = new UUID(0, 9);

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        member = member(Role.OPERATOR);
        list.reset();
    }

    @TestConfiguration
    static class Lists {

        @Bean
        FileNames fileNames(JdbcClient jdbc) {
            return new FileNames(jdbc);
        }
    }

    /** A list of as many rows as the filter says, and of the saved views, a page at a time; waits before the second page. */
    static final class FileNames implements ExportSource {

        private static final long PAGE = 10;

        private final JdbcClient jdbc;
        private final AtomicInteger breaks = new AtomicInteger();
        private volatile Semaphore gate = new Semaphore(0);
        private volatile Semaphore read = new Semaphore(0);

        FileNames(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        void reset() {
            gate = new Semaphore(Integer.MAX_VALUE);
            read = new Semaphore(0);
            breaks.set(0);
        }

        @Override
        public String key() {
            return "names";
        }

        @Override
        public Permission permission() {
            return Permission.PROFILE_READ;
        }

        @Override
        public boolean isPersonal() {
            return true;
        }

        @Override
        public List<ExportColumn> columns() {
            return List.of(new ExportColumn("number", "names.number"), new ExportColumn("name", "names.name"));
        }

        @Override
        public OptionalLong count(ListQuery query, Access access) {
            return OptionalLong.of(rows(query));
        }

        @Override
        public void read(ListQuery query, Access access, ExportRows rows) {
            String name = access.may(Permission.PROFILE_CONTACT_READ) ? "lin@example.com" : "l***@example.com";
            rows.addAll(cursor -> page(rows(query), cursor), number -> List.of(number, name));
        }

        private Page<Long> page(long rows, @org.jspecify.annotations.Nullable String cursor) {
            long from = cursor == null ? 0 : Long.parseLong(cursor);
            long seen = jdbc.sql("select count(*) from core.saved_view")
                    .query(Long.class)
                    .single();
            if (from > 0) {
                gate.acquireUninterruptibly();
                if (breaks.getAndDecrement() > 0) {
                    throw new IllegalStateException("broken pipe");
                }
            }
            read.release();
            long to = Math.min(rows, from + PAGE);
            List<Long> numbers = LongStream.range(from, to)
                    .map(number -> number + 1000 * seen)
                    .boxed()
                    .toList();
            return new Page<>(numbers, to == rows ? null : String.valueOf(to));
        }

        private static long rows(ListQuery query) {
            return query.get("rows").isEmpty() ? 3 : Long.parseLong(query.get("rows"));
        }
    }

    @Test
    void theFileHasTheChosenColumnsInTheirOrder() {
        JobId id = start("rows=2", List.of("name", "number"));
        awaitState(id, JobState.SUCCEEDED);
        assertThat(content(id)).isEqualTo("\uFEFFname,number\r\nlin@example.com,0\r\nlin@example.com,1\r\n");
        ExportView view = in(() -> exports.require(id, access(member)));
        assertThat(view.result()).isEqualTo(new ExportResult(2, false));
        assertThat(view.offered()).isTrue();
        assertThat(view.job().total()).isEqualTo(2);
        assertThat(view.job().result()).contains("\"rows\": 2");
        assertThat(actions()).containsExactly("export.downloaded", "export.made");
    }

    @Test
    void everythingIsReadInOneSnapshot() {
        list.gate = new Semaphore(0);
        JobId id = start("rows=25", List.of("number"));
        list.read.acquireUninterruptibly();
        addView();
        list.gate.release(100);
        awaitState(id, JobState.SUCCEEDED);
        assertThat(content(id).lines().skip(1).mapToLong(Long::parseLong))
                .hasSize(25)
                .allMatch(number -> number < 25);
    }

    @Test
    void whatBreaksInTheMiddleBeginsAnewAndLeavesNothing() {
        list.breaks.set(1);
        JobId id = start("rows=25", List.of("number"));
        await().atMost(LONG).until(() -> "job_broken".equals(job(id).errorCode()));
        assertThat(files()).isZero();
        assertThatThrownBy(() -> content(id)).hasMessage("export_not_ready");
        awaitState(id, JobState.SUCCEEDED);
        assertThat(content(id).lines()).hasSize(26);
        assertThat(files()).isEqualTo(1);
    }

    @Test
    void cancelLeavesNoFile() {
        list.gate = new Semaphore(0);
        JobId id = start("rows=25", List.of());
        list.read.acquireUninterruptibly();
        in(() -> {
            jobs.cancel(id);
            return true;
        });
        list.gate.release(100);
        awaitState(id, JobState.CANCELLED);
        assertThatThrownBy(() -> content(id)).hasMessage("export_not_ready");
    }

    @Test
    void contactDataIsMaskedForWhoMayNotSeeItWhenTheJobRuns() {
        UUID content = member(Role.ANALYST);
        JobId masked = start(content, "rows=1", List.of("name"));
        awaitState(masked, JobState.SUCCEEDED);
        assertThat(content(content, masked)).contains("l***@example.com");

        list.gate = new Semaphore(0);
        JobId clear = start("rows=1", List.of("name"));
        awaitState(clear, JobState.SUCCEEDED);
        become(member, Role.ANALYST);
        assertThatThrownBy(() -> content(clear)).hasMessageStartingWith("forbidden");
        become(member, Role.VIEWER);
        assertThatThrownBy(() -> content(masked)).hasMessage("export_not_found");
        become(content, Role.VIEWER);
        assertThatThrownBy(() -> content(content, masked)).hasMessageStartingWith("forbidden");
    }

    @Test
    void aJobDoesNoMoreThanItsMemberMayStillDo() {
        list.gate = new Semaphore(0);
        JobId id = start("rows=25", List.of("name"));
        list.read.acquireUninterruptibly();
        list.breaks.set(1);
        become(member, Role.VIEWER);
        list.gate.release(100);
        awaitState(id, JobState.FAILED);
        assertThat(job(id).errorCode()).isEqualTo("forbidden");
        assertThat(files()).isZero();
    }

    @Test
    void onlyWhoAskedHasTheFile() {
        UUID owner = member(Role.OWNER);
        JobId id = start("rows=1", List.of());
        awaitState(id, JobState.SUCCEEDED);
        assertThatThrownBy(() -> content(owner, id)).hasMessage("export_not_found");
        assertThatThrownBy(() -> in(() -> exports.require(id, access(owner)))).hasMessage("export_not_found");
    }

    @Test
    void theFileIsGoneAfterADay() {
        JobId id = start("rows=1", List.of());
        JobId young = start("rows=1", List.of());
        awaitState(id, JobState.SUCCEEDED);
        awaitState(young, JobState.SUCCEEDED);
        in(() -> transactions.execute(
                status -> jdbc.sql("update core.export set expires_at = now() - interval '1 s' where job_id = ?")
                        .param(id.id())
                        .update()));
        assertThatThrownBy(() -> content(id)).hasMessage("export_expired");
        assertThat(files()).isEqualTo(2);
        ExportRetention.deleteOldFiles(jdbc, transactions, clock);
        assertThat(files()).isEqualTo(1);
        assertThatThrownBy(() -> content(id)).hasMessage("export_expired");
        assertThat(content(young)).isNotEmpty();
    }

    @Test
    void wishesThatCannotBeMetAreRefusedAtOnce() {
        assertThatThrownBy(() -> start("rows=1", List.of("nothing"))).hasMessageStartingWith("export_column_unknown");
        assertThatThrownBy(() -> start(member(Role.VIEWER), "rows=1", List.of()))
                .hasMessageStartingWith("forbidden");
        assertThatThrownBy(() -> in(() -> exports.start(
                        new StartExport("nowhere", ListQuery.of(""), ExportFormat.CSV, List.of(), null),
                        access(member))))
                .hasMessageStartingWith("export_list_unknown");
        list.gate = new Semaphore(0);
        for (int i = 0; i < 3; i++) {
            start("rows=25", List.of());
        }
        assertThatThrownBy(() -> start("rows=25", List.of())).hasMessageStartingWith("too_many_exports");
        list.gate.release(100);
    }

    private JobId start(String query, List<String> columns) {
        return start(member, query, columns);
    }

    private JobId start(UUID by, String query, List<String> columns) {
        var wish = new StartExport("names", ListQuery.of(query), ExportFormat.CSV, columns, Locale.ENGLISH);
        Access access = access(by);
        return in(() -> exports.start(wish, access));
    }

    private String content(JobId id) {
        return content(member, id);
    }

    private String content(UUID by, JobId id) {
        Access access = access(by);
        return in(() -> {
            try (InputStream in = files.open(exports.file(id, access).file().id())) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Access access(UUID member) {
        return members.access(member, null, workspace).orElseThrow();
    }

    private UUID member(Role role) {
        return in(() -> Objects.requireNonNull(transactions.execute(status -> {
            UUID id = members.register(ids.next() + "@example.com", "Lin", "seven quiet herons");
            members.join(id, role);
            return id;
        })));
    }

    private void become(UUID member, Role role) {
        in(() -> {
            members.changeRole(member, role, new Authority(Role.OWNER, EnumSet.allOf(Permission.class)));
            return true;
        });
    }

    private void addView() {
        in(() -> transactions.execute(status -> jdbc.sql(
                        "insert into core.saved_view (id, workspace_id, page, name, query, owner_id, shared, created_at)"
                                + " values (?, core.current_workspace(), 'people', 'a', 'q=1', ?, false, now())")
                .params(ids.next(), member)
                .update()));
    }

    private long files() {
        return in(() -> Objects.requireNonNull(transactions.execute(status ->
                jdbc.sql("select count(*) from core.file").query(Long.class).single())));
    }

    private List<String> actions() {
        return in(() -> audit.page("export.", "", null, 10)).data().stream()
                .map(AuditTrail.AuditEntry::action)
                .toList();
    }

    private JobView job(JobId id) {
        return in(() -> jobs.require(id));
    }

    private void awaitState(JobId id, JobState state) {
        await().atMost(LONG).until(() -> job(id).state() == state);
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
