package io.opsdeck.user.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.analytics.event.LogReader;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.store.TraitLog;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.user.testing.UserApplication;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@SpringBootTest(classes = UserApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class ProfileFollowerTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Autowired
    ApplicationContext beans;

    @Autowired
    ProfileFollower follower;

    @Autowired
    LogReader reader;

    @Autowired
    TraitLog traitLog;

    @Autowired
    ProfileNews news;

    @Autowired
    EventLog log;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    PlatformTransactionManager transactionManager;

    /** What a profile must hold. */
    private record Expected(
            long events,
            Instant firstSeen,
            Instant lastSeen,
            @Nullable String userId,
            JsonNode traits) {}

    @BeforeEach
    void startFromNothing() {
        follower.stop();
        asSystem("delete from users.profile");
        asSystem("delete from analytics.person_traits");
        asSystem("update users.log_cursor set event_tx = '0', event_seq = 0, alias_tx = '0', alias_seq = 0");
    }

    @AfterEach
    void goOn() {
        follower.start();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20, 5_000})
    void profilesAreWhatTheSlowReferenceSays(int batch) {
        var random = new Random(batch);
        var shops = List.of(new Shop(beans), new Shop(beans));
        for (int round = 0; round < 12; round++) {
            for (Shop shop : shops) {
                var items = new ArrayList<String>();
                for (int i = random.nextInt(15); i >= 0; i--) {
                    items.add(randomItem(random));
                }
                shop.send(items);
            }
            for (int i = random.nextInt(6); i > 0; i--) {
                follower.follow(batch);
            }
        }
        catchUp(follower, batch);
        assertSameAsReference();
        asSystem("delete from users.profile");
        asSystem("update users.log_cursor set event_tx = '0', event_seq = 0, alias_tx = '0', alias_seq = 0");
        catchUp(new ProfileFollower(reader, traitLog, news, jdbc, transactionManager), 7);
        assertSameAsReference();
    }

    @Test
    void aNodeThatDiesBeforeOrAfterItsCommitLosesNothingAndAppliesNothingTwice() {
        var random = new Random(42);
        var shop = new Shop(beans);
        var killing = new KillingTransactionManager(transactionManager, random);
        var node = new ProfileFollower(reader, traitLog, news, jdbc, killing);
        for (int round = 0; round < 40; round++) {
            var items = new ArrayList<String>();
            for (int i = 0; i < 10; i++) {
                items.add(randomItem(random));
            }
            shop.send(items);
            for (int step = 0; step < 3; step++) {
                try {
                    node.follow(4);
                } catch (KilledException e) {
                    node = new ProfileFollower(reader, traitLog, news, jdbc, killing);
                }
            }
        }
        assertThat(killing.kills).isGreaterThan(20);
        catchUp(follower, 50);
        assertSameAsReference();
    }

    @Test
    void twoNodesTakeTurns() throws Exception {
        var random = new Random(7);
        var shop = new Shop(beans);
        var one = new ProfileFollower(reader, traitLog, news, jdbc, transactionManager);
        var other = new ProfileFollower(reader, traitLog, news, jdbc, transactionManager);
        one.start();
        other.start();
        for (int round = 0; round < 60; round++) {
            shop.send(List.of(randomItem(random), randomItem(random)));
        }
        waitFor(() -> followed() == logged());
        one.stop();
        other.stop();
        assertThat(one.isRunning()).isFalse();
        assertSameAsReference();
    }

    @Test
    void theLatestTraitByTimeWinsAndNullRemoves() {
        var shop = new Shop(beans);
        shop.identify(
                "u",
                "2026-03-02T00:00:00Z",
                "{'plan':'pro','name':' 王 小明 ','email':'A@B.CN','phone':'+86 138-0013-8000'}");
        shop.identify("u", "2026-03-01T00:00:00Z", "{'plan':'free','city':'上海','age':41}");
        shop.identify("u", "2026-03-03T00:00:00Z", "{'city':null,'phone':null,'tags':['a',{'b':1.50}]}");
        shop.identify("u", "2026-03-02T12:00:00Z", "{'city':'北京'}");
        catchUp(follower, 2);
        Map<String, Object> row = asSystemRow(shop);
        assertThat(row).containsEntry("name", "王 小明").containsEntry("email", "a@b.cn");
        assertThat(row.get("phone")).isNull();
        assertThat(Traits.JSON.readTree(String.valueOf(row.get("traits"))))
                .isEqualTo(
                        Traits.JSON.readTree(
                                "{\"plan\":\"pro\",\"name\":\" 王 小明 \",\"email\":\"A@B.CN\",\"age\":41,\"tags\":[\"a\",{\"b\":1.50}]}"));
        assertThat(String.valueOf(row.get("stamps"))).contains("city", "phone");
    }

    /** Also by a node that dies before or after its commits. */
    @Test
    void webhooksAreToldOnceOfEachProfileThatIsNewOrMergedWhereTheyAsk() throws Exception {
        var random = new Random(11);
        var shop = new Shop(beans);
        var quiet = new Shop(beans);
        askForNews(shop);
        catchUp(new ProfileFollower(reader, traitLog, news, jdbc, transactionManager), 5_000);
        var killing = new KillingTransactionManager(transactionManager, random);
        var node = new ProfileFollower(reader, traitLog, news, jdbc, killing);
        for (int round = 0; round < 30; round++) {
            shop.send(List.of(randomItem(random), randomItem(random), randomItem(random)));
            quiet.send(List.of(randomItem(random)));
            try {
                while (node.follow(4)) {}
            } catch (KilledException e) {
                node = new ProfileFollower(reader, traitLog, news, jdbc, killing);
            }
        }
        catchUp(follower, 50);
        waitFor(() -> number("select count(*) from users.profile_news") == 0);
        assertThat(told(quiet)).isEmpty();
        Set<String> living = new HashSet<>();
        int merges = 0;
        for (JsonNode message : told(shop)) {
            JsonNode data = message.path("data");
            if (message.path("type").asString().equals("profile.created")) {
                assertThat(data.path("count").asInt())
                        .isEqualTo(data.path("ids").size());
                data.path("ids")
                        .forEach(id -> assertThat(living.add(id.asString())).isTrue());
            }
            for (JsonNode merged : data.path("merged")) {
                assertThat(living.remove(merged.path("from").asString())).isTrue();
                living.add(merged.path("into").asString());
                merges++;
            }
        }
        assertThat(merges).isPositive();
        assertThat(living)
                .isEqualTo(Set.copyOf(shop.within(() -> java.util.Objects.requireNonNull(
                        transactions.execute(status -> jdbc.sql("select id::text from users.profile")
                                .query(String.class)
                                .list())))));
    }

    private void askForNews(Shop shop) {
        shop.within(() -> transactions.execute(status -> jdbc.sql("""
                        insert into core.webhook_endpoint (id, workspace_id, url, description, types, personal, created_at)
                        values (gen_random_uuid(), core.current_workspace(), 'https://203.0.113.1/', '',
                          '{profile.created,profile.merged}', true, now())
                        """).update()));
    }

    private List<JsonNode> told(Shop shop) {
        return shop
                .within(() -> java.util.Objects.requireNonNull(
                        transactions.execute(status -> jdbc.sql("select thin from core.webhook_message order by id")
                                .query(String.class)
                                .list())))
                .stream()
                .map(Traits.JSON::readTree)
                .toList();
    }

    @Test
    void anIdleFollowerSeesAnEventWithinASecondOrSo() throws Exception {
        follower.start();
        var shop = new Shop(beans);
        waitFor(() -> followed() == logged());
        shop.identify("lag", "2026-03-02T00:00:00Z", "{}");
        waitFor(() -> followed() == logged());
    }

    private String randomItem(Random random) {
        String anonymous = "\"anonymousId\":\"a" + random.nextInt(12) + "\"";
        String user = "\"userId\":\"u" + random.nextInt(6) + "\"";
        String at = ",\"timestamp\":\"" + START.plus(Duration.ofMinutes(random.nextInt(500))) + "\"";
        int kind = random.nextInt(10);
        if (kind < 5) {
            return "{\"type\":\"track\",\"event\":\"view\"," + anonymous + at + "}";
        }
        if (kind < 6) {
            return "{\"type\":\"alias\",\"previousId\":\"a" + random.nextInt(12) + "\"," + user + at + "}";
        }
        String who = kind < 8 ? anonymous + "," + user : kind < 9 ? user : anonymous;
        String[] values = {"null", "\"x\"", "\"42\"", "42", "4.20", "true", "[1,\"二\"]", "{\"deep\":null}"};
        String[] names = {"t0", "t1", "t2", "t3", "internal"};
        var traits = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            traits.append(traits.isEmpty() ? "" : ",")
                    .append('"')
                    .append(names[random.nextInt(names.length)])
                    .append("\":")
                    .append(values[random.nextInt(values.length)]);
        }
        return "{\"type\":\"identify\"," + who + at + ",\"traits\":{" + traits + "}}";
    }

    /** Slow and obvious: all events of a person as it is now, in the order of their times, one after the other. */
    private Map<UUID, Expected> reference() {
        Map<UUID, List<LoggedEvent>> byPerson = new HashMap<>();
        for (LoggedEvent event : allEvents()) {
            PersonId person = CurrentWorkspace.call(event.workspace(), () -> log.current(event.person()))
                    .orElseThrow();
            byPerson.computeIfAbsent(person.id(), id -> new ArrayList<>()).add(event);
        }
        Map<UUID, Expected> profiles = new HashMap<>();
        byPerson.forEach((id, events) -> {
            events.sort(Comparator.comparing(LoggedEvent::at)
                    .thenComparing(event -> event.position().seq()));
            var traits = Traits.JSON.createObjectNode();
            String user = null;
            for (LoggedEvent event : events) {
                if (event.name().equals("$identify")) {
                    Traits.JSON.readTree(event.props()).forEachEntry((name, value) -> {
                        if (value.isNull()) {
                            traits.remove(name);
                        } else {
                            traits.set(name, value);
                        }
                    });
                }
                if (user == null) {
                    user = event.userId();
                }
            }
            Instant first = events.get(0).at();
            profiles.put(
                    id,
                    new Expected(
                            events.size(), first, events.get(events.size() - 1).at(), user, traits));
        });
        return profiles;
    }

    private void assertSameAsReference() {
        Map<UUID, Expected> found = new HashMap<>();
        CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql(
                        "select p.id, a.events, p.first_seen_at, a.last_seen_at, p.user_id, p.traits::text"
                                + " from users.profile p join users.activity a on a.profile_id = p.id"
                                + " and a.workspace_id = p.workspace_id")
                .query((row, number) -> found.put(
                        row.getObject(1, UUID.class),
                        new Expected(
                                row.getLong(2),
                                row.getTimestamp(3).toInstant(),
                                row.getTimestamp(4).toInstant(),
                                row.getString(5),
                                Traits.JSON.readTree(row.getString(6)))))
                .list()));
        assertThat(found).isNotEmpty().isEqualTo(reference());
        assertThat(number("select count(*) from users.profile p full join analytics.person_traits t"
                        + " on t.person_id = p.id and t.workspace_id = p.workspace_id"
                        + " where coalesce(p.traits, '{}') <> coalesce(t.traits, '{}')"))
                .as("traits that questions about behaviour see otherwise")
                .isZero();
        assertThat(number("select count(*) from analytics.person_traits where internal"))
                .isEqualTo(found.values().stream()
                        .map(profile -> profile.traits().path("internal"))
                        .filter(internal -> internal.isBoolean() && internal.booleanValue())
                        .count());
        assertThat(number("select count(*) from users.profile")).isEqualTo(found.size());
        assertThat(number("select count(*) from users.activity")).isEqualTo(found.size());
        assertThat(number("select coalesce(sum(profiles), 0) from users.profile_count"))
                .isEqualTo(found.size());
        assertThat(number("select coalesce(sum(identified), 0) from users.profile_count"))
                .isEqualTo(found.values().stream()
                        .filter(profile -> profile.userId() != null)
                        .count());
    }

    private List<LoggedEvent> allEvents() {
        var all = new ArrayList<LoggedEvent>();
        LogPosition at = LogPosition.START;
        for (var next = reader.events(at, 1_000); !next.isEmpty(); next = reader.events(at, 1_000)) {
            all.addAll(next);
            at = next.get(next.size() - 1).position();
        }
        return all;
    }

    private void catchUp(ProfileFollower node, int batch) {
        waitFor(() -> {
            while (node.follow(batch)) {
                assertThat(node.isRunning()).isFalse();
            }
            return followed() == logged();
        });
        node.follow(batch);
    }

    private long followed() {
        return number("select coalesce(sum(events), 0) from users.activity");
    }

    private long logged() {
        return number("select count(*) from analytics.event");
    }

    private static void waitFor(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void asSystem(String sql) {
        CurrentWorkspace.callAsSystem(
                () -> transactions.execute(status -> jdbc.sql(sql).update()));
    }

    private long number(String sql) {
        Long number = CurrentWorkspace.callAsSystem(() ->
                transactions.execute(status -> jdbc.sql(sql).query(Long.class).single()));
        return number == null ? -1 : number;
    }

    private Map<String, Object> asSystemRow(Shop shop) {
        return shop.within(() -> java.util.Objects.requireNonNull(transactions.execute(
                status -> jdbc.sql("select * from users.profile join users.trait_stamp on profile_id = id")
                        .query()
                        .singleRow())));
    }

    private static final class KilledException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Dies at some commits: half of them are rolled back, of the others the caller never hears. */
    private static final class KillingTransactionManager implements PlatformTransactionManager {

        private final PlatformTransactionManager real;
        private final Random random;
        int kills;

        KillingTransactionManager(PlatformTransactionManager real, Random random) {
            this.real = real;
            this.random = random;
        }

        @Override
        public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
            return real.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            int fate = random.nextInt(4);
            if (fate == 0) {
                real.rollback(status);
            } else {
                real.commit(status);
            }
            if (fate < 2) {
                kills++;
                throw new KilledException();
            }
        }

        @Override
        public void rollback(TransactionStatus status) {
            real.rollback(status);
        }
    }
}
