package io.opsdeck.web.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.job.JobFilter;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class JobPagesTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String REGULAR =
            "list=members&query=&format=csv&frequency=weekly&day=1&at=09:00&zone=Asia/Shanghai";

    @Autowired
    Jobs jobs;

    @Test
    void aListIsExportedRegularlyForItsOwnerAndForTheRecipients() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        Team.Person manager = member(team.workspace(), Role.MANAGER);
        Team.Person analyst = member(team.workspace(), Role.ANALYST);
        assertThat(owner.get("/exports/regular?list=members").body())
                .contains("name=\"recipients\"")
                .contains("Member manager")
                .doesNotContain("value=\"" + team.owner().id());
        Answer made = owner.postForm("/exports/regular", REGULAR + "&name=Team&recipients=" + manager.id());
        assertThat(made.location()).isEqualTo("/jobs/schedules");
        Browser colleague = browserOf(analyst);
        assertThat(owner.get("/jobs/schedules").body())
                .contains("every Monday at 09:00")
                .contains("Asia/Shanghai");
        String schedule = found(
                "/jobs/schedules/[0-9a-f-]{36}/run",
                owner.get("/jobs/schedules").body());
        assertThat(colleague.get("/jobs/schedules").body()).contains("Team").doesNotContain("/run");
        assertThat(colleague.post(schedule, Map.of()).status()).isEqualTo(403);

        String job = owner.post(schedule, Map.of()).location();
        await().atMost(LONG).until(() -> job(team).state() == JobState.SUCCEEDED);
        String export = "/exports/" + job.substring(job.lastIndexOf('/') + 1);
        assertThat(browserOf(manager).get(export + "/file").body()).contains("Member manager");
        assertThat(colleague.get(export + "/file").status()).isEqualTo(404);
        assertThat(owner.get("/jobs/schedules").body()).contains(job);

        assertThat(owner.post(schedule.replace("/run", "/pause"), Map.of()).location())
                .isEqualTo("/jobs/schedules");
        assertThat(owner.get("/jobs/schedules").body()).contains("/resume");
        owner.post(schedule.replace("/run", "/delete"), Map.of());
        assertThat(owner.get("/jobs/schedules").body()).doesNotContain("/resume");
    }

    @Test
    void theNextTimesOfATimetableAreShownWhileItIsChosen() {
        Browser owner = browserOf(team().owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        String times = owner.get(
                        "/jobs/schedules/preview?frequency=monthly&day=31&at=02:30&zone=Europe/Berlin",
                        "HX-Request",
                        "true")
                .body();
        assertThat(times.split("<li", -1)).hasSize(6);
        assertThat(times).contains("2:30").contains("Europe/Berlin");
        assertThat(owner.get("/jobs/schedules/preview?zone=Mars/Base", "HX-Request", "true")
                        .status())
                .isEqualTo(422);
        Answer wrong = owner.postForm("/exports/regular", REGULAR.replace("day=1", "day=9") + "&name=Team");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("Check the day");
    }

    @Test
    void jobsAreFilteredByKindAndStateAndSayWhatTheirAttemptsCameTo() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        owner.get("/");
        owner.post("/exports", Map.of("list", "members"));
        await().atMost(LONG).until(() -> job(team).state() == JobState.SUCCEEDED);
        String id = job(team).id().toString();
        assertThat(owner.get("/jobs?kind=export&state=succeeded").body()).contains(id);
        assertThat(owner.get("/jobs?kind=import").body()).doesNotContain(id);
        assertThat(owner.get("/jobs?state=nonsense").status()).isEqualTo(422);
        String page = owner.get("/jobs/" + id).body();
        assertThat(page).contains("Attempts").contains("Took").doesNotContain("??");

        CurrentWorkspace.run(
                team.workspace(),
                () -> transactions.executeWithoutResult(status -> jdbc.sql(
                                "update core.job set state = 'FAILED', error_code = 'job_broken', cursor = null")
                        .update()));
        assertThat(owner.get("/jobs").body()).contains("Retry all");
        assertThat(browserOf(member(team.workspace(), Role.CONTENT))
                        .get("/jobs")
                        .body())
                .contains("失败待处理")
                .doesNotContain("全部重试");
        owner.post("/jobs/retry", Map.of("kind", "export"));
        await().atMost(LONG).until(() -> job(team).state() == JobState.SUCCEEDED);
        CurrentWorkspace.run(
                team.workspace(),
                () -> transactions.executeWithoutResult(status ->
                        jdbc.sql("update core.job set state = 'FAILED'").update()));
        owner.post("/jobs/" + id + "/discard", Map.of());
        assertThat(job(team).state()).isEqualTo(JobState.DISCARDED);
        assertThat(owner.get("/jobs").body()).doesNotContain("Retry all");
    }

    private JobView job(Team team) {
        List<JobView> all = CurrentWorkspace.call(team.workspace(), () -> jobs.page(JobFilter.ALL, null, 10))
                .data();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static String found(String pattern, String page) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(page).isTrue();
        return matcher.group();
    }
}
