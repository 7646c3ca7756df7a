package io.opsdeck.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.security.TokenAddresses;
import io.opsdeck.web.limit.SmallLimits;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** How often a token, and an address with tokens that nobody knows, may ask. */
class TokenLimitsTest extends WebTest {

    @Autowired
    private TokenAddresses addresses;

    @Autowired
    ApiTokens apiTokens;

    @Autowired
    Members allMembers;

    @Autowired
    DataSource pool;

    @Value("${opsdeck.database.pool-size}")
    int connections;

    @Test
    void answersTellWhereTheTokenStands() {
        Team team = team();
        String token = token(team.workspace(), team.owner(), EnumSet.of(Permission.SOURCE_READ), null);

        Answer first = get("/api/v1/sources", token);
        Answer second = get("/api/v1/sources", token);
        Answer forbidden = get("/api/v1/jobs", token);

        assertThat(first.header("RateLimit-Policy")).contains("\"default\";q=6000;w=60");
        assertThat(first.header("X-RateLimit-Limit")).contains("6000");
        assertThat(first.header("X-RateLimit-Remaining")).contains("5999");
        assertThat(second.header("RateLimit").orElse("")).startsWith("\"default\";r=59");
        assertThat(forbidden.status()).isEqualTo(403);
        assertThat(forbidden.header("X-RateLimit-Remaining")).isPresent();
        assertThat(get("/api/v1/sources", "opd_api_nonsense").header("RateLimit-Policy"))
                .contains("\"unknown-token\";q=600;w=60");
    }

    @Test
    void theWriteKeyOfATrackingCallIsNoUnknownToken() {
        Answer answer = browser().send("POST", "/v1/track", "{}", "Authorization", "Bearer " + Secrets.next("wk"));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("RateLimit-Policy")).isEmpty();
    }

    @Test
    void exportsBeyondTheirLimitAreRefusedWithAProblem() {
        Team team = team();
        String token = token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        String nothing = "/api/v1/jobs/01900000-0000-7000-8000-000000000000/errors";

        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i <= 61; i++) {
            answers.add(get(nothing, token));
        }

        assertThat(answers.subList(0, 60))
                .allSatisfy(each -> assertThat(each.status()).isEqualTo(404));
        Answer last = answers.get(61);
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.header("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(last.body()).contains("rate_limited");
        assertThat(last.header("RateLimit").orElse("")).contains("\"export\";r=0;t=");
        assertThat(last.headers().allValues("Retry-After")).hasSize(1);
        assertThat(get("/api/v1/sources", token).status()).isEqualTo(200);
    }

    /** With not a single connection left, whoever needs one waits for it and is put off with 503. */
    @Test
    void whatCanBeNoTokenIsRefusedWithoutTheDatabase() throws SQLException {
        assertThat(get("/api/v1/sources", "opd_api_nonsense").status()).isEqualTo(401);
        String almost = Secrets.next("api");
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                all.add(pool.getConnection());
            }

            assertThat(get("/api/v1/sources", "opd_api_nonsense").status()).isEqualTo(401);
            assertThat(get("/api/v1/sources", "x".repeat(10_000)).status()).isEqualTo(401);
            assertThat(get("/api/v1/sources", almost.substring(0, almost.length() - 1) + "!")
                            .status())
                    .isEqualTo(401);
            assertThat(get("/api/v1/sources", Secrets.next("api")).status()).isEqualTo(503);
        } finally {
            for (Connection each : all) {
                each.close();
            }
        }
    }

    @Test
    void unknownTokensOfAnAddressAreRefusedAndThoseItIsKnownForAreNot() throws Exception {
        Team team = team();
        String known = token(team.workspace(), team.owner(), EnumSet.of(Permission.SOURCE_READ), null);
        String fresh = token(team.workspace(), team.owner(), EnumSet.of(Permission.SOURCE_READ), null);
        var filter = new TokenFilter(apiTokens, allMembers, addresses, SmallLimits.of(4, 2));

        assertThat(isKnown(filter, known, "10.0.0.1")).isTrue();
        assertThat(isKnown(filter, Secrets.next("api"), "10.0.0.1")).isFalse();
        assertThat(isKnown(filter, "junk", "10.0.0.1")).isFalse();

        assertThat(remaining(filter, Secrets.next("api"), "10.0.0.1")).isEqualTo("refused, retry after 30");
        assertThat(isKnown(filter, fresh, "10.0.0.1")).isFalse();
        assertThat(isKnown(filter, known, "10.0.0.1")).isTrue();
        assertThat(isKnown(filter, fresh, "10.0.0.2")).isTrue();
    }

    @Test
    void aTokenOverItsLimitIsRefused() throws Exception {
        Team team = team();
        String token = token(team.workspace(), team.owner(), EnumSet.of(Permission.SOURCE_READ), null);
        var filter = new TokenFilter(apiTokens, allMembers, addresses, SmallLimits.of(2, 2));

        assertThat(remaining(filter, token, "10.0.0.1")).isEqualTo("1");
        assertThat(remaining(filter, token, "10.0.0.2")).isEqualTo("0");
        assertThat(remaining(filter, token, "10.0.0.3")).isEqualTo("refused, retry after 30");
    }

    private static boolean isKnown(TokenFilter filter, String token, String address) throws Exception {
        MockHttpServletRequest request = request(token, address);
        filter.doFilter(request, new MockHttpServletResponse(), new MockFilterChain());
        return Caller.find(request).isPresent();
    }

    private static String remaining(TokenFilter filter, String token, String address) throws Exception {
        MockHttpServletRequest request = request(token, address);
        var response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain());
        return request.getAttribute(Caller.REFUSAL) == null
                ? String.valueOf(response.getHeader("X-RateLimit-Remaining"))
                : "refused, retry after " + response.getHeader("Retry-After");
    }

    private static MockHttpServletRequest request(String token, String address) {
        var request = new MockHttpServletRequest("GET", "/api/v1/sources");
        request.addHeader("Authorization", "Bearer " + token);
        request.setRemoteAddr(address);
        return request;
    }

    private Answer get(String path, String token) {
        return browser().get(path, "Authorization", "Bearer " + token);
    }
}
