package io.opsdeck.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RecoveryCodeTest {

    @Test
    void tenDifferentCodesAreMadeAtOnce() {
        List<RecoveryCode> codes = RecoveryCode.fresh();

        assertThat(codes).hasSize(10).doesNotHaveDuplicates();
        assertThat(codes).allSatisfy(code -> assertThat(code.text()).matches("[2-9A-Z]{4}(-[2-9A-Z]{4}){3}"));
    }

    @Test
    void aCodeIsKnownHoweverItIsTyped() {
        RecoveryCode code = RecoveryCode.fresh().get(0);

        assertThat(RecoveryCode.of(code.text())).isEqualTo(code);
        assertThat(RecoveryCode.of(" " + code.text().toLowerCase(Locale.ROOT).replace('-', ' ')))
                .isEqualTo(code);
        assertThat(RecoveryCode.of("").plain()).isEmpty();
    }

    @Test
    void theSameCodeOfAnotherMemberIsAnotherOne() {
        RecoveryCode code = RecoveryCode.fresh().get(0);

        assertThat(code.hash(new UUID(0, 1))).isNotEqualTo(code.hash(new UUID(0, 2)));
    }
}
