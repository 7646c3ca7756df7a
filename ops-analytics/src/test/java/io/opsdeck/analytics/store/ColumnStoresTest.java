package io.opsdeck.analytics.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** What a file of columns holds, and when it goes. */
class ColumnStoresTest extends AnalyticsTest {

    @Autowired
    EventLog log;

    @Autowired
    ColumnStores stores;

    @Autowired
    StoreSettings settings;

    @Autowired
    Erasures erasures;

    @Autowired
    TraitLog traits;

    @Autowired
    Workspaces workspaces;

    @Value("${opsdeck.database.url}")
    String url = "";

    @Value("${opsdeck.database.user}")
    String user = "";

    @Value("${opsdeck.database.password}")
    String password = "";

    @BeforeEach
    void aNewWorkspace() {
        openWorkspace();
    }

    @Test
    void nothingOfAnErasedPersonStaysInTheFile() throws Exception {
        for (int day = 1; day <= 28; day++) {
            track("ann", day, "\"page\":\"start\",\"note\":\"ann was here " + day + "\",\"age\":" + (400 + day));
            track("bob", day, "\"page\":\"start\",\"note\":\"bob was here\"");
            track("bob", day, "\"page\":\"end\",\"note\":\"bob was here\",\"age\":41");
        }
        await(() -> rows() == 84);
        Path aside = Path.of(stores.file(workspace) + ".unreadable");
        Files.writeString(aside, "ann was here");
        PersonId ann =
                CurrentWorkspace.call(workspace, () -> log.findPerson("ann").orElseThrow());
        PersonId bob =
                CurrentWorkspace.call(workspace, () -> log.findPerson("bob").orElseThrow());
        know(ann, "{\"city\":\"Annapolis\"}");
        know(bob, "{\"city\":\"Bobingen\"}");
        await(() -> rows() == 84);
        track("ann", 28, "\"page\":\"secret of ann\",\"note\":\"ann, waiting in the delta\"");
        await(() -> rows() == 85);
        assertThat(snapshot().trait("city").property().size())
                .as("both cities are numbered")
                .isEqualTo(3);
        CurrentWorkspace.run(workspace, () -> transactions.executeWithoutResult(status -> erasures.record(ann)));
        await(() -> !snapshot().hidden(true).isEmpty());
        int ordinal = snapshot().ordinal(ann.id()).orElseThrow();
        assertThat(snapshot().hidden(true).get(ordinal)).as("left out at once").isTrue();
        // The intake's rows go with whoever erases; the file alone is looked at here.
        await(() -> rows() == 56);
        await(() -> !Files.exists(aside));
        stores.stop();
        assertThat(texts()).noneMatch(text -> text.contains("ann")).noneMatch(text -> text.contains("Anna"));
        assertThat(texts()).anyMatch(text -> text.contains("bob was here")).anyMatch(text -> text.contains("Bobingen"));
        stores.start();
        await(() -> rows() == 56);
        Property notes = snapshot()
                .property("note", Long.MIN_VALUE, Long.MAX_VALUE, bytes -> {})
                .orElseThrow();
        assertThat(sql("select sum(age), count(*), count(distinct person) from events"))
                .as("the column is one of numbers still")
                .containsExactly("1148.0", "56", "1");
        assertThat(notes.values()).contains("bob was here").doesNotContain("ann was here 1");
        assertThat(snapshot().trait("city").property().values())
                .contains("Bobingen")
                .doesNotContain("Annapolis");
        assertThat(snapshot().hidden(true).get(ordinal)).as("for good").isTrue();
    }

    @Test
    void aLongLogIsReadInStepsThatOverlap() throws Exception {
        int calls = 23;
        for (int call = 0; call < calls; call++) {
            var batch = new StringBuilder("{\"batch\":[");
            for (int i = 0; i < 100; i++) {
                int number = call * 100 + i;
                batch.append(i == 0 ? "" : ",")
                        .append("{\"type\":\"track\",\"messageId\":\"m%d\",\"userId\":\"u%d\",\"event\":\"Counted\","
                                .formatted(number, number % 37))
                        .append("\"timestamp\":\"2026-%02d-05T08:00:00Z\",\"properties\":{\"number\":%d}}"
                                .formatted(1 + number % 3, number));
            }
            receive(TrackingCall.Kind.BATCH, batch.append("]}").toString());
        }
        await(() -> rows() == calls * 100);
        assertThat(sql("select count(*), count(distinct number), sum(number), count(distinct person) from events"))
                .containsExactly("2300", "2300", "2643850.0", "37");
    }

