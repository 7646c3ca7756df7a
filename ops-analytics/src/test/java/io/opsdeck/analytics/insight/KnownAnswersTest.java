package io.opsdeck.analytics.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.store.TraitLog;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** A few persons whose every number is counted by hand; days are those of Shanghai. */
class KnownAnswersTest extends AnalyticsTest {

    private static final String MAY = "\"range\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-04\"},";

    @Autowired
    EventLog log;

    @Autowired
    TraitLog traits;

    @Autowired
    Insights insights;

    @Autowired
    QueryReader reader;

    @Autowired
    JsonMapper json;

    @BeforeEach
    void tellWhatHappened() {
        openWorkspace();
        track("ann", "view", "04-28T10:00", "\"channel\":\"ads\"");
        track("ann", "view", "05-01T10:00", "\"channel\":\"ads\",\"item\":1");
        track("ann", "cart", "05-01T10:10", "\"item\":1");
        track("ann", "buy", "05-01T10:20", "\"item\":1,\"price\":30");
        track("ann", "view", "05-02T23:50", "\"channel\":\"mail\",\"item\":2");
        track("ann", "view", "05-03T00:05", "\"channel\":\"mail\",\"item\":2");
        track("ann", "buy", "05-03T09:00", "\"item\":7,\"price\":50");
        track("bob", "view", "05-01T12:00", "\"channel\":\"ads\"");
        track("bob", "help", "05-01T12:05", "\"x\":1");
        track("bob", "cart", "05-01T12:10", "\"x\":1");
        track("bob", "buy", "05-01T15:00", "\"price\":5");
        track("cat", "view", "05-04T08:00", "\"x\":1");
        track("tom", "view", "05-01T09:00", "\"channel\":\"ads\"");
        know("ann", "{\"plan\":\"pro\",\"address\":{\"country\":\"CN\"}}", false);
        know("bob", "{\"plan\":\"free\",\"tags\":[\"a\",\"b\"]}", false);
        know("tom", "{\"plan\":\"pro\"}", true);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (answered() != 12 && System.nanoTime() < deadline) {
            // Another test's open transaction may hold back the log for a moment.
        }
        assertThat(answered()).isEqualTo(12);
    }

    private long answered() {
        var all = trend(
                "{\"event\":null,\"measure\":\"total\"}", "\"range\":{\"from\":\"2026-04-01\",\"to\":\"2026-05-31\"}");
        Number total = all.series().get(0).total();
        return total == null ? 0 : total.longValue();
    }

    @Test
    void sessionsAreCountedPerDayAndMeasuredWhereTheyBegan() {
        var sessions = trend("{\"event\":null,\"measure\":\"sessions\"}", MAY + "\"interval\":\"day\"");
        // Bob's last one begins nearly three hours later; Ann's at midnight counts on both days.
        assertThat(numbers(sessions)).containsExactly(3L, 1L, 2L, 1L);
        assertThat(sessions.series().get(0).total()).as("sessions that began").isEqualTo(6L);
        assertThat(numbers(trend("{\"event\":null,\"measure\":\"session_length\"}", MAY + "\"interval\":\"day\"")))
                .containsExactly(600L, 900L, 0L, 0L);
        var bounces = trend("{\"event\":null,\"measure\":\"bounce_rate\"}", MAY + "\"interval\":\"day\"");
        assertThat(numbers(bounces)).containsExactly(0.333333, 0L, 1L, 1L);
        assertThat(bounces.series().get(0).total()).isEqualTo(0.5);
        String query = "{\"kind\":\"trend\"," + MAY + "\"series\":[{\"event\":null,\"measure\":\"sessions\"}]}";
        assertThat(people(query, "{\"label\":\"2026-05-03\"}")).containsExactly("ann");
        assertThat(people(query, "{}")).containsExactlyInAnyOrder("ann", "bob", "cat");
    }

