package io.opsdeck.web.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.insight.InsightPoint;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.analytics.insight.QuestionMask;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.insight.BehindPageController.Behind;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The file of the people behind a number has all of them, read piece by piece. */
class PeopleFileTest extends WebTest {

    private static final InsightPoint ALL = InsightPoint.of(JsonMapper.shared().readTree("{}"));

    @Autowired
    EventSources sources;

    @Autowired
    Insights insights;

    @Autowired
    QuestionMask mask;

    @Autowired
    QueryReader reader;

    @Autowired
    AuditTrail audit;

    @Test
    void thePiecesMakeAWholeAndTheTrailSaysHowMany() {
        Team team = team();
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        for (int i = 0; i < 7; i++) {
            String call = "{\"writeKey\":\"" + key + "\",\"userId\":\"u" + i + "\",\"event\":\"Paid\"}";
            assertThat(browser()
                            .send("POST", "/v1/track", call, "Content-Type", "application/json")
                            .status())
                    .isEqualTo(200);
        }
        JsonNode asked = JsonMapper.shared()
                .readTree("{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Paid\"}]}");
        InsightQuery query = reader.read(asked);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> CurrentWorkspace.call(
                        team.workspace(),
                        () -> insights.people(query, ALL, 0, 1).total() == 7));
        var response = new MockHttpServletResponse();
        var file = new PeopleFile(insights, mask, audit, transactions, 3);
        CurrentWorkspace.run(
                team.workspace(), () -> send(file, new PeopleFile.Number("Paid", asked, query, ALL), response));
        List<String> lines = new String(response.getContentAsByteArray(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(lines).hasSize(8).doesNotHaveDuplicates();
        AuditEntry entry = CurrentWorkspace.call(
                team.workspace(),
                () -> audit.page("insight.people_exported", "", null, 10).data().get(0));
        assertThat(entry.objectName()).isEqualTo("Paid");
        assertThat(entry.after()).contains("\"rows\": 7");
    }

    private static void send(PeopleFile file, PeopleFile.Number number, MockHttpServletResponse response) {
        try {
            file.send(
                    "People",
                    number,
                    ids -> ids.stream().map(id -> new Behind(id, null)).toList(),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
