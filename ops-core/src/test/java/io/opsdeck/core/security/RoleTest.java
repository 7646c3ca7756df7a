package io.opsdeck.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RoleTest {

    @Test
    void contactDataIsForThoseWhoWorkWithPeopleThemselves() {
        assertThat(Arrays.stream(Role.values()).filter(role -> role.allowsByDefault(Permission.PROFILE_CONTACT_READ)))
                .containsExactly(Role.OWNER, Role.ADMIN, Role.OPERATOR);
        assertThat(Permission.of("profile:contact_read")).isEqualTo(Permission.PROFILE_CONTACT_READ);
    }
}
