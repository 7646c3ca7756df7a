package io.opsdeck.core.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.database.DatabaseAddress;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.outbound.OutboundRig;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class BackupsTest {

    @Autowired
    DatabaseAddress address;

    @Autowired
    Environment environment;

    @Autowired
    FailedBackupMail mail;

    @Autowired
    Backups unplanned;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    @Autowired
    Clock clock;

    @TempDir
    Path folder;

    @Test
    void theNewestStayAndFilesOfOthersDoToo() throws IOException {
        Path shelf = folder.resolve("shelf");
        Files.createDirectories(shelf);
        for (String name : List.of(
                "opsdeck-20200101T030000Z.zip",
                "opsdeck-20200102T030000Z.sealed",
                "opsdeck-20200103T030000Z.zip",
                "opsdeck-20200104T030000Z.zip.part",
                "mine.zip",
                "opsdeck-old.zip")) {
            Files.createFile(shelf.resolve(name));
        }
        Backups backups = backups(shelf, 2, "");
        backups.make();
        Backups.Run run = backups.newest(1).get(0);
        assertThat(run.succeeded()).isTrue();
        assertThat(run.rows()).isPositive();
        assertThat(Files.size(Path.of(run.file()))).isEqualTo(run.bytes());
        try (var files = Files.list(shelf)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            Path.of(run.file()).getFileName().toString(),
                            "opsdeck-20200103T030000Z.zip",
                            "mine.zip",
                            "opsdeck-old.zip");
        }
        assertThat(backups.lastSuccess()).contains(run);
        assertThat(backups.plan().orElseThrow().encrypted()).isFalse();
    }

    @Test
    void aFailureIsNotedAndMailedToEachOwnerOnceAndRemovesNothing() throws IOException {
        Path shelf = Files.createFile(folder.resolve("no-folder"));
        WorkspaceId first = TestWorkspaces.create(jdbc, transactions, ids);
        WorkspaceId second = TestWorkspaces.create(jdbc, transactions, ids);
        member("owner@example.com", "owner", first, second);
        member("editor@example.com", "editor", first);
        Backups backups = backups(shelf, 1, "");
        backups.make();
        Backups.Run run = backups.newest(1).get(0);
        assertThat(run.succeeded()).isFalse();
        assertThat(run.error()).contains("no-folder");
        List<String> told = CurrentWorkspace.callAsSystem(() -> transactions.execute(
                status -> jdbc.sql("select subject from core.outbound where kind = 'mail' and lane = 'backup_failed'"
                                + " and workspace_id in (?, ?)")
                        .params(first.id(), second.id())
                        .query(String.class)
                        .list()));
        assertThat(told).containsExactly("owner@example.com");
    }

    @Test
    void withoutAFolderNothingIsPlanned() {
        assertThat(unplanned.plan()).isEmpty();
    }

    @Test
    void settingsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> new BackupSettings("/x", "3 o'clock", "UTC", 1, ""))
                .hasMessageContaining("OPSDECK_BACKUP_TIME");
        assertThatThrownBy(() -> new BackupSettings("/x", "03:00", "UTC", 0, ""))
                .hasMessageContaining("OPSDECK_BACKUP_KEEP");
    }

    private Backups backups(Path shelf, int keep, String passphrase) {
        var settings = new BackupSettings(shelf.toString(), "03:00", "Asia/Shanghai", keep, passphrase);
        return new Backups(settings, address, environment, mail, jdbc, transactions, ids, clock);
    }

    private void member(String address, String role, WorkspaceId... workspaces) {
        UUID id = ids.next();
        transactions.executeWithoutResult(
                status -> jdbc.sql("insert into core.member (id, mail, name, password_hash, sessions_after, created_at)"
                                + " values (?, ?, 'M', '', now(), now())")
                        .params(id, address)
                        .update());
        for (WorkspaceId workspace : workspaces) {
            CurrentWorkspace.run(
                    workspace,
                    () -> transactions.executeWithoutResult(
                            status -> jdbc.sql("insert into core.membership (workspace_id, member_id, role, created_at)"
                                            + " values (?, ?, ?, now())")
                                    .params(workspace.id(), id, role)
                                    .update()));
        }
    }
}