    @Test
    void activeUsersRollOverTheDaysBefore() {
        String active = "{\"event\":\"view\",\"measure\":\"active\",\"rolling\":3}";
        var rolling = trend(active, MAY + "\"interval\":\"day\"");
        assertThat(numbers(rolling)).containsExactly(2L, 2L, 2L, 2L);
        assertThat(rolling.series().get(0).total())
                .as("distinct over the range")
                .isEqualTo(3L);
        var ratio =
                trend("{\"event\":\"view\",\"measure\":\"stickiness\",\"rolling\":3}", MAY + "\"interval\":\"day\"");
        // 2 persons of 1 May alone; then 2+1, 2+1+1 and 1+1+1 person-days of 3 days and 2 persons.
        assertThat(numbers(ratio)).containsExactly(0.333333, 0.5, 0.666667, 0.5);
        String query = "{\"kind\":\"trend\"," + MAY + "\"series\":[" + active + "]}";
        assertThat(people(query, "{\"label\":\"2026-05-04\"}")).containsExactlyInAnyOrder("ann", "cat");
        String split = MAY + "\"breakdown\":{\"property\":\"channel\",\"limit\":1}";
        var byChannel = trend(active, split);
        assertThat(byChannel.series()).extracting(InsightResult.Line::breakdown).containsExactly("ads", "other");
        assertThat(byChannel.series().get(0).data()).containsExactly(2L, 2L, 2L, 0L);
        assertThat(byChannel.series().get(1).data()).containsExactly(0L, 1L, 1L, 2L);
        String other = "{\"kind\":\"trend\"," + split + ",\"series\":[" + active + "]}";
        assertThat(people(other, "{\"label\":\"2026-05-02\",\"breakdown\":\"other\"}"))
                .containsExactly("ann");
    }

    @Test
    void onlyTheFirstEventEverCountsWhereThatIsAsked() {
        assertThat(numbers(trend(
                        "{\"event\":\"view\",\"first\":\"ever\",\"measure\":\"unique\"}",
                        MAY + "\"interval\":\"day\"")))
                .as("Ann's first view was in April")
                .containsExactly(1L, 0L, 0L, 1L);
        String ofMail = "\"filters\":[{\"property\":\"channel\",\"op\":\"eq\",\"value\":\"mail\"}]";
        assertThat(numbers(trend(
                        "{\"event\":\"view\",\"first\":\"matching\"," + ofMail + "}", MAY + "\"interval\":\"day\"")))
                .containsExactly(0L, 1L, 0L, 0L);
        assertThat(numbers(
                        trend("{\"event\":\"view\",\"first\":\"ever\"," + ofMail + "}", MAY + "\"interval\":\"day\"")))
                .as("a first event that fails the filter drops the person")
                .containsExactly(0L, 0L, 0L, 0L);
        var funnel = (InsightResult.Funnel) answer("{\"kind\":\"funnel\"," + MAY
                + "\"steps\":[{\"event\":\"view\",\"first\":\"ever\"},{\"event\":\"buy\"}]}");
        assertThat(funnel.steps()).extracting(InsightResult.Step::count).containsExactly(2L, 1L);
    }

    @Test
    void aFunnelTellsWhoBeganWhenAndHowLongItTook() {
        String steps = "\"steps\":[{\"event\":\"view\"},{\"event\":\"cart\"},{\"event\":\"buy\"}]";
        String query = "{\"kind\":\"funnel\"," + MAY + "\"timeBetween\":[1,2]," + steps + "}";
        var funnel = (InsightResult.Funnel) answer(query);
        assertThat(funnel.timeToConvert())
                .isNotNull()
                .satisfies(time -> assertThat(time.medianSeconds()).isEqualTo(600));
        assertThat(people(query, "{\"label\":\"2026-05-01\",\"converted\":true}"))
                .containsExactlyInAnyOrder("ann", "bob");
        assertThat(people(query, "{\"label\":\"2026-05-04\"}")).containsExactly("cat");
        assertThat(people(query, "{\"fromSeconds\":600,\"toSeconds\":601}")).containsExactlyInAnyOrder("ann", "bob");
        assertThat(people(query, "{\"fromSeconds\":601}")).isEmpty();
        String strict = "{\"kind\":\"funnel\"," + MAY + "\"order\":\"strict\"," + steps;
        assertThat(((InsightResult.Funnel) answer(strict + "}")).steps())
                .extracting(InsightResult.Step::count)
                .containsExactly(3L, 1L, 1L);
        assertThat(((InsightResult.Funnel) answer(strict + ",\"tracked\":[{\"event\":\"login\"}]}")).steps())
                .as("asking for help is no interruption")
                .extracting(InsightResult.Step::count)
                .containsExactly(3L, 2L, 2L);
        String split =
                "{\"kind\":\"funnel\"," + MAY + "\"breakdown\":{\"property\":\"channel\",\"limit\":1}," + steps + "}";
        assertThat(((InsightResult.Funnel) answer(split)).breakdown())
                .extracting(InsightResult.Split::value)
                .containsExactly("ads", "other");
        assertThat(people(split, "{\"step\":1,\"breakdown\":\"other\"}")).containsExactly("cat");
        assertThat(people(split, "{\"step\":2,\"breakdown\":\"other\",\"dropped\":true}"))
                .containsExactly("cat");
    }

