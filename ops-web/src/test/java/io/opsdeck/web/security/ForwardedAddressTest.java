package io.opsdeck.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ForwardedAddressTest extends WebTest {

    @Test
    void theAuditTrailHoldsTheAddressOfTheConnectionWhateverItsSenderWrites() {
        Team team = team();
        Answer answer = browser()
                .send(
                        "POST",
                        "/api/v1/sources",
                        "{\"name\":\"Spoofed\"}",
                        "Authorization",
                        "Bearer " + token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null),
                        "Content-Type",
                        "application/json",
                        "X-Forwarded-For",
                        "198.51.100.4",
                        "X-Forwarded-Proto",
                        "https");
        assertThat(answer.status()).isEqualTo(201);
        String address = CurrentWorkspace.call(
                team.workspace(),
                () -> transactions.execute(
                        status -> jdbc.sql("select address from core.audit_entry where object_name = 'Spoofed'")
                                .query(String.class)
                                .single()));
        assertThat(address).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
    }
}