    @Test
    void whatWasAskedForIsReadAgainAfterARestart() throws Exception {
        stores.stop();
        try (var others = Files.list(stores.file(workspace).getParent())) {
            for (Path other : others.toList()) {
                Files.delete(other);
            }
        }
        stores.start();
        for (int day = 1; day <= 28; day++) {
            track("ann", day, "\"page\":\"start\",\"never\":\"asked\"");
            track("bob", day, "\"page\":\"end\",\"never\":\"asked\"");
        }
        await(() -> rows() == 56 && waiting() < settings.rewriteRows());
        long rowsAlone = stores.decodedBytes();
        Property page =
                snapshot().property("page", 0, Long.MAX_VALUE, bytes -> {}).orElseThrow();
        snapshot().segments(0, Long.MAX_VALUE).forEach(segment -> segment.codes(0, page));
        long rowsAndPage = stores.decodedBytes();
        assertThat(rowsAndPage).isGreaterThan(rowsAlone);
        stores.stop();
        assertThat(stores.decodedBytes()).as("let go of with the stores").isZero();
        stores.start();
        await(() -> stores.decodedBytes() == rowsAndPage);
    }

    @Test
    void theFileGoesWithTheWorkspace() {
        track("ann", 1, "\"page\":\"start\"");
        await(() -> rows() == 1);
        Path file = stores.file(workspace);
        assertThat(file).exists();
        CurrentWorkspace.run(workspace, workspaces::deleteCurrent);
        await(() -> !Files.exists(file));
        assertThat(Path.of(file + ".wal")).doesNotExist();
    }

    @Test
    void theFileOfAWorkspaceThatWentWhileTheProcessWasDownIsRemovedAtTheStart() throws Exception {
        track("ann", 1, "\"page\":\"start\"");
        await(() -> rows() == 1);
        Path file = stores.file(workspace);
        stores.stop();
        Path aside = Path.of(file + ".unreadable");
        Files.writeString(aside, "of another time");
        assertThat(file).exists();
        CurrentWorkspace.run(workspace, workspaces::deleteCurrent);
        stores.start();
        await(() -> !Files.exists(file) && !Files.exists(aside));
    }

    @Test
    void aDatabaseThatWasSetBackIsNoticed() {
        track("ann", 1, "\"page\":\"start\"");
        track("bob", 2, "\"page\":\"start\"");
        await(() -> rows() == 2);
        stores.stop();
        // As a dump from before the second event: its row is not there, and what follows is new.
        asOwner("delete from analytics.event where workspace_id = '" + workspace.id()
                + "' and (tx, seq) = (select tx, seq from analytics.event where workspace_id = '" + workspace.id()
                + "' order by tx desc, seq desc limit 1)");
        stores.start();
        await(() -> rows() == 1);
        stores.stop();
        track("cat", 3, "\"page\":\"start\"");
        asOwner("update analytics.log_epoch set id = gen_random_uuid()");
        stores.start();
        await(() -> rows() == 2);
        assertThat(stores.progress(workspace)).isEqualTo(new ColumnStores.Progress(2, 3));
    }

