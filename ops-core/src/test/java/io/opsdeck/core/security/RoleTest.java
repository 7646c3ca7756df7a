package io.opsdeck.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoleTest {

    @Test
    void contactDataIsForThoseWhoWorkWithPeopleThemselves() {
        assertThat(Arrays.stream(Preset.values())
                        .filter(preset -> preset.permissions().contains(Permission.PROFILE_CONTACT_READ)))
                .containsExactly(Preset.OWNER, Preset.ADMIN, Preset.OPERATOR, Preset.SERVICE);
        assertThat(Permission.of("profile:contact_read")).isEqualTo(Permission.PROFILE_CONTACT_READ);
    }

    @Test
    void nobodyHandsOutMoreThanHeHas() {
        var manager = new Authority(Role.MANAGER, Preset.MANAGER.permissions());
        assertThat(manager.covers(view(Preset.VIEWER))).isTrue();
        assertThat(manager.covers(view(Preset.MANAGER))).isTrue();
        assertThat(manager.covers(view(Preset.OPERATOR)))
                .as("operators see contact data, managers do not")
                .isFalse();
        assertThat(new Authority(Role.VIEWER, Set.of()).covers(view(Preset.VIEWER)))
                .isFalse();
    }

    @Test
    void onlyOwnersMakeOwners() {
        var everything = EnumSet.allOf(Permission.class);
        assertThat(new Authority(Role.ADMIN, everything).covers(view(Preset.OWNER)))
                .isFalse();
        assertThat(new Authority(Role.ADMIN, everything).covers(view(Preset.ADMIN)))
                .isTrue();
        assertThat(new Authority(Role.OWNER, everything).covers(view(Preset.OWNER)))
                .isTrue();
    }

    private static RoleView view(Preset preset) {
        return new RoleView(Role.of(preset), "", preset, preset.permissions(), 0);
    }
}
