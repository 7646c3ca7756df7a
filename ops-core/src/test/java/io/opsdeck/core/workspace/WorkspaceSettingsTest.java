package io.opsdeck.core.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.OpsdeckException;
import java.time.DayOfWeek;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WorkspaceSettingsTest {

    @Test
    void whatIsTypedRightIsRead() {
        WorkspaceSettings settings = WorkspaceSettings.of(" 云野商城 ", "Asia/Shanghai", "MONDAY", "CNY", "zh-CN");

        assertThat(settings)
                .isEqualTo(new WorkspaceSettings("云野商城", ZoneId.of("Asia/Shanghai"), DayOfWeek.MONDAY, "CNY", "zh-CN"));
    }

    @Test
    void theErrorPointsAtTheFieldThatIsWrong() {
        refuses(CoreError.REQUIRED, "/name", "  ", "Asia/Shanghai", "MONDAY", "CNY", "en");
        refuses(CoreError.TOO_LONG, "/name", "x".repeat(121), "Asia/Shanghai", "MONDAY", "CNY", "en");
        refuses(CoreError.INVALID_TIME_ZONE, "/timeZone", "a", "Mars/Olympus", "MONDAY", "CNY", "en");
        refuses(CoreError.INVALID_VALUE, "/weekStart", "a", "Asia/Shanghai", "Someday", "CNY", "en");
        refuses(CoreError.INVALID_CURRENCY, "/currency", "a", "Asia/Shanghai", "MONDAY", "XXL", "en");
        refuses(CoreError.INVALID_LOCALE, "/locale", "a", "Asia/Shanghai", "MONDAY", "CNY", "fr");
    }

    private static void refuses(CoreError code, String pointer, String... typed) {
        assertThatThrownBy(() -> WorkspaceSettings.of(typed[0], typed[1], typed[2], typed[3], typed[4]))
                .isInstanceOfSatisfying(OpsdeckException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(code);
                    assertThat(failure.pointer()).contains(pointer);
                });
    }
}
