package io.opsdeck.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.command.Commands;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestDatabase.Address;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class BackupTest {

    @Autowired
    Environment environment;

    @Autowired
    FileStore files;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @TempDir
    Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private Address source = new Address("", "", "");
    private WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        source = new Address(
                environment.getRequiredProperty("opsdeck.database.url"),
                environment.getRequiredProperty("opsdeck.database.user"),
                environment.getRequiredProperty("opsdeck.database.password"));
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    @Test
    void everyRowAndEveryRuleComesBack() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        CurrentWorkspace.call(workspace, () -> store(bytes));
        execute(source, """
                insert into core.member (id, mail, name, password_hash, sessions_after, created_at) values
                  (gen_random_uuid(), 'odd%s@example.com', E'Tab\\t Line\\n Back\\\\ \\\\. 王小明 𠮷', 'x', now(), now())
                """.formatted(ids.next()));
        String first = ids.next().toString();
        execute(source, outbound(first, "SENT", null));
        execute(source, outbound(ids.next().toString(), "SENT", first));
        execute(
                source,
                "insert into core.job (id, workspace_id, kind, subject, state, parameters, attempt, lease_until,"
                        + " error_arguments, actor_kind, actor_name, created_at) values (gen_random_uuid(), '"
                        + workspace.id()
                        + "', 'k', 's', 'RUNNING', '{\"a\": [1.50, \"\\u00e9\\n\"]}', 3, now(), array['a,b', null, '\"'],"
                        + " 'SYSTEM', '', now())");
        execute(source, "insert into core.spring_session values ('1', '1', 0, 0, 0, 0, 'x') on conflict do nothing");

        Address target = TestDatabase.fresh();
        assertThat(run("backup", source, "--to=" + folder)).as(this::said).isZero();
        assertThat(run("restore", target, "--from=" + onlyFile()))
                .as(this::said)
                .isZero();

        assertThat(contents(target)).isEqualTo(contents(source));
        assertThat(contents(target))
                .containsKeys("core.file_part", "core.outbound")
                .doesNotContainKey("core.nothing");
        assertThat(rules(target)).isEqualTo(rules(source)).hasSizeGreaterThan(100);
        assertThat(list(target, "select session_id from core.spring_session")).isEmpty();
        assertThat(list(target, "select taken_at::text from core.restoration")).hasSize(1);
        assertThat(Files.getPosixFilePermissions(onlyFile())).hasSize(2);
    }

    @Test
    void theFirstStartHoldsBackWhatLeavesAndSettlesWhatWasUnderWay() throws Exception {
        execute(source, outbound("00000000-0000-7000-8000-000000000001", "CLAIMED", null));
        execute(source, outbound("00000000-0000-7000-8000-000000000002", "ATTEMPTING", null));
        execute(source, outbound("00000000-0000-7000-8000-000000000003", "PLANNED", null));
        Address target = TestDatabase.fresh();
        assertThat(run("backup", source, "--to=" + folder)).as(this::said).isZero();
        execute(source, "delete from core.outbound where id < '00000000-0000-7000-8000-0000000000ff'");
        assertThat(run("restore", target, "--from=" + onlyFile()))
                .as(this::said)
                .isZero();

        try (var started = start(target)) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(list(
                                    target,
                                    "select state from core.outbound where id < '00000000-0000-7000-8000-0000000000ff'"
                                            + " order by id"))
                            .containsExactly("PLANNED", "UNCERTAIN", "PLANNED"));
            assertThat(list(target, "select count(*)::text from core.outbound_attempt"))
                    .containsExactly("0");
            assertThat(list(
                            target,
                            "select left(reason, 28) from core.outbound_freeze where lifted_at is null and workspace_id = '"
                                    + workspace.id() + "'"))
                    .containsExactly("restored from the backup of ");
        }
        execute(target, "update core.outbound_freeze set lifted_at = now()");
        try (var again = start(target)) {
            assertThat(list(target, "select reason from core.outbound_freeze where lifted_at is null"))
                    .as("held once, not at each start")
                    .isEmpty();
        }
    }

    @Test
    void aPassphraseIsNeededAgain() throws Exception {
        Path right = Files.writeString(folder.resolve("right"), "correct horse battery staple\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "incorrect horse");
        Path file = folder.resolve("sealed");
        assertThat(run("backup", source, "--to=" + file, "--passphrase-file=" + right))
                .as(this::said)
                .isZero();
        assertThat(said()).doesNotContain("Keep it as a secret");
        Address target = TestDatabase.fresh();
        assertThat(run("restore", target, "--from=" + file)).isEqualTo(1);
        assertThat(said()).contains("encrypted");
        assertThat(run("restore", target, "--from=" + file, "--passphrase-file=" + wrong))
                .isEqualTo(1);
        assertThat(said()).contains("passphrase is another one");
        assertThat(list(target, "select nspname from pg_namespace where nspname = 'core'"))
                .isEmpty();
        assertThat(run("restore", target, "--from=" + file, "--passphrase-file=" + right))
                .as(this::said)
                .isZero();
        assertThat(contents(target)).isEqualTo(contents(source));
    }

    @Test
    void whatIsDamagedOrCutOffIsRefusedBeforeAnythingIsTouched() throws Exception {
        assertThat(run("backup", source, "--to=" + folder.resolve("whole.zip"))).isZero();
        Address target = TestDatabase.fresh();
        long size = Files.size(folder.resolve("whole.zip"));
        for (long at : new long[] {200, size / 2, size - 400}) {
            Path damaged = Files.copy(folder.resolve("whole.zip"), folder.resolve("damaged" + at));
            try (var file = new RandomAccessFile(damaged.toFile(), "rw")) {
                file.seek(at);
                int before = file.read();
                file.seek(at);
                file.write(before ^ 0x55);
            }
            boolean directory = at == size - 400;
            if (!directory) {
                assertThat(run("restore", target, "--from=" + damaged)).isEqualTo(1);
                assertThat(said()).contains("cannot be restored");
            }
        }
        Path cut = Files.write(
                folder.resolve("cut"),
                java.util.Arrays.copyOf(Files.readAllBytes(folder.resolve("whole.zip")), (int) (size * 2 / 3)));
        assertThat(run("restore", target, "--from=" + cut)).isEqualTo(1);
        assertThat(said()).contains("cannot be restored");
        assertThat(list(target, "select nspname from pg_namespace where nspname = 'core'"))
                .isEmpty();
    }

    @Test
    void aDatabaseInUseIsRefused() throws Exception {
        Path file = folder.resolve("a.zip");
        assertThat(run("backup", source, "--to=" + file)).isZero();
        Map<String, String> before = contents(source);
        assertThat(run("restore", source, "--from=" + file)).isEqualTo(1);
        assertThat(said()).contains("in use");
        assertThat(contents(source)).isEqualTo(before);
        assertThat(run("backup", source, "--to=" + file)).isEqualTo(1);
        assertThat(said()).contains("is there already");
        Address foreign = TestDatabase.fresh();
        execute(foreign, "create schema other create table thing (id int)");
        assertThat(run("restore", foreign, "--from=" + file)).isEqualTo(1);
        assertThat(said()).contains("not Opsdeck's");
    }

    @Test
    void aSchemaOfALaterVersionIsRefused() throws Exception {
        Address later = TestDatabase.fresh();
        Path file = folder.resolve("first.zip");
        assertThat(run("backup", source, "--to=" + file)).isZero();
        assertThat(run("restore", later, "--from=" + file)).as(this::said).isZero();
        execute(
                later,
                "insert into public.flyway_schema_history select 9999, '209901010000', 'later', 'SQL', 'later.sql',"
                        + " 1, installed_by, now(), 1, true from public.flyway_schema_history limit 1");
        Path newer = folder.resolve("newer.zip");
        assertThat(run("backup", later, "--to=" + newer)).isZero();
        Address target = TestDatabase.fresh();
        assertThat(run("restore", target, "--from=" + newer)).isEqualTo(1);
        assertThat(said()).contains("a schema that this version does not know").contains("209901010000");
        assertThat(list(target, "select nspname from pg_namespace where nspname = 'core'"))
                .isEmpty();
    }

    /** Somebody who follows the log must not wait for the end of a backup. */
    @Test
    void theTransactionOfABackupHoldsBackNoReader() throws Exception {
        try (var reading = connect(source)) {
            reading.setAutoCommit(false);
            reading.setReadOnly(true);
            reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (var statement = reading.createStatement()) {
                statement.execute("lock table core.member in access share mode");
                statement.execute("select count(*) from core.member");
            }
            String before = list(source, "select pg_current_xact_id()::text").get(0);
            String oldest = list(source, "select pg_snapshot_xmin(pg_current_snapshot())::text")
                    .get(0);
            assertThat(Long.parseLong(oldest)).isGreaterThan(Long.parseLong(before));
        }
    }

    private Object store(byte[] bytes) {
        try {
            return files.store("数据\t.csv", new ByteArrayInputStream(bytes), bytes.length);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String outbound(String id, String state, @Nullable String resendOf) {
        return "insert into core.outbound (id, workspace_id, kind, lane, key, purpose, subject, payload, state, due_at,"
                + " attempt, lease_until, resend_of) values ('" + id + "', '" + workspace.id()
                + "', 'mail', 'test', '" + id + "', 'SERVICE', 's', '{}', '" + state
                + "', now(), 1, now() - interval '1 hour', "
                + (resendOf == null ? "null" : "'" + resendOf + "'") + ")";
    }

    private AutoCloseable start(Address address) {
        return new SpringApplicationBuilder(CoreApplication.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.config.import=classpath:opsdeck-core.properties",
                        "--opsdeck.database.url=" + address.url(),
                        "--opsdeck.database.user=" + address.user(),
                        "--opsdeck.database.password=" + address.password(),
                        "--opsdeck.data-dir=" + folder);
    }

    private int run(String command, Address address, String... options) {
        var arguments = new ArrayList<>(List.of(
                command,
                "--spring.config.import=classpath:opsdeck-core.properties",
                "--opsdeck.data-dir=" + folder.resolve("data"),
                "--opsdeck.database.url=" + address.url(),
                "--opsdeck.database.user=" + address.user(),
                "--opsdeck.database.password=" + address.password()));
        arguments.addAll(List.of(options));
        said.reset();
        var print = new PrintStream(said, true, StandardCharsets.UTF_8);
        return Commands.run(arguments.toArray(String[]::new), print, print);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private Path onlyFile() throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    /** A digest of the rows of each table that is saved. */
    private static Map<String, String> contents(Address address) throws SQLException {
        var contents = new TreeMap<String, String>();
        for (String table : list(address, """
                select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and n.nspname = 'core' and c.relname not in ('restoration', 'scheduled_tasks')
                  and coalesce(obj_description(c.oid, 'pg_class'), '') <> 'backup: left out'
                """)) {
            contents.put(
                    table,
                    list(
                                    address,
                                    "select count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n' order by t::text), ''))"
                                            + " from " + table + " t")
                            .get(0));
        }
        return contents;
    }

    /** Indexes, constraints, triggers and policies, with whether they are in force. */
    private static List<String> rules(Address address) throws SQLException {
        return list(address, """
                select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
                  where c.relnamespace = 'core'::regnamespace
                union all select conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated from pg_constraint
                  where connamespace = 'core'::regnamespace
                union all select pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where not tgisinternal
                union all select oid::regclass::text || relrowsecurity || relforcerowsecurity from pg_class
                  where relnamespace = 'core'::regnamespace
                order by 1
                """);
    }

    private static List<String> list(Address address, String sql) throws SQLException {
        try (var connection = connect(address)) {
            return Catalog.list(connection, sql, row -> row.getString(1));
        }
    }

    private static void execute(Address address, String sql) throws SQLException {
        try (var connection = connect(address);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect(Address address) throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }
}