    @Test
    void nobodySeesAPartOfALogThatIsBeingRead() throws Exception {
        int calls = 100;
        int events = 250;
        for (int call = 0; call < calls; call++) {
            var batch = new StringBuilder("{\"batch\":[");
            for (int i = 0; i < events; i++) {
                batch.append(i == 0 ? "" : ",")
                        .append("{\"type\":\"track\",\"event\":\"view\",\"userId\":\"u")
                        .append((call * events + i) % 700)
                        .append("\",\"timestamp\":\"2026-0")
                        .append(1 + i % 5)
                        .append("-02T10:00:00Z\"}");
            }
            receive(TrackingCall.Kind.BATCH, batch.append("]}").toString());
        }
        await(() -> rows() == calls * events);
        stores.stop();
        StoreFile.delete(stores.file(workspace));
        stores.start();
        long read = 0;
        Optional<Snapshot> snapshot = Optional.empty();
        while (snapshot.isEmpty()) {
            snapshot = stores.snapshot(workspace, 1);
            read = Math.max(read, stores.progress(workspace).read());
            assertThat(stores.progress(workspace).percent()).isBetween(0, 99);
        }
        assertThat(read).as("on the way").isPositive();
        assertThat(rows(snapshot.get())).isEqualTo(calls * events);
    }

    @Test
    void monthsOfMergedPersonsAreWrittenAnew() throws Exception {
        int persons = 60;
        for (int person = 0; person < persons; person++) {
            anonymous("visit " + person, "1", "a" + person);
            anonymous("visit " + person, "2", "a" + person);
        }
        await(() -> rows() == 2 * persons
                && snapshot().contents(0, Long.MAX_VALUE).months().size() == 4);
        // The older one stays, so each is merged into the one that came before it.
        for (int person = persons - 1; person > 0; person--) {
            receive(TrackingCall.Kind.IDENTIFY, "{\"anonymousId\":\"a" + person + "\",\"userId\":\"u\"}");
        }
        await(() -> snapshot().segments(Long.MIN_VALUE, Long.MAX_VALUE).stream()
                .limit(2)
                .allMatch(segment -> segment.merged() >= settings.rewriteRows()));
        assertThat(sql("select count(*), count(distinct person) from events where event like 'visit%'"))
                .containsExactly("120", "2");
        assertThat(snapshot().merges().newest()).isEqualTo(persons - 2);
        stores.stop();
        stores.start();
        assertThat(sql("select count(*), count(distinct person) from events where event like 'visit%'"))
                .containsExactly("120", "2");
        assertThat(snapshot().merges().newest()).isEqualTo(persons - 2);
    }

    private void anonymous(String event, String month, String id) {
        receive(
                TrackingCall.Kind.TRACK,
                "{\"anonymousId\":\"%s\",\"event\":\"%s\",\"timestamp\":\"2026-0%s-05T08:00:00Z\"}"
                        .formatted(id, event, month));
    }

    @Test
    void whatIsAcknowledgedIsThereOnceWhileMonthsAreWritten() throws Exception {
        int sent = 0;
        Set<List<Integer>> versions = new HashSet<>();
        for (int call = 0; call < 60 || (versions.size() < 4 && call < 3_000); call++) {
            var batch = new StringBuilder("{\"batch\":[");
            for (int i = 0; i < 50; i++) {
                batch.append(i == 0 ? "" : ",")
                        .append("{\"type\":\"track\",\"event\":\"view\",\"userId\":\"u%d\","
                                .formatted((call * 7 + i) % 90))
                        .append("\"timestamp\":\"2026-0%d-02T10:00:00Z\",\"properties\":{\"n\":%d}}"
                                .formatted(1 + call % 3, sent + i));
            }
            receive(TrackingCall.Kind.BATCH, batch.append("]}").toString());
            sent += 50;
            Snapshot snapshot = snapshot();
            assertThat(rows(snapshot)).isEqualTo(sent);
            versions.add(snapshot.contents(Long.MIN_VALUE, Long.MAX_VALUE).months());
        }
        assertThat(versions).as("months written meanwhile").hasSizeGreaterThan(3);
        assertThat(sql("select count(*), count(distinct n), sum(n) from events"))
                .containsExactly(String.valueOf(sent), String.valueOf(sent), String.valueOf((sent - 1) * (sent / 2.0)));
    }

