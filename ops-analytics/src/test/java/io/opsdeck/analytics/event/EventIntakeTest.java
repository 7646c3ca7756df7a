package io.opsdeck.analytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.testing.AnalyticsApplication;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = AnalyticsApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class EventIntakeTest {

    @Autowired
    EventIntake intake;

    @Autowired
    EventSources sources;

    @Autowired
    EventLog log;

    @Autowired
    LogReader reader;

    @Autowired
    Quarantine quarantine;

    @Autowired
    EventDictionary dictionary;

    @Autowired
    EventMaintenance maintenance;

    @Autowired
    WriteKeys writeKeys;

    @Autowired
    Ids ids;

    @Autowired
    Clock clock;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    @Qualifier("intakeDataSource")
    DataSource intakeDatabase;

    WorkspaceId workspace = new WorkspaceId(new java.util.UUID(0, 9));
    SourceId source = new SourceId(new java.util.UUID(0, 9));
    String key = "";

    @BeforeEach
    void openWorkspace() {
        workspace = newWorkspace();
        var made = CurrentWorkspace.call(workspace, () -> sources.create("Shop", EventSources.Kind.WEB, null));
        source = made.id();
        key = made.writeKey();
    }

    @Test
    void identifiersLeadToPersonsAsDecided() {
        send("track", "{\"event\":\"view\",\"anonymousId\":\"a1\"}");
        send("identify", "{\"anonymousId\":\"a1\",\"userId\":\"u1\",\"traits\":{\"plan\":\"pro\"}}");
        send("track", "{\"event\":\"buy\",\"anonymousId\":\"a1\"}");
        PersonId u1 = person("u1");
        assertThat(eventsOf(u1)).containsExactly("buy", "$identify", "view");
        send("track", "{\"event\":\"login\",\"anonymousId\":\"a1\",\"userId\":\"u2\"}");
        send("track", "{\"event\":\"view\",\"anonymousId\":\"a1\"}");
        PersonId u2 = person("u2");
        assertThat(u2).isNotEqualTo(u1);
        assertThat(eventsOf(u1)).hasSize(3);
        assertThat(eventsOf(u2)).containsExactly("view", "login");
        send("track", "{\"event\":\"view\",\"anonymousId\":\"a2\"}");
        send("alias", "{\"previousId\":\"a2\",\"userId\":\"u1\"}");
        assertThat(person("u1")).isEqualTo(u1);
        assertThat(eventsOf(u1))
                .hasSize(5)
                .filteredOn(name -> !name.equals("$alias"))
                .hasSize(4);
        assertThat(reader.aliases(LogPosition.START, 1000))
                .filteredOn(alias -> alias.workspace().equals(workspace))
                .singleElement()
                .satisfies(alias -> assertThat(alias.canonical()).isEqualTo(u1));
    }

    @Test
    void identifiersLeadToTheSamePersonsWithinOneBatch() {
        send(
                "batch",
                "{\"batch\":[{\"type\":\"track\",\"event\":\"view\",\"anonymousId\":\"a1\"},"
                        + "{\"type\":\"identify\",\"anonymousId\":\"a1\",\"userId\":\"u1\"},{\"type\":\"track\",\"event\":\"buy\",\"anonymousId\":\"a1\"},"
                        + "{\"type\":\"track\",\"event\":\"login\",\"anonymousId\":\"a1\",\"userId\":\"u2\"},{\"type\":\"track\",\"event\":\"view\",\"anonymousId\":\"a1\"},"
                        + "{\"type\":\"track\",\"event\":\"view\",\"anonymousId\":\"a2\"},{\"type\":\"alias\",\"previousId\":\"a2\",\"userId\":\"u1\"}]}");
        assertThat(eventsOf(person("u1"))).hasSize(5);
        assertThat(eventsOf(person("u2"))).hasSize(2);
    }

    @Test
    void theOlderPersonSurvivesAndIdentifiedPersonsStayApart() {
        send("track", "{\"event\":\"x\",\"anonymousId\":\"old\"}");
        PersonId old = person("old");
        send("track", "{\"event\":\"x\",\"userId\":\"newer\"}");
        PersonId newer = person("newer");
        send("identify", "{\"anonymousId\":\"old\",\"userId\":\"newer\"}");
        assertThat(person("newer")).isEqualTo(old);
        assertThat(eventsOf(newer)).hasSize(3);
        send("alias", "{\"previousId\":\"newer\",\"userId\":\"other\"}");
        assertThat(person("other")).isNotEqualTo(person("newer"));
    }

    @Test
    void aMessageIsStoredOnce() {
        String batch = "{\"batch\":[" + item("m1") + "," + item("m1") + "," + item("m2") + "]}";
        assertThat(send("batch", batch)).isEqualTo(new Receipt(EventSources.Kind.WEB, 2, 1, 0, 0, List.of()));
        assertThat(send("import", batch)).isEqualTo(new Receipt(EventSources.Kind.WEB, 0, 3, 0, 0, List.of()));
        var restarted = new EventIntake(writeKeys, intakeDatabase, ids, clock, 5_000);
        restarted.start();
        assertThat(receive(restarted, "batch", batch).duplicate()).isEqualTo(3);
        restarted.stop();
        assertThatThrownBy(() -> receive(restarted, "batch", batch))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(EventError.INTAKE_UNAVAILABLE));
        var counters = CurrentWorkspace.call(workspace, () -> sources.require(source));
        assertThat(List.of(counters.accepted(), counters.duplicate())).isEqualTo(List.of(2L, 7L));
        assertThat(counters.lastEventAt()).isNotNull();
        assertThat(all()).hasSize(2);
    }

    @Test
    void aBadEventIsRefusedAloneAndCanBeReplayed() {
        Receipt receipt = send(
                "batch",
                "{\"batch\":[" + item("g1")
                        + ",{\"type\":\"track\",\"event\":\"old\",\"userId\":\"u\",\"messageId\":\"bad\",\"timestamp\":\"2001-01-01\",\"properties\":{\"a\":\"\\u0000\"}},"
                        + "{\"type\":\"track\",\"event\":\"big\",\"userId\":\"u\",\"properties\":{\"a\":\""
                        + "x".repeat(33_000) + "\"}}," + item("g2")
                        + "],\"context\":{\"ip\":\"1.1.1.1\",\"locale\":\"zh\"}}");
        assertThat(receipt.accepted()).isEqualTo(2);
        assertThat(receipt.quarantined()).isEqualTo(1);
        assertThat(receipt.rejected()).isEqualTo(1);
        assertThat(receipt.refusals())
                .extracting(Receipt.Refusal::pointer)
                .containsExactly("/batch/1/timestamp", "/batch/2");
        assertThat(all()).allSatisfy(event -> assertThat(event.context()).contains("zh"));
        var kept = CurrentWorkspace.call(workspace, () -> quarantine.page(null, null, 10))
                .data();
        assertThat(kept)
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).isEqualTo(EventFault.TOO_OLD));
        var which = List.of(kept.get(0).id());
        assertThat(CurrentWorkspace.call(workspace, () -> quarantine.replay(which)))
                .isEqualTo(new Quarantine.Replay(0, 1));
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(
                        status -> jdbc.sql("update analytics.source set accept_from = ?")
                                .param(LocalDate.of(1990, 1, 1))
                                .update()));
        assertThat(CurrentWorkspace.call(workspace, () -> quarantine.replay(which)))
                .isEqualTo(new Quarantine.Replay(1, 0));
        assertThat(CurrentWorkspace.call(workspace, () -> quarantine.reasons())).isEmpty();
        assertThat(all()).extracting(LoggedEvent::messageId).containsExactlyInAnyOrder("g1", "g2", "bad");
        assertThat(all().stream().filter(LoggedEvent::sanitized)).hasSize(1);
    }

    @Test
    void anEventThatTheDatabaseRefusesStandsAloneInTheEnd() {
        var parsed = TrackingParser.parse(
                TrackingCall.Kind.BATCH,
                ("{\"batch\":[" + item("p1") + "," + item("p2") + "," + item("p3") + "," + item("p4") + "]}")
                        .getBytes(StandardCharsets.UTF_8));
        IntakeSource intakeSource = writeKeys.require(key);
        parsed.events().forEach(event -> intake.rules().apply(event, intakeSource, clock.millis()));
        parsed.events().get(2).props = "{broken";
        intake.submit(parsed.events());
        assertThat(parsed.events())
                .extracting(event -> event.outcome)
                .containsExactly(
                        TrackedEvent.Outcome.ACCEPTED,
                        TrackedEvent.Outcome.ACCEPTED,
                        TrackedEvent.Outcome.QUARANTINED,
                        TrackedEvent.Outcome.ACCEPTED);
        assertThat(all()).hasSize(3);
        assertThat(CurrentWorkspace.call(workspace, () -> quarantine.reasons()))
                .containsExactly(new Quarantine.ReasonCount(EventFault.NOT_STORABLE, 1));
    }

    @Test
    void oddTextComesBackAsItWas() {
        String text = "tab\\t line\\n back\\\\slash \\\"quote\\\" 👨‍👩‍👧‍👦 𠮷 \\\\N";
        send(
                "track",
                "{\"event\":\"odd \\t \\\\ \\n\",\"userId\":\"u\\\\N\",\"properties\":{\"a.b\\\"']$\":\"" + text
                        + "\",\"n\":1e400}}");
        LoggedEvent event = all().get(0);
        assertThat(event.name()).isEqualTo("odd \t \\ \n");
        assertThat(event.userId()).isEqualTo("u\\N");
        assertThat(event.props()).isEqualTo("{\"n\": \"1e400\", \"a.b\\\"']$\": \"" + text + "\"}");
    }

    @Test
    void whatManyThreadsSendToTwoNodesIsStoredOnceAndReadOnce() throws Exception {
        LogPosition before = end();
        var acknowledged = ConcurrentHashMap.<String>newKeySet();
        var read = new ArrayList<String>();
        var writing = new AtomicBoolean(true);
        var pool = Executors.newFixedThreadPool(17);
        Future<?> tail = pool.submit(() -> {
            LogPosition at = before;
            boolean last = false;
            while (!last) {
                last = !writing.get();
                List<LoggedEvent> next = reader.events(at, 100);
                while (!next.isEmpty()) {
                    next.forEach(event -> read.add(event.messageId()));
                    at = next.get(next.size() - 1).position();
                    next = reader.events(at, 100);
                }
            }
        });
        var second = new EventIntake(writeKeys, intakeDatabase, ids, clock, 5_000);
        second.start();
        var writers = new ArrayList<Future<?>>();
        for (int thread = 0; thread < 16; thread++) {
            var random = new Random(thread);
            EventIntake mine = thread % 2 == 0 ? intake : second;
            writers.add(pool.submit(() -> {
                for (int i = 0; i < 150; i++) {
                    String id = "c" + random.nextInt(1500);
                    Receipt receipt = receive(
                            mine,
                            "track",
                            "{\"event\":\"e" + random.nextInt(20) + "\",\"anonymousId\":\"a" + random.nextInt(40) + "\""
                                    + (random.nextInt(4) == 0 ? ",\"userId\":\"u" + random.nextInt(15) + "\"" : "")
                                    + ",\"messageId\":\"" + id + "\"}");
                    assertThat(receipt.accepted() + receipt.duplicate()).isEqualTo(1);
                    if (receipt.accepted() == 1) {
                        assertThat(acknowledged.add(id)).isTrue();
                    }
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        second.stop();
        writing.set(false);
        tail.get(60, TimeUnit.SECONDS);
        pool.shutdown();
        Set<String> expected = new HashSet<>();
        for (int thread = 0; thread < 16; thread++) {
            var random = new Random(thread);
            for (int i = 0; i < 150; i++) {
                expected.add("c" + random.nextInt(1500));
                random.nextInt(20);
                random.nextInt(40);
                if (random.nextInt(4) == 0) {
                    random.nextInt(15);
                }
            }
        }
        assertThat(acknowledged).isEqualTo(expected);
        assertThat(read).hasSize(expected.size()).hasSameElementsAs(expected);
        assertThat(all()).hasSize(expected.size());
        Long broken = CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql(
                        "select count(*) from analytics.identifier i join analytics.person p on p.id = i.person_id"
                                + " where p.merged_into is not null or (i.kind = 'user' and not p.identified)")
                .query(Long.class)
                .single()));
        assertThat(broken).isZero();
    }

    @Test
    void theLogIsInTheOrderOfNumbersWhereTheTransactionIdGetsADigitMore() throws Exception {
        LogPosition at = end();
        try (var connection = intakeDatabase.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("""
                    do $$ declare
                      boundary numeric := power(10::numeric, length(pg_current_xact_id()::text));
                    begin
                      commit;
                      while pg_current_xact_id()::text::numeric < boundary - 5 loop commit; end loop;
                    end $$""");
        }
        var sent = new ArrayList<String>();
        for (int i = 0; i < 10; i++) {
            send("track", item("d" + i));
            sent.add("d" + i);
        }
        var read = new ArrayList<String>();
        for (List<LoggedEvent> next = reader.events(at, 3); !next.isEmpty(); next = reader.events(at, 3)) {
            next.forEach(event -> read.add(event.messageId()));
            at = next.get(next.size() - 1).position();
        }
        assertThat(read).isEqualTo(sent);
    }

    @Test
    void aReaderWaitsForATransactionThatBeganEarlier() throws Exception {
        LogPosition before = end();
        try (var slow = intakeDatabase.getConnection()) {
            slow.setAutoCommit(false);
            try (var statement = slow.createStatement()) {
                statement.execute("select pg_current_xact_id()");
            }
            send("track", "{\"event\":\"x\",\"userId\":\"u\"}");
            assertThat(reader.events(before, 10)).isEmpty();
            slow.rollback();
            slow.setAutoCommit(true);
        }
        assertThat(reader.events(before, 10)).hasSize(1);
    }

    @Test
    void anotherWorkspaceSeesNothing() {
        send("track", "{\"event\":\"x\",\"userId\":\"u\"}");
        send("track", "{\"event\":\"x\"}");
        WorkspaceId other = newWorkspace();
        CurrentWorkspace.run(other, () -> {
            assertThat(log.newest(null, null, null, 10).data()).isEmpty();
            assertThat(log.findPerson("u")).isEmpty();
            assertThat(sources.list()).isEmpty();
            assertThat(quarantine.reasons()).isEmpty();
            assertThat(dictionary.events()).isEmpty();
        });
        assertThatThrownBy(() -> CurrentWorkspace.call(other, () -> sources.require(source)))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(EventError.SOURCE_NOT_FOUND));
        assertThatThrownBy(() -> CurrentWorkspace.callAsSystem(() ->
                        transactions.execute(status -> jdbc.sql("select * from analytics.event_"
                                        + java.time.YearMonth.now(clock)
                                                .toString()
                                                .replace("-", ""))
                                .query()
                                .listOfRows())))
                .hasStackTraceContaining("permission denied");
    }

    @Test
    void theDictionaryCountsWhatCame() {
        for (int i = 0; i < 3; i++) {
            send(
                    "track",
                    "{\"event\":\"Order Completed\",\"userId\":\"u\",\"properties\":{\"total\":"
                            + (i == 0 ? "\"5\"" : "5") + "}}");
        }
        var again = new EventIntake(writeKeys, intakeDatabase, ids, clock, 5_000);
        again.start();
        receive(again, "track", "{\"event\":\"Order Completed\",\"userId\":\"u\"}");
        again.stop();
        intake.stop();
        intake.start();
        CurrentWorkspace.run(workspace, () -> {
            assertThat(dictionary.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.count()).isEqualTo(4));
            assertThat(dictionary.properties("Order Completed"))
                    .singleElement()
                    .satisfies(property -> assertThat(property.types())
                            .containsExactly(EventDictionary.ValueType.TEXT, EventDictionary.ValueType.NUMBER));
            assertThat(dictionary.volume("Order Completed", LocalDate.of(2020, 1, 1)))
                    .hasSize(1);
            dictionary.describe("Order Completed", EventDictionary.Status.DEPRECATED, null, "Paid");
            assertThat(dictionary.events().get(0).description()).isEqualTo("Paid");
        });
        maintenance.run();
    }

    @Test
    void theDictionaryAddsWhatAKilledProcessHadNoted() throws Exception {
        send("track", "{\"event\":\"view\",\"userId\":\"u\",\"properties\":{\"page\":\"/\"}}");
        intake.stop();
        try (Connection connection = intakeDatabase.getConnection();
                var note = connection.prepareStatement("""
                        insert into analytics.dictionary_tally
                        select ?, 'view', property, types, 5, '2026-01-31 23:59Z', '2026-01-31 23:59Z'
                        from (values (null, 0), ('page', 2)) k (property, types)
                        """)) {
            note.setObject(1, workspace.id());
            note.executeUpdate();
        }
        var next = new EventIntake(writeKeys, intakeDatabase, ids, clock, 5_000);
        next.start();
        next.stop();
        intake.start();
        CurrentWorkspace.run(workspace, () -> {
            assertThat(dictionary.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.count()).isEqualTo(6));
            assertThat(dictionary.properties("view"))
                    .singleElement()
                    .satisfies(property -> assertThat(property.types())
                            .containsExactly(EventDictionary.ValueType.TEXT, EventDictionary.ValueType.NUMBER));
            assertThat(dictionary.volume("view", LocalDate.of(2026, 1, 1)))
                    .first()
                    .satisfies(day -> assertThat(day.count()).isEqualTo(5));
        });
    }

    @Test
    void whatWasCountedForADeletedWorkspaceHoldsNobodyUp() {
        send("track", "{\"event\":\"soon gone\",\"userId\":\"u\"}");
        for (int i = 0; i < 3; i++) {
            send("track", "{\"event\":\"soon gone\",\"userId\":\"u" + i + "\"}");
        }
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status -> jdbc.sql("select core.delete_current_workspace()")
                        .query((row, number) -> 0)
                        .list()));
        openWorkspace();
        assertThat(send("track", "{\"event\":\"never seen before\",\"userId\":\"u\"}")
                        .accepted())
                .isEqualTo(1);
        assertThat(all()).hasSize(1);
        Long left = CurrentWorkspace.callAsSystem(() ->
                transactions.execute(status -> jdbc.sql("select count(*) from analytics.event where name = 'soon gone'")
                        .query(Long.class)
                        .single()));
        assertThat(left).isZero();
        maintenance.run();
        Long remembered = CurrentWorkspace.callAsSystem(
                () -> transactions.execute(status -> jdbc.sql("select count(*) from analytics.removed_source")
                        .query(Long.class)
                        .single()));
        assertThat(remembered).isZero();
    }

    @Test
    void pagesFollowEachOtherWithoutGapOrRepeat() {
        for (int i = 0; i < 5; i++) {
            send("batch", "{\"batch\":[" + item("x" + i) + "," + item("y" + i) + "]}");
        }
        var found = new ArrayList<String>();
        String cursor = null;
        do {
            String from = cursor;
            var page = CurrentWorkspace.call(workspace, () -> log.newest("e", null, from, 3));
            page.data().forEach(event -> found.add(event.messageId()));
            cursor = page.next();
        } while (cursor != null);
        assertThat(found).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void aWrongDisabledOrRotatedKeyIsUnknown() {
        String old = key;
        var rotated = CurrentWorkspace.call(workspace, () -> sources.rotate(source));
        assertUnknown(old);
        assertUnknown("opd_wk_junk");
        key = rotated.writeKey();
        send("track", "{\"event\":\"x\",\"userId\":\"u\"}");
        CurrentWorkspace.run(workspace, () -> sources.disable(source));
        assertUnknown(key);
    }

    private void assertUnknown(String wrong) {
        assertThatThrownBy(() -> intake.receive(call("track", "{\"event\":\"x\",\"userId\":\"u\"}", wrong)))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(EventError.WRITE_KEY_UNKNOWN));
    }

    private LogPosition end() {
        LogPosition at = LogPosition.START;
        List<LoggedEvent> next = reader.events(at, 1000);
        while (!next.isEmpty()) {
            at = next.get(next.size() - 1).position();
            next = reader.events(at, 1000);
        }
        return at;
    }

    private WorkspaceId newWorkspace() {
        var id = new WorkspaceId(ids.next());
        CurrentWorkspace.run(
                id,
                () -> transactions.executeWithoutResult(status -> jdbc.sql(
                                "insert into core.workspace (id, name, time_zone, week_start, currency, locale, created_at)"
                                        + " values (?, 'W', 'Asia/Shanghai', 'MONDAY', 'CNY', 'zh-CN', now())")
                        .param(id.id())
                        .update()));
        return id;
    }

    private static String item(String messageId) {
        return "{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"messageId\":\"" + messageId
                + "\",\"context\":{\"ip\":\"2.2.2.2\"}}";
    }

    private Receipt send(String path, String body) {
        return receive(intake, path, body);
    }

    private Receipt receive(EventIntake through, String path, String body) {
        return through.receive(call(path, body, key));
    }

    private static TrackingCall call(String path, String body, String key) {
        return new TrackingCall(
                TrackingCall.Kind.ofPath(path).orElseThrow(),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                false,
                "Bearer " + (key.startsWith("opd_wk_") ? key : ""));
    }

    private PersonId person(String identifier) {
        return CurrentWorkspace.call(workspace, () -> log.findPerson(identifier))
                .orElseThrow();
    }

    private List<String> eventsOf(PersonId person) {
        return CurrentWorkspace.call(workspace, () -> log.newest(null, person, null, 100)).data().stream()
                .map(LoggedEvent::name)
                .toList();
    }

    private List<LoggedEvent> all() {
        return CurrentWorkspace.call(workspace, () -> log.newest(null, null, null, 10_000))
                .data();
    }
}