    @Test
    void retentionIsSplitByValueAndItsMeanIsSimpleWhereAsked() {
        String query = "{\"kind\":\"retention\"," + MAY + "\"interval\":\"day\",\"cohort\":\"recurring\",\"periods\":2,"
                + "\"start\":{\"event\":\"view\"},\"return\":{\"event\":\"view\"},\"mean\":\"simple\","
                + "\"breakdown\":{\"property\":\"channel\",\"limit\":1}}";
        var retention = (InsightResult.Retention) answer(query);
        assertThat(retention.cohorts())
                .extracting(InsightResult.Cohort::data)
                .containsExactly(List.of(2L, 1L, 1L), List.of(1L, 1L, 0L), List.of(1L, 0L, 0L), List.of(1L, 0L, 0L));
        assertThat(retention.mean()).containsExactly(1.0, 0.375, 0.125);
        assertThat(retention.breakdown())
                .extracting(InsightResult.Returned::value)
                .containsExactly("ads", "other");
        assertThat(retention.breakdown().get(0).cohorts().get(0).data()).containsExactly(2L, 0L, 0L);
        assertThat(retention.breakdown().get(1).cohorts())
                .extracting(InsightResult.Cohort::data)
                .containsExactly(List.of(0L, 0L, 0L), List.of(1L, 1L, 0L), List.of(1L, 0L, 0L), List.of(1L, 0L, 0L));
        assertThat(people(query, "{\"cohort\":1,\"period\":1,\"breakdown\":\"other\"}"))
                .containsExactly("ann");
        assertThat(people(query, "{\"cohort\":0,\"period\":0,\"breakdown\":\"ads\"}"))
                .containsExactlyInAnyOrder("ann", "bob");
        assertThat(people(query, "{\"cohort\":0,\"period\":0,\"breakdown\":\"fax\"}"))
                .isEmpty();
    }

    @Test
    void whoIsNewMayBeDecidedByTheFirstEventOfAnyName() {
        String query = "{\"kind\":\"lifecycle\"," + MAY + "\"interval\":\"day\",\"matcher\":{\"event\":\"buy\"}";
        var byEvent = (InsightResult.Lifecycle) answer(query + "}");
        assertThat(byEvent.fresh()).containsExactly(2L, 0L, 0L, 0L);
        assertThat(byEvent.resurrecting()).containsExactly(0L, 0L, 1L, 0L);
        var byCreation = (InsightResult.Lifecycle) answer(query + ",\"newBy\":\"created\"}");
        assertThat(byCreation.fresh()).as("Ann was there in April").containsExactly(1L, 0L, 0L, 0L);
        assertThat(byCreation.resurrecting()).containsExactly(1L, 0L, 1L, 0L);
        assertThat(people(query + ",\"newBy\":\"created\"}", "{\"state\":\"new\",\"label\":\"2026-05-01\"}"))
                .containsExactly("bob");
    }

