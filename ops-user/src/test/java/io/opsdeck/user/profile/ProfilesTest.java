package io.opsdeck.user.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.event.EventError;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.insight.Filter;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.user.testing.UserApplication;
import java.math.BigDecimal;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@SpringBootTest(classes = UserApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class ProfilesTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @Autowired
    ApplicationContext beans;

    @Autowired
    Profiles profiles;

    @Autowired
    EventLog log;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Value("${opsdeck.database.url}")
    String url;

    @Value("${opsdeck.database.user}")
    String login;

    @Value("${opsdeck.database.password}")
    String password;

    Shop shop;

    @BeforeEach
    void openShop() {
        shop = new Shop(beans);
    }

    @Test
    void filtersFindWhatTheyDescribe() {
        shop.identify(
                "u1", "2026-01-01T00:00:00Z", "{'name':'张伟','email':'Wei@Example.com','vip':'42','tags':['a','B']}");
        shop.identify(
                "u2",
                "2026-02-01T00:00:00Z",
                "{'name':'Ann (x)','phone':'+86 138 0013 8000','vip':42,'born':'1990-05-01'}");
        shop.identify("u3", "2026-03-01T00:00:00Z", "{'name':'100%_','vip':true,'a':{'b':'deep'},'odd\\\"k$':'q'}");
        shop.send(
                List.of(
                        "{\"type\":\"track\",\"event\":\"e\",\"anonymousId\":\"ghost\",\"timestamp\":\"2026-04-01T00:00:00Z\"}"));
        followed(4);
        assertThat(found()).containsExactly("ghost", "u3", "u2", "u1");
        assertThat(found("vip:eq:42")).containsExactly("u2", "u1");
        assertThat(found("vip:neq:42")).containsExactly("ghost", "u3");
        assertThat(found("vip:in:true,x")).containsExactly("u3");
        assertThat(found("vip:gt:41.5")).containsExactly("u2", "u1");
        assertThat(found("vip:between:42,43")).containsExactly("u2", "u1");
        assertThat(found("vip:is_set")).containsExactly("u3", "u2", "u1");
        assertThat(found("vip:is_not_set")).containsExactly("ghost");
        assertThat(found("tags:eq:B")).containsExactly("u1");
        assertThat(found("tags:eq:b")).isEmpty();
        assertThat(found("name:contains:N (")).containsExactly("u2");
        assertThat(found("name:starts_with:100%")).containsExactly("u3");
        assertThat(found("name:ends_with:伟")).containsExactly("u1");
        assertThat(found("name:not_contains:张")).containsExactly("ghost", "u3", "u2");
        assertThat(found("born:before:1990-06-01")).containsExactly("u2");
        assertThat(found("born:after:1990-05-01")).containsExactly("u2");
        assertThat(found("born:after:1990-05-02")).isEmpty();
        assertThat(found("odd\"k$:eq:q")).containsExactly("u3");
        assertThat(found("$identified:eq:false")).containsExactly("ghost");
        assertThat(found("$last_seen:after:2026-02-01")).containsExactly("ghost", "u3", "u2");
        assertThat(found("$first_seen:between:2026-02-01,2026-03-01")).containsExactly("u3", "u2");
        assertThat(found("vip:eq:42", "$last_seen:after:2026-02-01")).containsExactly("u2");
        assertThat(found("vip:in:42,true", "born:after:1990-05-01")).containsExactly("u2");
        assertThat(found("vip:is_set", "$first_seen:before:2026-02-15", "$identified:eq:true"))
                .containsExactly("u2", "u1");
        assertThat(names(new ProfileFilter.Text("u", false), ProfileFilter.parse("vip:eq:42", SHANGHAI)))
                .containsExactly("u2", "u1");
        assertThat(search("张")).containsExactly("u1");
        assertThat(search("张伟")).containsExactly("u1");
        assertThat(search("WEI@ex")).containsExactly("u1");
        assertThat(search("00138")).containsExactly("u2");
        assertThat(search("%_")).isEmpty();
        assertThat(search("0%_")).containsExactly("u3");
        assertThat(search("u2")).containsExactly("u2");
        assertThat(names(new ProfileFilter.Trait(List.of("a", "b"), Filter.Operator.EQ, List.of("deep"))))
                .containsExactly("u3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vip",
                "vip:eq",
                "vip:gt:x",
                "vip:is:1",
                "$identified:eq:2",
                "$last_seen:after:soon",
                "a:before:x"
            })
    void whatIsNoFilterIsRefused(String text) {
        assertThatThrownBy(() -> ProfileFilter.parse(text, SHANGHAI))
                .isInstanceOfSatisfying(
                        OpsdeckException.class,
                        e -> assertThat(e.code()).isEqualTo(ProfileError.INVALID_PROFILE_FILTER));
    }

    @Test
    void aBackslashTakesSeparatorsAsTheyAre() {
        assertThat(ProfileFilter.parse("a\\:b:in:x\\,y,z\\\\,:", SHANGHAI))
                .isEqualTo(new ProfileFilter.Trait(List.of("a:b"), Filter.Operator.IN, List.of("x,y", "z\\", ":")));
    }

    /** Walking, gathering and counting agree with one plain loop, however small the threshold between them is. */
    @Test
    void everyWayToReadAListFindsWhatAPlainLoopFinds() {
        var random = new Random(5);
        int people = 300;
        for (int i = 0; i < people; i++) {
            String vip =
                    List.of("1", "\"2\"", "3.5", "\"x\"", "[1,\"x\"]", "true").get(random.nextInt(6));
            String traits = "{'name':'P" + random.nextInt(40) + "'" + (random.nextInt(3) == 0 ? "" : ",'vip':" + vip)
                    + (random.nextInt(20) == 0 ? ",'rare':'yes'" : "") + "}";
            String at = Instant.parse("2026-01-01T00:00:00Z")
                    .plus(Duration.ofHours(random.nextInt(50)))
                    .toString();
            shop.identify("user" + i, at, traits);
        }
        followed(people);
        List<Profile> all = new ArrayList<>();
        for (ProfileView view : all(profiles, List.of(), ProfileOrder.LAST_SEEN)) {
            all.add(shop.within(() -> profiles.require(view.id())));
        }
        assertThat(all).hasSize(people);
        for (String text : List.of(
                "vip:eq:1",
                "vip:neq:x",
                "vip:in:2,true",
                "vip:gte:2",
                "vip:lt:3",
                "vip:is_not_set",
                "rare:eq:yes",
                "rare:is_set",
                "name:ends_with:7",
                "name:contains:p1",
                "$first_seen:after:2026-01-02T00:00:00Z")) {
            ProfileFilter filter = ProfileFilter.parse(text, SHANGHAI);
            List<PersonId> expected = all.stream()
                    .filter(reference(filter))
                    .map(profile -> profile.view().id())
                    .toList();
            for (int most : new int[] {1, 20, 150, 10_000}) {
                var reading = new Profiles(jdbc, log, most);
                for (ProfileOrder order : ProfileOrder.values()) {
                    assertThat(all(reading, List.of(filter), order))
                            .as("%s %s %s", text, most, order)
                            .extracting(ProfileView::id)
                            .isEqualTo(expected);
                }
                ProfileCount count = inTransaction(() ->
                        reading.list(List.of(filter), ProfileOrder.LAST_SEEN, 1).count());
                assertThat(count.total()).isEqualTo(people);
                if (!count.estimated()) {
                    assertThat(count.count()).as(text).isEqualTo(expected.size());
                } else {
                    assertThat(people).isGreaterThan(most);
                    assertThat(count.count()).isBetween(1L, (long) people);
                }
            }
        }
    }

    /**
     * Behind a policy the planner expects that hardly anybody meets a condition, and of a workspace that came after the
     * statistics that it is empty. What a list reads must not follow from that: few profiles where many match, and not
     * all candidates where a page of them is found on the way.
     */
    @Test
    void aPageReadsNoMoreProfilesThanItHasToPass() throws SQLException {
        fill("known", 2_000);
        learnStatistics();
        shop = new Shop(beans);
        fill("pass", 30_000);
        var reading = new Profiles(jdbc, log, 1_000);
        int sample = 1_000;
        for (ProfileOrder order : ProfileOrder.values()) {
            List<ProfileFilter> oneInEight = List.of(new ProfileFilter.Text("王伟"));
            assertThat(profilesRead(() -> reading.list(List.of(), order, 20)))
                    .as("all match, %s", order)
                    .isLessThan(100);
            assertThat(profilesRead(() -> reading.list(oneInEight, order, 20)))
                    .as("many match, %s", order)
                    .isLessThan(sample + 8 * 50);
            List<ProfileFilter> oneInSixty =
                    List.of(ProfileFilter.parse("city:eq:c1", SHANGHAI), ProfileFilter.parse("age:gt:70", SHANGHAI));
            assertThat(profilesRead(() -> reading.page(oneInSixty, order, null, 5)))
                    .as("few match, %s", order)
                    .isLessThan(sample + 60 * 25);
        }
    }

    /** The sample promises a short walk and cannot tell that those who match are the last of the order. */
    @Test
    void thoseWhoMatchAreFoundAtTheEndOfTheOrder() {
        fill("end", 30_000);
        var reading = new Profiles(jdbc, log, 1_000);
        List<ProfileFilter> filters = List.of(ProfileFilter.parse("early:eq:true", SHANGHAI));
        List<String> expected =
                IntStream.range(29_400, 30_000).mapToObj(k -> "user-" + k).toList();
        for (ProfileOrder order : ProfileOrder.values()) {
            assertThat(inTransaction(() -> reading.page(filters, order, null, 5))
                            .data())
                    .extracting(ProfileView::userId)
                    .isEqualTo(expected.subList(0, 5));
            assertThat(all(reading, filters, order))
                    .extracting(ProfileView::userId)
                    .isEqualTo(expected);
            assertThat(inTransaction(() -> reading.list(filters, order, 20)).count())
                    .isEqualTo(new ProfileCount(600, 30_000, false));
        }
    }

    @Test
    void aPersonIsFoundByAnyIdentifier() {
        shop.identify("u1", "2026-01-01T00:00:00Z", "{'email':'Wei@Example.com','phone':'+86 138-0013-8000'}");
        shop.send(List.of("{\"type\":\"track\",\"event\":\"e\",\"anonymousId\":\"d1\",\"userId\":\"u1\"}"));
        followed(1);
        PersonId person = shop.person("u1");
        for (String identifier : List.of("u1", " d1 ", "wei@EXAMPLE.com", "+8613800138000", "+86 (138) 0013 8000")) {
            assertThat(shop.within(() -> profiles.lookup(identifier, true)))
                    .as(identifier)
                    .contains(person);
        }
        assertThat(shop.within(() -> profiles.lookup("nobody", true))).isEmpty();
        assertThat(shop.within(() -> profiles.lookup("u1", false))).contains(person);
        assertThat(shop.within(() -> profiles.lookup("wei@example.com", false))).isEmpty();
        Profile profile = shop.within(() -> profiles.require(person));
        assertThat(profile.identifiers())
                .containsExactly(new EventLog.Identifier(true, "u1"), new EventLog.Identifier(false, "d1"));
        assertThat(profile.traits()).extracting(Profile.Trait::name).containsExactly("email", "phone");
        assertThat(profile.traits().get(0).setAt()).isEqualTo("2026-01-01T00:00:00Z");
        WorkspaceCheck.nothingIsSeenFrom(new Shop(beans), profiles, person);
    }

    @Test
    void aMergedPersonLeadsToTheOneItIsNowAndBringsItsEvents() {
        shop.send(List.of("{\"type\":\"track\",\"event\":\"old\",\"anonymousId\":\"d1\"}"));
        PersonId survivor = shop.person("d1");
        shop.identify("u1", "2026-01-01T00:00:00Z", "{'plan':'pro'}");
        PersonId loser = shop.person("u1");
        followed(2);
        shop.send(List.of("{\"type\":\"identify\",\"anonymousId\":\"d1\",\"userId\":\"u1\"}"));
        waitUntil(() -> inTransaction(() -> profiles.list(List.of(), ProfileOrder.LAST_SEEN, 1)
                                .count())
                        .total()
                == 1);
        waitUntil(() -> shop.within(() -> profiles.require(loser)).view().events() == 3);
        Profile profile = shop.within(() -> profiles.require(loser));
        assertThat(profile.view().id()).isEqualTo(survivor);
        assertThat(profile.view().userId()).isEqualTo("u1");
        assertThat(profile.traits())
                .extracting(trait -> trait.value().asString())
                .containsExactly("pro");
        Page<LoggedEvent> first = shop.within(() -> profiles.timeline(loser, null, 2));
        Page<LoggedEvent> second = shop.within(() -> profiles.timeline(survivor, first.next(), 2));
        assertThat(Stream.concat(first.data().stream(), second.data().stream()).map(LoggedEvent::name))
                .containsExactlyInAnyOrder("$identify", "$identify", "old");
        assertThat(second.next()).isNull();
    }

    private static final class WorkspaceCheck {

        static void nothingIsSeenFrom(Shop other, Profiles profiles, PersonId person) {
            assertThat(other.within(() -> profiles.page(List.of(), ProfileOrder.LAST_SEEN, null, 10))
                            .data())
                    .isEmpty();
            assertThat(other.within(() -> profiles.lookup("wei@example.com", true)))
                    .isEmpty();
            assertThat(other.within(() -> profiles.list(List.of(), ProfileOrder.LAST_SEEN, 1)
                                    .count())
                            .total())
                    .isZero();
            for (PersonId id : List.of(person, new PersonId(new UUID(1, 2)))) {
                assertThatThrownBy(() -> other.within(() -> profiles.require(id)))
                        .isInstanceOfSatisfying(
                                OpsdeckException.class,
                                e -> assertThat(e.code()).isEqualTo(EventError.PERSON_NOT_FOUND));
                assertThatThrownBy(() -> other.within(() -> profiles.timeline(id, null, 10)))
                        .isInstanceOf(OpsdeckException.class);
            }
        }
    }

    /** What {@code filter} says, without SQL. */
    private static Predicate<Profile> reference(ProfileFilter filter) {
        if (filter instanceof ProfileFilter.FirstSeen seen) {
            return profile -> !profile.view().firstSeenAt().isBefore(requireNonNull(seen.from()));
        }
        var trait = (ProfileFilter.Trait) filter;
        return profile -> {
            var elements = new ArrayList<JsonNode>();
            for (Profile.Trait each : profile.traits()) {
                if (each.name().equals(trait.path().get(0))) {
                    if (each.value().isArray()) {
                        each.value().forEach(elements::add);
                    } else {
                        elements.add(each.value());
                    }
                }
            }
            List<String> texts = elements.stream().map(JsonNode::asString).toList();
            return switch (trait.operator()) {
                case EQ, IN -> texts.stream().anyMatch(trait.values()::contains);
                case NEQ -> texts.stream().noneMatch(trait.values()::contains);
                case CONTAINS ->
                    texts.stream()
                            .anyMatch(text ->
                                    lower(text).contains(lower(trait.values().get(0))));
                case ENDS_WITH ->
                    texts.stream()
                            .anyMatch(text ->
                                    lower(text).endsWith(lower(trait.values().get(0))));
                case GTE ->
                    elements.stream()
                            .anyMatch(each -> compare(each, trait.values().get(0), 1));
                case LT ->
                    elements.stream()
                            .anyMatch(each -> compare(each, trait.values().get(0), -1));
                case IS_SET -> !elements.isEmpty();
                case IS_NOT_SET -> elements.isEmpty();
                default -> throw new IllegalArgumentException(trait.operator().name());
            };
        };
    }

    private static boolean compare(JsonNode element, String value, int sign) {
        String text = element.isBoolean() ? "" : element.asString();
        if (!text.matches("-?[0-9.]+")) {
            return false;
        }
        int comparison = new BigDecimal(text).compareTo(new BigDecimal(value));
        return sign > 0 ? comparison >= 0 : comparison < 0;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * Profiles past the intake, in every run the same; the higher the number the longer ago somebody was seen.
     *
     * @param kind other ids than those of another kind
     */
    private void fill(String kind, int people) {
        String id = "md5('" + kind + "' || k)::uuid, '" + shop.workspace.id() + "'";
        String seen = "timestamptz '2026-01-01' - k * interval '1 minute'";
        String range = " from generate_series(0, " + people + " - 1) k";
        inTransaction(
                () -> jdbc.sql("insert into users.profile (id, workspace_id, user_id, user_id_since, name, traits,"
                                + " first_seen_at) select " + id + ", 'user-' || k, now(),"
                                + " (array['王伟','李娜','Ada','张敏','Bo','刘洋','Carla','陈静'])[k % 8 + 1] || k,"
                                + " jsonb_build_object('city', 'c' || k % 5, 'age', 18 + k % 60, 'early', k >= "
                                + people
                                + " - 600), " + seen + range)
                        .update());
        inTransaction(
                () -> jdbc.sql("insert into users.activity (profile_id, workspace_id, last_seen_at, events) select "
                                + id + ", " + seen + ", 1" + range)
                        .update());
    }

    private void learnStatistics() throws SQLException {
        try (var owner = DriverManager.getConnection(url, login, password);
                var statement = owner.createStatement()) {
            statement.execute("analyze users.profile, users.activity");
        }
    }

    /** How many rows of profiles the server looked at for {@code work}. */
    private long profilesRead(Supplier<?> work) {
        return inTransaction(() -> {
            long before = profilesRead();
            work.get();
            return profilesRead() - before;
        });
    }

    private long profilesRead() {
        return jdbc.sql("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables"
                        + " where relid = 'users.profile'::regclass")
                .query(Long.class)
                .single();
    }

    private List<String> found(String... filters) {
        return names(Stream.of(filters)
                .map(text -> ProfileFilter.parse(text, SHANGHAI))
                .toArray(ProfileFilter[]::new));
    }

    private List<String> search(String text) {
        return names(new ProfileFilter.Text(text));
    }

    /** In both ways to read a list. */
    private List<String> names(ProfileFilter... filters) {
        List<String> walked = names(profiles, filters);
        assertThat(names(new Profiles(jdbc, log, 2), filters)).isEqualTo(walked);
        return walked;
    }

    private List<String> names(Profiles reading, ProfileFilter... filters) {
        return all(reading, List.of(filters), ProfileOrder.LAST_SEEN).stream()
                .map(view -> view.userId() == null ? "ghost" : view.userId())
                .toList();
    }

    private List<ProfileView> all(Profiles reading, List<ProfileFilter> filters, ProfileOrder order) {
        var all = new ArrayList<ProfileView>();
        String cursor = null;
        do {
            String from = cursor;
            Page<ProfileView> page = inTransaction(() -> reading.page(filters, order, from, 37));
            all.addAll(page.data());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }

    private <T> T inTransaction(Supplier<T> work) {
        return shop.within(() -> requireNonNull(transactions.execute(status -> work.get())));
    }

    private void followed(long people) {
        waitUntil(() -> shop.within(() -> profiles.list(List.of(), ProfileOrder.LAST_SEEN, 1)
                                .count())
                        .total()
                == people);
    }

    private static void waitUntil(java.util.function.BooleanSupplier condition) {
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
}
