package io.opsdeck.core.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.chain.ChainFault.Kind;
import io.opsdeck.core.chain.ChainWalk.Place;
import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.Workspaces;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class AuditChainTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    AuditTrail audit;

    @Autowired
    AuditChain chain;

    @Autowired
    ChainVerifier verifier;

    @Autowired
    ChainPatrol patrol;

    @Autowired
    ChainLinker linker;

    @Autowired
    Jobs jobs;

    @Autowired
    Workspaces workspaces;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Value("${opsdeck.database.url}")
    String url = "";

    @Value("${opsdeck.database.user}")
    String user = "";

    @Value("${opsdeck.database.password}")
    String password = "";

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    @Test
    void anEntryIsLinkedSoonAfterItsChangeIsCommitted() {
        record(3);
        await().atMost(LONG).untilAsserted(() -> {
            AuditChain.ChainStatus status = in(chain::status);
            assertThat(status.head().position()).isEqualTo(3);
            assertThat(status.waiting()).isZero();
            assertThat(status.linkedAt()).isNotNull();
        });
        assertThat(check().intact()).isTrue();
        assertThat(check().position()).isEqualTo(3);
        assertThat(in(chain::status).check()).isNotNull().matches(ChainCheck::intact);
    }

    @Test
    void whatIsRolledBackLeavesNoGap() {
        record(1);
        in(() -> transactions.execute(status -> {
            audit.record("member.invited", "member", "1", "Lin", Map.of(), Map.of());
            status.setRollbackOnly();
            return true;
        }));
        record(1);
        assertThat(links()).containsExactly(1L, 2L);
        assertThat(check().intact()).isTrue();
    }

    @Test
    void entriesOfEightWritersFormOneChainWithoutGaps() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(10);
        var writing = new AtomicBoolean(true);
        List<CompletableFuture<?>> linkers = new ArrayList<>();
        List<CompletableFuture<?>> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            linkers.add(CompletableFuture.runAsync(
                    () -> {
                        while (writing.get()) {
                            linker.link();
                        }
                    },
                    threads));
        }
        for (int i = 0; i < 8; i++) {
            var random = new Random(i);
            writers.add(CompletableFuture.runAsync(
                    () -> {
                        for (int n = 0; n < 40; n++) {
                            write(1 + random.nextInt(3), random.nextInt(5) == 0);
                        }
                    },
                    threads));
        }
        CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).get();
        writing.set(false);
        CompletableFuture.allOf(linkers.toArray(CompletableFuture[]::new)).get();
        threads.shutdown();
        Long entries = in(() -> transactions.execute(status -> jdbc.sql("select count(*) from core.audit_entry")
                .query(Long.class)
                .single()));
        assertThat(entries).isGreaterThan(320);
        assertThat(links())
                .isEqualTo(LongStream.rangeClosed(1, Objects.requireNonNull(entries))
                        .boxed()
                        .toList());
        assertThat(check().intact()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "at = at + interval '1 microsecond'",
                "actor_kind = 'SYSTEM'",
                "actor_id = gen_random_uuid()",
                "actor_id = null",
                "actor_name = 'Zhao'",
                "action = 'member.removed'",
                "object_type = 'token'",
                "object_id = '7'",
                "object_name = object_name || ' '",
                "before = null",
                "before = '{\"role\": \"owner\"}'",
                "after = '{}'",
                "request_id = null",
                "address = '10.0.0.1'"
            })
    void aChangedFieldIsFound(String change) throws Exception {
        chainOf(5);
        asOwner("update core.audit_entry e set " + change + " from core.audit_link l"
                + " where l.entry_id = e.id and l.position = 3 and l.workspace_id = '" + workspace + "'");
        assertFault(Kind.CHANGED, 3L);
        assertThat(check().position()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"hash", "previous"})
    void aChangedLinkIsFound(String column) throws Exception {
        chainOf(5);
        asOwner("update core.audit_link set " + column + " = sha256(" + column + ") where position = 3" + here());
        assertFault(Kind.CHANGED, 3L);
    }

    @Test
    void aChangedEntryWhoseHashWasWorkedOutAnewIsFoundByTheNextOne() throws Exception {
        chainOf(5);
        asOwner("update core.audit_entry e set actor_name = 'Zhao' from core.audit_link l"
                + " where l.entry_id = e.id and l.position = 3 and l.workspace_id = '" + workspace + "'");
        asOwner("update core.audit_link l set hash = core.audit_hash(l.position, l.previous, core.audit_digest(e))"
                + " from core.audit_entry e where e.id = l.entry_id and position = 3 and l.workspace_id = '" + workspace
                + "'");
        assertFault(Kind.CHANGED, 3L);
    }

    @Test
    void anEntryThatIsGoneIsFound() throws Exception {
        chainOf(5);
        asOwner("delete from core.audit_entry where id = '" + entryAt(3) + "'");
        assertFault(Kind.MISSING, 3L);
    }

    @Test
    void anEntryThatIsGoneWithItsLinkIsFound() throws Exception {
        chainOf(5);
        remove(3);
        assertFault(Kind.MISSING, 3L);
    }

    @Test
    void entriesThatAreGoneAreFoundAlsoWhenThoseBehindMovedUp() throws Exception {
        chainOf(6);
        remove(3);
        remove(4);
        for (int position = 5; position <= 6; position++) {
            asOwner("update core.audit_link set position = " + (position - 2) + " where position = " + position
                    + here());
        }
        asOwner("update core.audit_chain set position = 4 where true" + here());
        assertFault(Kind.MISSING, 3L);
    }

    @Test
    void theLastEntryIsMissed() throws Exception {
        chainOf(5);
        remove(5);
        assertFault(Kind.TRUNCATED, 5L);
    }

    @Test
    void theLastEntryIsMissedByAHeadThatWasNotedAlsoWhenTheOneInTheDatabaseWasTurnedBack() throws Exception {
        chainOf(5);
        ChainHead noted = ChainHead.of(in(verifier::head).toString());
        remove(5);
        asOwner("update core.audit_chain c set position = 4, hash = l.hash from core.audit_link l"
                + " where l.workspace_id = c.workspace_id and l.position = 4 and c.workspace_id = '" + workspace + "'");
        assertThat(check().intact()).isTrue();
        assertThat(in(() -> verifier.verify(Place.START, List.of(noted), place -> {}))
                        .fault())
                .isEqualTo(new ChainFault(Kind.TRUNCATED, 5L, null));
    }

    @Test
    void aChainThatWasWrittenAnewIsFoundByAHeadThatWasNoted() throws Exception {
        chainOf(4);
        ChainHead noted = in(verifier::head);
        UUID changed = entryAt(2);
        asOwner("update core.audit_entry set actor_name = 'Zhao' where id = '" + changed + "'");
        asOwner("insert into core.audit_pending select entry_id, workspace_id from core.audit_link where true"
                + here());
        asOwner("delete from core.audit_link where true" + here());
        asOwner("delete from core.audit_chain where true" + here());
        linkAll();
        record(2);
        assertThat(check().intact()).isTrue();
        Map<WorkspaceId, ChainCheck> checks = patrol.verifyAll(Map.of(workspace, List.of(noted)));
        assertThat(Objects.requireNonNull(checks.get(workspace)).fault()).satisfies(fault -> {
            assertThat(Objects.requireNonNull(fault).kind()).isEqualTo(Kind.REWRITTEN);
            assertThat(fault.position()).isEqualTo(4);
        });
    }

    @Test
    void theHeadIsComparedWithTheLastLink() throws Exception {
        chainOf(3);
        asOwner("update core.audit_chain set hash = sha256(hash) where true" + here());
        assertFault(Kind.HEAD, 3L);
    }

    @ParameterizedTest
    @CsvSource({"2,4", "2,3", "1,5"})
    void entriesThatChangedPlacesAreFound(int first, int second) throws Exception {
        chainOf(5);
        UUID one = entryAt(first);
        UUID other = entryAt(second);
        asOwner("update core.audit_link set entry_id = gen_random_uuid() where position = " + first + here());
        asOwner("update core.audit_link set entry_id = '" + one + "' where position = " + second + here());
        asOwner("update core.audit_link set entry_id = '" + other + "' where position = " + first + here());
        assertFault(Kind.REORDERED, (long) first);
    }

    @ParameterizedTest
    @CsvSource({"2,4", "2,3", "1,5"})
    void linksThatChangedPlacesAreFound(int first, int second) throws Exception {
        chainOf(5);
        asOwner("update core.audit_link set position = 99 where position = " + first + here());
        asOwner("update core.audit_link set position = " + first + " where position = " + second + here());
        asOwner("update core.audit_link set position = " + second + " where position = 99" + here());
        assertFault(Kind.REORDERED, (long) first);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEntryBetweenOthersIsFound(boolean wellMade) throws Exception {
        chainOf(5);
        UUID added = insertEntry();
        for (int position = 5; position >= 3; position--) {
            asOwner("update core.audit_link set position = " + (position + 1) + " where position = " + position
                    + here());
        }
        asOwner("update core.audit_chain set position = 6 where true" + here());
        asOwner("insert into core.audit_link (workspace_id, position, entry_id, version, previous, hash)"
                + " select l.workspace_id, 3, e.id, 1, l.hash, "
                + (wellMade ? "core.audit_hash(3, l.hash, core.audit_digest(e))" : "sha256(l.hash)")
                + " from core.audit_link l, core.audit_entry e where l.position = 2 and e.id = '" + added
                + "' and l.workspace_id = '" + workspace + "'");
        assertFault(Kind.INSERTED, 3L);
    }

    @Test
    void anEntryBesideTheChainIsFound() throws Exception {
        chainOf(2);
        UUID added = insertEntry();
        assertThat(check().fault()).isEqualTo(new ChainFault(Kind.INSERTED, null, added));
    }

    @Test
    void anEntryBehindTheHeadIsFound() throws Exception {
        chainOf(2);
        UUID added = insertEntry();
        asOwner("insert into core.audit_link (workspace_id, position, entry_id, version, previous, hash)"
                + " select l.workspace_id, 3, e.id, 1, l.hash, core.audit_hash(3, l.hash, core.audit_digest(e))"
                + " from core.audit_link l, core.audit_entry e where l.position = 2 and e.id = '" + added
                + "' and l.workspace_id = '" + workspace + "'");
        assertThat(check().fault()).isEqualTo(new ChainFault(Kind.INSERTED, 3L, added));
    }

    /** Texts of all kinds and fields that are absent: what the database hashes is what the verifier hashes. */
    @Test
    void anyEntryKeepsTheChainIntactAndAnyChangeOfItBreaksItThere() throws Exception {
        var random = new Random(20261123);
        String[] texts = {
            "", "-", "1:a", "0:", "王", "𠮷👨‍👩‍👧", "e\u0301", "a\nb", "\"\\", "x".repeat(5_000), "؜\u202e"
        };
        String[] fields = {"actor_name", "object_name", "object_id", "request_id", "address"};
        for (int i = 0; i < 60; i++) {
            Supplier<String> text = () -> texts[random.nextInt(texts.length)] + texts[random.nextInt(texts.length)];
            Supplier<@Nullable String> some = () -> random.nextBoolean() ? text.get() : null;
            var actor = new Actor(
                    Actor.Kind.MEMBER, random.nextBoolean() ? ids.next() : null, text.get(), some.get(), some.get());
            in(() -> Actor.call(
                    actor,
                    () -> transactions.execute(status -> {
                        Map<String, Object> before =
                                Map.of("ä" + text.get(), text.get(), "n", random.nextDouble() * 1e30);
                        audit.record(
                                "test.done", "test", text.get(), text.get(), before, Map.of("list", List.of(1, "2")));
                        return true;
                    })));
        }
        linkAll();
        assertThat(check().fault()).isNull();
        for (int i = 0; i < 20; i++) {
            long position = 1 + random.nextInt(60);
            UUID entry = entryAt(position);
            String field = fields[random.nextInt(fields.length)];
            asOwner(
                    "create temporary table kept as select * from core.audit_entry where id = '" + entry + "'",
                    "update core.audit_entry set " + field + " = coalesce(" + field + ", '') || '-' where id = '"
                            + entry + "'",
                    "create table if not exists public.kept_entry as table kept with no data",
                    "insert into public.kept_entry select * from kept");
            assertFault(Kind.CHANGED, position);
            asOwner(
                    "update core.audit_entry e set " + field + " = k." + field
                            + " from public.kept_entry k where k.id = e.id",
                    "drop table public.kept_entry");
            assertThat(check().fault()).isNull();
        }
    }

    @Test
    void theApplicationMayNeitherChangeEntriesNorWriteLinks() {
        chainOf(1);
        for (String sql : List.of(
                "update core.audit_entry set actor_name = 'Zhao'",
                "delete from core.audit_entry",
                "update core.audit_link set position = 7",
                "delete from core.audit_link",
                "insert into core.audit_link select * from core.audit_link",
                "update core.audit_chain set position = 0",
                "delete from core.audit_chain",
                "delete from core.audit_pending",
                "select core.link_audit_entries(1)")) {
            assertThatThrownBy(() -> in(() -> transactions.execute(status -> {
                        jdbc.sql(sql).query().listOfRows();
                        return true;
                    })))
                    .as(sql)
                    .rootCause()
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void aWorkspaceIsDeletedWithItsChainWhileItGrows() throws Exception {
        record(30);
        ExecutorService threads = Executors.newFixedThreadPool(1);
        var going = new AtomicBoolean(true);
        var linking = CompletableFuture.runAsync(
                () -> {
                    while (going.get()) {
                        linker.link();
                    }
                },
                threads);
        CurrentWorkspace.run(workspace, () -> workspaces.deleteCurrent());
        going.set(false);
        linking.get();
        threads.shutdown();
        Long left = CurrentWorkspace.callAsSystem(() -> transactions.execute(
                status -> jdbc.sql("select (select count(*) from core.audit_link where workspace_id = ?)"
                                + " + (select count(*) from core.audit_chain where workspace_id = ?)"
                                + " + (select count(*) from core.audit_pending where workspace_id = ?)")
                        .params(workspace.id(), workspace.id(), workspace.id())
                        .query(Long.class)
                        .single()));
        assertThat(left).isZero();
    }

    @Test
    void aCheckThatSomebodyAskedForShowsWhatItFound() throws Exception {
        chainOf(3);
        remove(2);
        JobId job = in(chain::startCheck);
        await().atMost(LONG).until(() -> in(() -> jobs.require(job)).state() == JobState.SUCCEEDED);
        ChainCheck check = Objects.requireNonNull(in(chain::status).check());
        assertThat(check.fault()).isEqualTo(new ChainFault(Kind.MISSING, 2L, null));
        assertThat(in(() -> jobs.require(job)).result()).contains("MISSING");
    }

    @Test
    void theCommandSaysOfEachWorkspaceWhetherItsChainIsIntact() throws Exception {
        chainOf(3);
        ChainHead noted = in(verifier::head);
        assertThat(command("--known=" + workspace + ":" + noted)).contains(workspace + " W: intact up to entry 3");
        String other = noted.position() + ":" + "0".repeat(64);
        assertThat(command("--known=" + workspace + ":" + other))
                .contains(workspace + " W: BROKEN, REWRITTEN at entry 3");
        remove(2);
        assertThat(command()).contains(workspace + " W: BROKEN, MISSING at entry 2, intact up to 1");
    }

    private String command(String... options) throws Exception {
        var settings = new MockEnvironment()
                .withProperty("opsdeck.database.url", url)
                .withProperty("opsdeck.database.user", user)
                .withProperty("opsdeck.database.password", password);
        var out = new ByteArrayOutputStream();
        boolean intact = new VerifyAuditCommand()
                .run(CommandLine.of(List.of(options)), settings, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(intact).isEqualTo(!out.toString(StandardCharsets.UTF_8).contains("BROKEN"));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aWalkGoesOnFromWhereItWas() {
        chainOf(3);
        List<Place> places = new ArrayList<>();
        in(() -> verifier.verify(Place.START, List.of(), places::add));
        record(2);
        linkAll();
        ChainCheck check = in(() -> verifier.verify(places.get(0), List.of(), places::add));
        assertThat(check.intact()).isTrue();
        assertThat(places).extracting(Place::position).containsExactly(3L, 5L);
    }

    private void assertFault(Kind kind, long position) {
        ChainFault fault = check().fault();
        assertThat(fault).isNotNull();
        assertThat(fault.kind()).isEqualTo(kind);
        assertThat(fault.position()).isEqualTo(position);
        assertThat(Objects.requireNonNull(in(chain::status).check()).fault()).isEqualTo(fault);
    }

    private ChainCheck check() {
        linkAll();
        return in(() -> verifier.verify(Place.START, List.of(), place -> {}));
    }

    private void chainOf(int entries) {
        record(entries);
        linkAll();
    }

    private void record(int entries) {
        for (int i = 0; i < entries; i++) {
            write(1, false);
        }
    }

    private void write(int entries, boolean lost) {
        var actor = new Actor(Actor.Kind.MEMBER, ids.next(), "Lin", "r-1", "::1");
        in(() -> Actor.call(
                actor,
                () -> transactions.execute(status -> {
                    for (int i = 0; i < entries; i++) {
                        audit.record(
                                "member.invited",
                                "member",
                                "1",
                                "Lin",
                                Map.of("role", "viewer"),
                                Map.of("role", "admin"));
                    }
                    if (lost) {
                        status.setRollbackOnly();
                    }
                    return true;
                })));
    }

    private void linkAll() {
        await().atMost(LONG).until(() -> {
            linker.link();
            return in(chain::status).waiting() == 0;
        });
    }

    private List<Long> links() {
        linkAll();
        return Objects.requireNonNull(in(
                () -> transactions.execute(status -> jdbc.sql("select position from core.audit_link order by position")
                        .query(Long.class)
                        .list())));
    }

    private UUID entryAt(long position) {
        return Objects.requireNonNull(in(
                () -> transactions.execute(status -> jdbc.sql("select entry_id from core.audit_link where position = ?")
                        .param(position)
                        .query(UUID.class)
                        .single())));
    }

    private void remove(long position) throws SQLException {
        UUID entry = entryAt(position);
        asOwner(
                "delete from core.audit_link where entry_id = '" + entry + "'",
                "delete from core.audit_entry where id = '" + entry + "'");
    }

    private UUID insertEntry() throws SQLException {
        UUID id = ids.next();
        asOwner("insert into core.audit_entry select '" + id
                + "', workspace_id, at, actor_kind, actor_id, 'Zhao', action,"
                + " object_type, object_id, object_name, before, after, request_id, address from core.audit_entry"
                + " where id = '" + entryAt(1) + "'");
        return id;
    }

    private String here() {
        return " and workspace_id = '" + workspace + "'";
    }

    /** What only somebody with the login of the database can do. */
    private void asOwner(String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private <T extends @Nullable Object> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
