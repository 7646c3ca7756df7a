package io.opsdeck.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

/** What is answered while the database lets nobody in, asked all at once since each of them waits for a connection. */
class OutageTest extends WebTest {

    @Value("${opsdeck.database.url}")
    private String address;

    @Value("${opsdeck.database.user}")
    private String login;

    @Value("${opsdeck.database.password}")
    private String password;

    @Test
    void everyAnswerSaysWhenToComeBackAndAMemberStaysSignedIn() throws Exception {
        Team team = team();
        Browser member = browserOf(team.owner());
        String bearer =
                "Bearer " + token(team.workspace(), team.owner(), Set.of(Permission.SOURCE_READ), Duration.ofDays(1));
        assertThat(browser().get("/api/v1/sources", "Authorization", bearer).status())
                .isEqualTo(200);
        List<Answer> answers = new ArrayList<>();

        closeDoors();
        try {
            answers.addAll(together(List.of(
                    () -> member.get("/sources", "Accept-Language", "zh-CN"),
                    () -> member.get("/sources", "HX-Request", "true", "Accept-Language", "en"),
                    () -> browser().get("/sign-in", "Accept-Language", "en"),
                    () -> browser().get("/api/v1/sources", "Authorization", bearer),
                    () -> browser().send("POST", "/v1/track", "{}", "Authorization", "Bearer " + Secrets.next("wk")),
                    () -> browser().get("/readyz"),
                    () -> browser().get("/livez"),
                    () -> member.get("/css/app.css"))));
        } finally {
            openDoors();
        }

        Answer page = answers.get(0);
        assertLater(page, "text/html");
        assertThat(page.body())
                .contains("数据库暂时无法连接", "lang=\"zh-CN\"")
                .doesNotContain("_csrf", "csrf-token", "Exception");
        assertThat(page.body()).containsPattern("/css/app-[0-9a-f]+\\.css");
        assertThat(page.header("Content-Security-Policy")).isPresent();
        assertThat(page.headers().allValues("Set-Cookie")).isEmpty();

        Answer fragment = answers.get(1);
        assertThat(fragment.status()).isEqualTo(503);
        assertThat(fragment.header("Retry-After")).contains("5");
        assertThat(fragment.header("HX-Reswap")).contains("none");
        assertThat(fragment.header("HX-Trigger").orElse("")).contains("The database cannot be reached");

        assertLater(answers.get(2), "text/html");
        assertLater(answers.get(3), "application/problem+json");
        assertThat(answers.get(3).body()).contains("\"code\":\"unavailable\"", "\"status\":503", "\"requestId\":");
        assertLater(answers.get(4), "application/problem+json");
        assertThat(answers.get(5).status()).isEqualTo(503);
        assertThat(answers.get(6).status()).isEqualTo(200);
        assertThat(answers.get(7).status()).isEqualTo(200);

        assertThat(member.get("/sources").status()).isEqualTo(200);
        assertThat(browser().get("/api/v1/sources", "Authorization", bearer).status())
                .isEqualTo(200);
        assertThat(browser().get("/readyz").status()).isEqualTo(200);
    }

    private static void assertLater(Answer answer, String type) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).contains("5");
        assertThat(answer.header("Content-Type").orElse("")).startsWith(type);
        assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
    }

    private static List<Answer> together(List<Callable<Answer>> questions) throws Exception {
        var pool = Executors.newFixedThreadPool(questions.size());
        try {
            var answers = new ArrayList<Answer>();
            for (Future<Answer> each : pool.invokeAll(questions)) {
                answers.add(each.get());
            }
            return answers;
        } finally {
            pool.shutdown();
        }
    }

    private void closeDoors() throws SQLException {
        outside("alter database " + name() + " allow_connections false");
        outside("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name() + "'");
    }

    private void openDoors() throws SQLException {
        outside("alter database " + name() + " allow_connections true");
    }

    private String name() {
        return address.substring(address.lastIndexOf('/') + 1);
    }

    private void outside(String sql) throws SQLException {
        String elsewhere = address.substring(0, address.lastIndexOf('/') + 1) + "postgres";
        try (var connection = DriverManager.getConnection(elsewhere, login, password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
