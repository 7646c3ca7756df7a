package io.opsdeck.web.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.opsdeck.core.security.Role;
import io.opsdeck.core.system.DiskWatch;
import io.opsdeck.core.system.InvariantResult;
import io.opsdeck.core.system.Invariants;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class SystemPageTest extends WebTest {

    @Autowired
    private Invariants invariants;

    @Test
    void thePageShowsTheInstallationAndNoSecret() {
        Browser owner = browserOf(team().owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        String page = owner.get("/system").body();
        assertThat(page)
                .contains("PostgreSQL")
                .contains("opsdeck.base-url")
                .contains("opsdeck.secret-key")
                .contains("A running job has a lease.")
                .doesNotContain(PASSWORD)
                .doesNotContain(TOKEN)
                .doesNotContain("AAAAAAAAAA")
                .doesNotContain("jdbc:postgresql")
                .doesNotContain("??");
    }

    @Test
    void everythingHoldsThatCanBeLookedAt() {
        assertThat(invariants.check()).noneMatch(InvariantResult::failed);
        assertThat(invariants.all())
                .extracting(each -> each.key())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(15);
    }

    @Test
    void whoRunsTheInstallationHasTheInvariantsLookedAt() {
        Team team = team();
        Browser owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "en"));
        owner.get("/system");
        assertThat(owner.post("/system/invariants/check", Map.of()).location()).isEqualTo("/system#invariants");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !owner.get("/system").body().contains("Not looked at yet"));

        Browser manager = browserOf(member(team.workspace(), Role.MANAGER));
        assertThat(manager.get("/system").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "opsdeck.database.password,x,,true",
        "opsdeck.mail.user,lin,,true",
        "opsdeck.bootstrap.owner,a@b.c:secret,,true",
        "opsdeck.database.url,jdbc:postgresql://lin:secret@db/x,,true",
        "opsdeck.secret-key,'',,false",
        "opsdeck.base-url,https://ops.example.com,https://ops.example.com,true"
    })
    void whatMayBeASecretIsNotShown(String name, String value, String shown, boolean given) {
        Setting setting = Setting.of(name, value);
        assertThat(setting.value()).isEqualTo(shown);
        assertThat(setting.given()).isEqualTo(given);
    }

    @Test
    void whileTheDiskIsFullWritesThatGrowAreRefusedAndReadingIsNot() {
        DiskWatch disk = mock(DiskWatch.class);
        var brake = new DiskBrake(disk);
        var post = new MockHttpServletRequest("POST", "/v1/batch");
        var get = new MockHttpServletRequest("GET", "/imports");
        var response = new MockHttpServletResponse();
        assertThat(brake.preHandle(post, response, this)).isTrue();
        when(disk.isStopped()).thenReturn(true);
        assertThatThrownBy(() -> brake.preHandle(post, response, this)).hasMessage("disk_full");
        assertThat(brake.preHandle(get, response, this)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KB", "1536,1.5 KB", "157286400,150 MB", "1099511627776,1.0 TB"})
    void sizesHaveThreeDigits(long bytes, String text) {
        assertThat(new ByteSizes().text(bytes)).isEqualTo(text);
    }
}
