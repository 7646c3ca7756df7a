package io.opsdeck.web.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.AuditFilter;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Who saw personal data, and who came in. */
class ReadTrailTest extends WebTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    private AuditTrail audit;

    @Test
    void contactDataThatIsSeenIsRecordedOnceAndWithoutTheData() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        String person = personOf(owner, "lin.yue@example.com");

        owner.get("/people/" + person);
        owner.get("/people/" + person);
        owner.get("/people?q=lin.yue@example.com");
        owner.get("/people?f=plan:eq:secret-plan&q=lin");
        String token = token(
                team.workspace(),
                team.owner(),
                EnumSet.of(Permission.PROFILE_READ, Permission.PROFILE_CONTACT_READ),
                null);
        api(token, "/api/v1/profiles");
        api(token, "/api/v1/profiles:lookup?id=lin.yue@example.com");
        api(token, "/api/v1/profiles/" + person);

        List<AuditEntry> reads = entries(team, "person");
        assertThat(reads)
                .extracting(
                        AuditEntry::action,
                        AuditEntry::objectId,
                        entry -> entry.actorKind().name())
                .containsOnlyOnce(
                        org.assertj.core.groups.Tuple.tuple("person.read", person, "MEMBER"),
                        org.assertj.core.groups.Tuple.tuple("person.read", person, "TOKEN"),
                        org.assertj.core.groups.Tuple.tuple("person.looked_up", person, "TOKEN"),
                        org.assertj.core.groups.Tuple.tuple("person.listed", "*", "TOKEN"),
                        org.assertj.core.groups.Tuple.tuple("person.listed", "q", "MEMBER"));
        assertThat(reads.toString()).doesNotContain("lin.yue").doesNotContain("secret-plan");
        assertThat(owner.get("/audit?kind=person").body()).contains("/audit/object?object=person:" + person);
    }

    @Test
    void whoSeesContactDataMaskedIsNotRecorded() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        String person = personOf(owner, "zhao@example.com");
        int before = entries(team, "person").size();
        Browser analyst = browserOf(member(team.workspace(), Role.ANALYST));

        assertThat(analyst.get("/people/" + person).status()).isEqualTo(200);
        analyst.get("/people");

        assertThat(entries(team, "person")).hasSize(before);
    }

    @Test
    void statementsAreRecordedWithoutTheirTexts() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.get("/sql");
        owner.post("/sql/run", Map.of("sql", "select 'lin.yue@example.com' as mail, 13812345678 as phone"));
        owner.post("/sql/run", Map.of("sql", "select 'zhao@example.com' as mail, 13800000000 as phone"));

        assertThat(entries(team, "query.run"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.after())
                        .contains("select ? as mail, ? as phone")
                        .doesNotContain("lin.yue")
                        .doesNotContain("138"));
    }

    @Test
    void signInsAndWrongPasswordsAreRecordedInTheWorkspacesOfTheMember() {
        Team team = team();
        assertThat(browser().signIn(team.owner().mail(), "wrong password").status())
                .isEqualTo(401);
        assertThat(browser().signIn("nobody@example.com", "wrong password").status())
                .isEqualTo(401);
        browserOf(team.owner());

        assertThat(entries(team, "sign_in"))
                .extracting(AuditEntry::action, AuditEntry::objectId)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "sign_in.succeeded", team.owner().id().toString()),
                        org.assertj.core.groups.Tuple.tuple(
                                "sign_in.failed", team.owner().id().toString()));
        assertThat(CurrentWorkspace.call(
                                team.workspace(),
                                () -> audit.page(new AuditFilter("", "", null, null, null, "", true), null, 9))
                        .data())
                .hasSize(1);
    }

    @Test
    void theFirstUseOfATokenFromAnAddressIsRecorded() {
        Team team = team();
        String token = token(team.workspace(), team.owner(), EnumSet.of(Permission.JOB_READ), null);
        api(token, "/api/v1/jobs");
        api(token, "/api/v1/jobs");

        assertThat(entries(team, "token.new_address")).singleElement().satisfies(entry -> {
            assertThat(entry.objectName()).isEqualTo("Test");
            assertThat(entry.address()).isNotBlank();
        });
    }

    private List<AuditEntry> entries(Team team, String action) {
        return CurrentWorkspace.call(team.workspace(), () -> audit.page(action, "", null, 100))
                .data();
    }

    private void api(String token, String path) {
        assertThat(browser().get(path, "Authorization", "Bearer " + token).status())
                .as(path)
                .isEqualTo(200);
    }

    private String personOf(Browser owner, String mail) {
        owner.get("/sources");
        Matcher key = Pattern.compile("id=\"write-key\"[^>]*>([^<]+)<")
                .matcher(owner.post("/sources", Map.of("name", "Shop", "kind", "WEB"))
                        .body());
        assertThat(key.find()).isTrue();
        owner.send(
                "POST",
                "/v1/identify",
                "{\"writeKey\":\"" + key.group(1) + "\",\"userId\":\"u1\",\"traits\":{\"email\":\"" + mail + "\"}}",
                "Content-Type",
                "application/json");
        Pattern link = Pattern.compile("/people/([0-9a-f-]{36})");
        await().atMost(LONG)
                .until(() -> link.matcher(owner.get("/people").body()).find());
        Matcher person = link.matcher(owner.get("/people").body());
        assertThat(person.find()).isTrue();
        return person.group(1);
    }
}
