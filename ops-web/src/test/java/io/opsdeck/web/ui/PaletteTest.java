package io.opsdeck.web.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What the palette finds, for whom, and in which order. */
class PaletteTest extends WebTest {

    @Autowired
    private EventSources sources;

    @Autowired
    private EventDictionary dictionary;

    private Team team;
    private Browser owner;

    @BeforeEach
    void aTeamWithASourceAndEvents() {
        team = team();
        CurrentWorkspace.run(team.workspace(), () -> {
            sources.create("官网商城", EventSources.Kind.WEB, null);
            dictionary.plan("Order Completed", "");
            dictionary.plan("提交订单", "");
        });
        owner = browserOf(team.owner());
        owner.post("/preferences/language", Map.of("lang", "zh-CN"));
    }

    @Test
    void everythingIsFoundByAPartOfItsNameOrByPinyin() {
        assertThat(found(owner, "order")).containsExactly("/dictionary/event?name=Order+Completed");
        assertThat(found(owner, "tjdd")).hasSize(1).allMatch(href -> href.startsWith("/dictionary/event?name=%E6"));
        assertThat(found(owner, "gwsc")).singleElement().asString().startsWith("/sources/");
        assertThat(found(owner, "guanwang")).singleElement().asString().startsWith("/sources/");
        assertThat(found(owner, team.owner().mail())).singleElement().asString().startsWith("/members?q=owner");
        assertThat(found(owner, "audit")).containsExactly("/audit");
        assertThat(found(owner, "操作日志")).containsExactly("/audit");
        assertThat(found(owner, "jsqx")).containsExactly("/roles");
    }

    @Test
    void thingsAreMadeAndDoneFromIt() {
        assertThat(found(owner, "yqcy")).containsExactly("/members#invite");
        assertThat(found(owner, "token")).contains("/tokens", "/tokens#new");
        assertThat(owner.get("/palette?q=english").body()).contains("data-send=\"/preferences/language?lang=en\"");
        assertThat(owner.get("/palette?q=shense").body()).contains("data-set-theme=\"dark\"");
        assertThat(owner.get("/palette?q=sign%20out").body()).contains("data-send=\"/sign-out\"");
    }

    @Test
    void nobodyFindsWhatHeMayNotSee() {
        Browser viewer = browserOf(member(team.workspace(), Role.VIEWER));
        assertThat(found(viewer, "")).doesNotContain("/audit", "/tokens", "/sources#new", "/members#invite");
        assertThat(viewer.get("/").body()).doesNotContain("id=\"create\"");
        assertThat(owner.get("/").body()).contains("id=\"create\"", "/sources#new", "/members#invite", "/tokens#new");
        assertThat(found(browserOf(team().owner()), "gwsc")).isEmpty();
    }

    @Test
    void whatFitsNothingSaysSo() {
        assertThat(owner.get("/palette?q=zzzz%3Cb%3E").body())
                .contains("没有找到“zzzz&lt;b&gt;”")
                .doesNotContain("role=\"option\"");
    }

    @Test
    void chineseIsReadAsItIsTyped() {
        assertThat(Pinyin.initials("用户分群")).isEqualTo("yhfq");
        assertThat(Pinyin.full("API 令牌")).isEqualTo("apilingpai");
        assertThat(Pinyin.initials("Order 1")).isEqualTo("order1");
    }

    private static List<String> found(Browser browser, String text) {
        String body = browser.get("/palette?q=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                .body();
        return Pattern.compile("role=\"option\" href=\"([^\"]+)\"")
                .matcher(body)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