    @Test
    void pathsLeadToPeople() {
        String query = "{\"kind\":\"paths\"," + MAY + "\"depth\":3,\"minShare\":0}";
        assertThat(people(query, "{\"step\":2,\"name\":\"cart\"}")).containsExactly("ann");
        assertThat(people(query, "{\"step\":1,\"from\":\"view\",\"to\":\"help\"}"))
                .containsExactly("bob");
        assertThat(people(query, "{\"step\":2,\"from\":\"view\",\"to\":\"help\"}"))
                .isEmpty();
        String rare = "{\"kind\":\"paths\"," + MAY + "\"depth\":3,\"minShare\":0.5}";
        assertThat(people(rare, "{\"step\":2,\"name\":\"other\"}")).containsExactlyInAnyOrder("ann", "bob");
        assertThatThrownBy(() -> people(query, "{\"from\":\"view\"}"))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.pointer()).hasValue("/point/to"));
    }

    @Test
    void attributionLeadsToPeopleAndAsksForTheKeyEvent() {
        String query = "{\"kind\":\"attribution\"," + MAY
                + "\"conversion\":{\"event\":\"buy\"},\"touches\":[{\"event\":\"view\"}],"
                + "\"touchProperty\":\"channel\",\"revenueProperty\":\"price\"";
        var plain = (InsightResult.Attributed) answer(query + "}");
        assertThat(plain.rows())
                .containsExactly(new InsightResult.Credit("ads", 2L, 35L), new InsightResult.Credit("mail", 1L, 50L));
        assertThat(people(query + "}", "{\"name\":\"mail\"}")).containsExactly("ann");
        assertThat(people(query + "}", "{}")).containsExactlyInAnyOrder("ann", "bob");
        String keyed = query + ",\"keyEvent\":{\"event\":\"cart\"},\"keyProperty\":\"item\"}";
        var withKey = (InsightResult.Attributed) answer(keyed);
        assertThat(withKey.rows()).containsExactly(new InsightResult.Credit("ads", 1L, 30L));
        assertThat(withKey.unattributed()).isEqualTo(2);
        assertThat(withKey.unattributedRevenue()).isEqualTo(55L);
        assertThat(people(keyed, "{\"unattributed\":true}")).containsExactlyInAnyOrder("ann", "bob");
        var once = (InsightResult.Attributed) answer(query + ",\"per\":\"person\"}");
        assertThat(once.conversions()).isEqualTo(2);
    }

    @Test
    void whatIsKnownOfPersonsFiltersAndSplits() {
        String views = "{\"event\":\"view\",\"measure\":\"unique\"}";
        String pro = "{\"source\":\"profile\",\"property\":\"plan\",\"op\":\"eq\",\"value\":\"pro\"}";
        assertThat(trend(views, MAY + "\"filters\":[" + pro + "]")
                        .series()
                        .get(0)
                        .total())
                .isEqualTo(1L);
        assertThat(trend(views, MAY + "\"includeInternal\":true,\"filters\":[" + pro + "]")
                        .series()
                        .get(0)
                        .total())
                .as("Tom is a member of the team")
                .isEqualTo(2L);
        String notPro = pro.replace("eq", "neq");
        assertThat(trend(views, MAY + "\"filters\":[" + notPro + "]")
                        .series()
                        .get(0)
                        .total())
                .as("who has no plan has another one")
                .isEqualTo(2L);
        var formula = trend(
                "{\"event\":\"view\",\"measure\":\"unique\",\"filters\":[" + pro + "]}," + views,
                MAY + "\"formula\":\"A/B\"");
        assertThat(formula.series().get(0).total())
                .as("a filter of one series alone")
                .isEqualTo(0.333333);
        String byPlan = "\"breakdown\":{\"source\":\"profile\",\"property\":\"plan\",\"limit\":2}";
        var split = trend("{\"event\":\"view\",\"measure\":\"total\"}", MAY + byPlan);
        assertThat(split.series()).extracting(InsightResult.Line::breakdown).containsExactly("pro", "(none)", "other");
        assertThat(split.series()).extracting(InsightResult.Line::total).containsExactly(3L, 1L, 1L);
        String query = "{\"kind\":\"trend\"," + MAY + byPlan + ",\"series\":[" + views + "]}";
        assertThat(people(query, "{\"breakdown\":\"(none)\"}")).containsExactly("cat");
        var rolling = trend("{\"event\":\"view\",\"measure\":\"active\",\"rolling\":2}", MAY + byPlan);
        assertThat(rolling.series())
                .extracting(InsightResult.Line::breakdown)
                .containsExactly("(none)", "free", "other");
        assertThat(rolling.series().get(2).data()).containsExactly(1L, 1L, 1L, 1L);
        var funnel = (InsightResult.Funnel) answer(
                "{\"kind\":\"funnel\"," + MAY + byPlan + ",\"steps\":[{\"event\":\"view\"},{\"event\":\"buy\"}]}");
        assertThat(funnel.breakdown())
                .extracting(InsightResult.Split::value)
                .containsExactly("(none)", "free", "other");
        var retention = (InsightResult.Retention)
                answer("{\"kind\":\"retention\",\"interval\":\"day\",\"cohort\":\"recurring\"," + MAY + byPlan
                        + ",\"start\":{\"event\":\"view\"},\"return\":{\"event\":\"buy\"}}");
        assertThat(retention.breakdown())
                .extracting(InsightResult.Returned::value)
                .containsExactly("(none)", "free", "other");
        var nested =
                trend(views, MAY + "\"breakdown\":{\"source\":\"profile\",\"property\":[\"address\",\"country\"]}");
        assertThat(nested.series()).extracting(InsightResult.Line::breakdown).containsExactly("(none)", "CN");
        var unknown = trend(views, MAY + "\"filters\":[" + pro.replace("plan", "mood") + "]");
        assertThat(unknown.answered().unknown()).containsExactly("mood");
        know("bob", "{\"plan\":\"pro\"}", false);
        long deadline = System.nanoTime() + 10_000_000_000L;
        Number total = 0;
        while (!Long.valueOf(2).equals(total) && System.nanoTime() < deadline) {
            total = trend(views, MAY + "\"filters\":[" + pro + "]")
                    .series()
                    .get(0)
                    .total();
        }
        assertThat(total).as("a trait that changed").isEqualTo(2L);
    }

    @Test
    void aRuleSaysWhoseEventsCount() {
        assertThat(counted("{\"trait\":\"plan\",\"op\":\"is_set\"}")).isEqualTo(2);
        assertThat(counted("{\"not\":{\"trait\":\"plan\",\"op\":\"is_set\"}}")).isEqualTo(1);
        assertThat(counted("{\"trait\":\"tags\",\"op\":\"eq\",\"value\":\"b\"}"))
                .isEqualTo(1);
        assertThat(counted("{\"event\":\"buy\",\"times\":{\"op\":\"gte\",\"n\":2}}"))
                .isEqualTo(1);
        assertThat(counted("{\"event\":\"buy\",\"times\":{\"op\":\"eq\",\"n\":0}}"))
                .as("did not")
                .isEqualTo(1);
        assertThat(counted("{\"event\":\"view\",\"within\":{\"from\":\"2026-04-01\",\"to\":\"2026-04-30\"}}"))
                .isEqualTo(1);
        assertThat(
                        counted(
                                "{\"event\":\"buy\",\"measure\":{\"of\":\"price\",\"as\":\"sum\",\"op\":\"gte\",\"value\":80}}"))
                .isEqualTo(1);
        assertThat(counted("{\"any\":[{\"event\":\"help\"},{\"all\":[{\"event\":\"view\"},"
                        + "{\"not\":{\"event\":\"buy\"}}]}]}"))
                .as("Bob and Cat")
                .isEqualTo(2);
        String seq = "{\"sequence\":[{\"event\":\"view\"},{\"event\":\"buy\"}]";
        assertThat(counted(seq + "}")).isEqualTo(2);
        assertThat(counted(seq + ",\"gap\":\"30m\"}"))
                .as("Bob took three hours")
                .isEqualTo(1);
        assertThat(counted("{\"sequence\":[{\"event\":\"view\"},{\"not\":{\"event\":\"cart\"}},{\"event\":\"buy\"}]}"))
                .as("Ann's second one")
                .isEqualTo(1);
        String ann = CurrentWorkspace.call(
                workspace, () -> log.findPerson("ann").orElseThrow().toString());
        assertThat(counted("{\"people\":[\"" + ann + "\"]}")).isEqualTo(1);
        String nested = "{\"not\":".repeat(12) + "{\"event\":\"a\"}" + "}".repeat(12);
        assertThatThrownBy(() -> counted(nested)).isInstanceOf(OpsdeckException.class);
        assertThatThrownBy(() -> counted("{\"segment\":\"x\"}"))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.pointer()).hasValue("/people/segment"));
    }

    private int counted(String rule) {
        Number total = trend("{\"event\":null,\"measure\":\"unique\"}", MAY + "\"people\":" + rule)
                .series()
                .get(0)
                .total();
        return total == null ? -1 : total.intValue();
    }

    private void know(String user, String known, boolean internal) {
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status -> traits.write(List.of(
                        new TraitLog.Known(log.findPerson(user).orElseThrow().id(), workspace, known, internal)))));
    }

    private InsightResult.Trend trend(String series, String rest) {
        return (InsightResult.Trend) answer("{\"kind\":\"trend\"," + rest + ",\"series\":[" + series + "]}");
    }

    private static List<Number> numbers(InsightResult.Trend trend) {
        return List.copyOf(trend.series().get(0).data());
    }

    private InsightResult answer(String query) {
        return CurrentWorkspace.call(workspace, () -> insights.answer(reader.read(query)));
    }

    private List<String> people(String query, String point) {
        return CurrentWorkspace.call(workspace, () -> {
            var found = insights.people(reader.read(query), InsightPoint.of(json.readTree(point)), 0, 100);
            return found.people().stream()
                    .map(person -> log.identifiers(person).get(0).value())
                    .toList();
        });
    }

    private void track(String user, String event, String at, String properties) {
        String body = "{\"userId\":\"" + user + "\",\"event\":\"" + event + "\",\"timestamp\":\"2026-" + at
                + ":00+08:00\",\"properties\":{" + properties + "}}";
        receive(TrackingCall.Kind.TRACK, body);
    }
}