    @Test
    void traitsOutliveARestartAndTheLastOneCounts() throws SQLException {
        track("ann", 1, "\"page\":\"start\"");
        PersonId ann =
                CurrentWorkspace.call(workspace, () -> log.findPerson("ann").orElseThrow());
        for (int i = 0; i < 30; i++) {
            know(ann, "{\"level\":" + i + ",\"n" + i + "\":true}");
            await(() -> rows() == 1);
        }
        await(() -> "29".equals(level(ann)));
        assertThat(sql("select count(*), min(traits->>'level') from profiles"))
                .as("what was known before is replaced")
                .containsExactly("1", "29");
        stores.stop();
        stores.start();
        await(() -> rows() == 1 && "29".equals(level(ann)));
        for (int i = 0; i <= PersonColumns.MOST_COLUMNS; i++) {
            assertThat(snapshot().trait("n" + i).code(0))
                    .as("a trait that was taken away")
                    .isZero();
        }
        know(ann, "{\"level\":30}");
        await(() -> "30".equals(level(ann)));
    }

    /** The first row of what somebody with the permission for contact data gets. */
    private List<String> sql(String query) throws SQLException {
        var sight = new EventTables.Sight(ZoneId.of("UTC"), true, name -> false, value -> false);
        return stores.tables(workspace, 5_000, sight, connection -> {
                    List<String> row = new ArrayList<>();
                    try (var statement = connection.createStatement();
                            var found = statement.executeQuery(query)) {
                        assertThat(found.next()).isTrue();
                        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                            row.add(String.valueOf(found.getString(i)));
                        }
                    }
                    return row;
                })
                .orElseThrow();
    }

    private String level(PersonId person) {
        Snapshot snapshot = snapshot();
        PersonColumn column = snapshot.trait("level");
        return column.property()
                .values()[column.code(snapshot.ordinal(person.id()).orElseThrow())];
    }

    private void know(PersonId person, String known) {
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(
                        status -> traits.write(List.of(new TraitLog.Known(person.id(), workspace, known, false)))));
    }

    private Snapshot snapshot() {
        for (int attempt = 0; attempt < 20; attempt++) {
            Optional<Snapshot> snapshot = stores.snapshot(workspace, 5_000);
            if (snapshot.isPresent()) {
                return snapshot.get();
            }
        }
        throw new AssertionError("the store does not come up");
    }

    /** The rows in the months and the delta. */
    private int rows() {
        return rows(snapshot());
    }

    /** The rows in the delta. */
    private int waiting() {
        Snapshot snapshot = snapshot();
        return snapshot.segments(Long.MIN_VALUE, Long.MAX_VALUE).stream()
                .filter(snapshot::isDelta)
                .mapToInt(segment -> segment.block(0).rows())
                .sum();
    }

    private static int rows(Snapshot snapshot) {
        int rows = 0;
        for (Segment segment : snapshot.segments(Long.MIN_VALUE, Long.MAX_VALUE)) {
            for (int block = 0; block < snapshot.blocks(); block++) {
                rows += segment.block(block).rows();
            }
        }
        return rows;
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    /** Every text in every table of the file. */
    private List<String> texts() throws SQLException {
        List<String> texts = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:" + stores.file(workspace));
                var statement = connection.createStatement()) {
            List<String> questions = new ArrayList<>();
            try (var columns = statement.executeQuery("select table_name, column_name from duckdb_columns()"
                    + " where data_type = 'VARCHAR' and not internal and schema_name = 'main'")) {
                while (columns.next()) {
                    questions.add("select " + columns.getString(2) + " from " + columns.getString(1));
                }
            }
            for (String question : questions) {
                try (var rowsOf = statement.executeQuery(question)) {
                    while (rowsOf.next()) {
                        texts.add(requireNonNull(String.valueOf(rowsOf.getString(1))));
                    }
                }
            }
        }
        assertThat(texts).isNotEmpty();
        return texts;
    }

    private void asOwner(String sql) {
        try (var connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void track(String user, int day, String properties) {
        String body = "{\"userId\":\"" + user + "\",\"event\":\"view\",\"timestamp\":\"2026-05-" + (day < 10 ? "0" : "")
                + day + "T10:00:00Z\",\"properties\":{" + properties + "}}";
        receive(TrackingCall.Kind.TRACK, body);
    }
}
