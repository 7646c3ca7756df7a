package io.opsdeck.web.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.WebTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** The names that dashboards and alerts rely on, as Prometheus reads them. */
class MetersTest extends WebTest {

    @Autowired
    private EventSources sources;

    @Value("${local.management.port}")
    private int port;

    @Test
    void thePromisedNamesAreThere() {
        String key = CurrentWorkspace.call(
                team().workspace(),
                () -> sources.create("Meters", EventSources.Kind.SERVER, null).writeKey());
        String batch = "{\"writeKey\":\"" + key + "\",\"batch\":[{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"A\","
                + "\"messageId\":\"m1\"},{\"type\":\"track\",\"userId\":\"u1\"}]}";
        browser().send("POST", "/v1/batch", batch, "Content-Type", "application/json");
        browser().send("POST", "/v1/batch", batch, "Content-Type", "application/json");

        Answer answer = new Browser("http://localhost:" + port).get("/actuator/prometheus");

        assertThat(answer.header("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(answer.body()).endsWith("\n");
        assertThat(List.of(
                        "opsdeck_build_info{",
                        "opsdeck_disk_free_ratio{mount=\"data\"}",
                        "opsdeck_events_accepted_total",
                        "opsdeck_events_duplicate_total",
                        "opsdeck_events_rejected_total{reason=\"event_name_missing\"}",
                        "opsdeck_ingest_duration_seconds_bucket{le=",
                        "opsdeck_ingest_duration_seconds_count",
                        "opsdeck_jobs_ready{queue=\"import\"}",
                        "opsdeck_jobs_oldest_age_seconds{queue=\"import\"}",
                        "opsdeck_job_reclaimed_total",
                        "opsdeck_schedule_lag_seconds",
                        "opsdeck_db_oldest_xmin_age_seconds",
                        "http_server_requests_seconds_count",
                        "hikaricp_connections_active",
                        "jvm_memory_used_bytes"))
                .allSatisfy(name -> assertThat(answer.body()).contains("\n" + name));
        assertThat(answer.body()).doesNotContain(key);
    }

    @Test
    void nothingElseIsToldAtTheManagementPort() {
        Browser management = new Browser("http://localhost:" + port);
        for (String path : List.of("env", "beans", "heapdump", "configprops", "loggers", "mappings")) {
            assertThat(management.get("/actuator/" + path).status()).as(path).isEqualTo(404);
        }
        assertThat(browser().get("/actuator/prometheus").status()).isEqualTo(404);
    }
}
