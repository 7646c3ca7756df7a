package io.opsdeck.analytics.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.testing.AnalyticsApplication;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** What a question may take, and what is answered from memory. */
@SpringBootTest(classes = AnalyticsApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties", properties = "opsdeck.insights.memory=4194304")
class LimitsTest extends AnalyticsTest {

    private static final String VIEWS =
            "{\"kind\":\"trend\",\"range\":{\"from\":\"2026-05-01\",\"to\":\"2026-05-03\"},\"series\":[{\"event\":\"view\"}]";

    @Autowired
    Insights insights;

    @Autowired
    QueryReader reader;

    @Autowired
    JsonMapper json;

    @BeforeEach
    void aNewWorkspace() {
        openWorkspace();
    }

    @Test
    void theSameQuestionIsAnsweredOnceUntilSomethingChanges() {
        track("ann", "\"page\":1");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> total(VIEWS + "}") == 1);
        InsightResult first = answer(VIEWS + "}");
        assertThat(answer(VIEWS + "}")).as("from memory").isSameAs(first);
        assertThat(answer(VIEWS + ",\"interval\":\"week\"}")).isNotSameAs(first);
        track("bob", "\"page\":1");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> total(VIEWS + "}") == 2);
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status ->
                        jdbc.sql("update core.workspace set time_zone = 'UTC'").update()));
        assertThat(answer(VIEWS + "}").answered().timeZone()).isEqualTo("UTC");
    }

    @Test
    void nothingIsKeptWhereTheCacheIsOff() {
        var off = new ResultCache(0);
        var settings = new io.opsdeck.core.workspace.WorkspaceSettings(
                "W", java.time.ZoneId.of("UTC"), java.time.DayOfWeek.MONDAY, "CNY", "zh-CN");
        var of = new ResultCache.Key(
                workspace,
                new io.opsdeck.analytics.store.Snapshot.State("store", 1),
                reader.read(VIEWS + "}"),
                null,
                settings,
                new QueryRange.Span(0, 1),
                0);
        assertThat(off.get(of, String.class, () -> "one")).isEqualTo("one");
        assertThat(off.get(of, String.class, () -> "two")).isEqualTo("two");
        var on = new ResultCache(1_000);
        assertThat(on.get(of, String.class, () -> "one")).isEqualTo("one");
        assertThat(on.get(of, String.class, () -> "two")).isEqualTo("one");
    }

    @Test
    void aQuestionBeyondItsMemoryEndsWithTheLimitsNameAndOthersGoOn() {
        for (int page = 0; page < 300; page++) {
            track("ann", "\"page\":\"p" + page + "\"");
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> total(VIEWS + "}") == 300);
        String wide =
                "{\"kind\":\"trend\",\"range\":{\"from\":\"2026-04-01\",\"to\":\"2026-05-31\"},\"interval\":\"hour\","
                        + "\"series\":[{\"event\":\"view\"}],\"breakdown\":{\"property\":\"page\",\"limit\":300}}";
        assertThatThrownBy(() -> answer(wide)).isInstanceOfSatisfying(OpsdeckException.class, e -> {
            assertThat(e.code()).isEqualTo(InsightError.INSIGHT_TOO_LARGE);
            assertThat(e.arguments()).containsExactly(4L);
        });
        assertThat(total(VIEWS + "}")).isEqualTo(300);
    }

    @Test
    void aQuestionBeyondItsTimeEndsWithTheLimitsName() {
        var limits = new Limits(0, 1_000);
        assertThatThrownBy(limits::inTime).isInstanceOfSatisfying(OpsdeckException.class, e -> {
            assertThat(e.code()).isEqualTo(InsightError.INSIGHT_TOO_SLOW);
            assertThat(e.arguments()).containsExactly(0);
        });
        assertThatThrownBy(() -> limits.decoded(0)).isInstanceOf(OpsdeckException.class);
    }

    private long total(String query) {
        Number total = ((InsightResult.Trend) answer(query)).series().get(0).total();
        return total == null ? -1 : total.longValue();
    }

    private InsightResult answer(String query) {
        return CurrentWorkspace.call(workspace, () -> insights.answer(reader.read(query)));
    }

    private void track(String user, String properties) {
        String body = "{\"userId\":\"" + user
                + "\",\"event\":\"view\",\"timestamp\":\"2026-05-02T10:00:00Z\",\"properties\":{" + properties + "}}";
        receive(TrackingCall.Kind.TRACK, body);
    }
}
