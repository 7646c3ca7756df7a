package io.opsdeck.web.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.member.SetUp;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;

/** A start on an empty database, without an owner in the environment. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"management.server.port=0", "opsdeck.bootstrap.owner=", "opsdeck.bootstrap.token="})
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@DirtiesContext
class FirstStartTest {

    @Autowired
    private SetUp setUp;

    @Autowired
    private Flyway flyway;

    @Value("${local.server.port}")
    private int port;

    @Value("${spring.jpa.hibernate.ddl-auto}")
    private String schemaCheck;

    @Test
    void theLinkMakesTheFirstOwnerOnce() {
        var browser = new Browser("http://localhost:" + port);
        assertThat(browser.get("/").location()).startsWith("/sign-in");
        assertThat(browser.get("/set-up?code=guessed").status()).isEqualTo(404);
        String old = setUp.issueCode();
        String code = setUp.issueCode();
        assertThat(browser.get("/set-up?code=" + old).status())
                .as("only the newest link")
                .isEqualTo(404);
        assertThat(browser.get("/set-up?code=" + code).status()).isEqualTo(200);

        Map<String, String> form = new TreeMap<>(Map.of(
                "code",
                code,
                "workspaceName",
                "山野牛奶",
                "timeZone",
                "Asia/Shanghai",
                "currency",
                "CNY",
                "locale",
                "zh-CN",
                "name",
                "林悦",
                "mail",
                "lin@example.com",
                "password",
                "123"));
        Answer weak = browser.post("/set-up", form);
        assertThat(weak.status()).isEqualTo(422);
        assertThat(weak.body()).contains("山野牛奶").contains("aria-invalid=\"true\"");

        form.put("password", "seven quiet herons");
        assertThat(browser.post("/set-up", form).location()).isEqualTo("/");
        Answer today = browser.get("/");
        assertThat(today.status()).isEqualTo(200);
        assertThat(today.body()).contains("山野牛奶", "林悦");

        var second = new Browser("http://localhost:" + port);
        second.get("/sign-in");
        assertThat(second.get("/set-up?code=" + code).status()).isEqualTo(404);
        assertThat(second.post("/set-up", form).status()).isIn(404, 422);
        assertThat(second.signIn("lin@example.com", "seven quiet herons").status())
                .isEqualTo(303);
    }

    /** The context only starts when every entity fits its table, so what is left to show is that nothing is left to do. */
    @Test
    void migratingASecondTimeChangesNothing() {
        assertThat(schemaCheck).isEqualTo("validate");
        assertThat(flyway.info().applied()).hasSizeGreaterThan(5);
        assertThat(flyway.migrate().migrationsExecuted).isZero();
        assertThat(flyway.validateWithResult().validationSuccessful).isTrue();
        assertThat(flyway.info().pending()).isEmpty();
    }
}
