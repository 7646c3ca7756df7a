package io.opsdeck.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactMaskTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
        lin.yue@example.com         | l***@example.com
        13812345678                 | 138****5678
        +86 138-1234-5678           | +86138****5678
        8613812345678               | 86138****5678
        +49 30 1234567              | +493****4567
        write to a@b.cn or 13912345678, please | write to a***@b.cn or 139****5678, please
        林@例子.中国                 | 林***@例子.中国
        q=wei@example.org&f=1       | q=w***@example.org&f=1
        wx13812345678               | wx138****5678
        SKU-13812345678901          | SKU-13812345678901
        20261122123456              | 20261122123456
        u1                          | u1
        """, delimiter = '|')
    void whatLooksLikeContactDataIsMaskedAndNothingElse(String text, String shown) {
        assertThat(ContactMask.within(text)).isEqualTo(shown);
        assertThat(ContactMask.isIn(text)).isEqualTo(!text.equals(shown));
        assertThat(ContactMask.isIn(shown.replaceAll("@[^\\s&]+", ""))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"010-12345678, 010****5678", "12345678, ****5678", "62345, ****45", "lin_yue, l***", "1, 1***"})
    void whatStandsUnderItsNameIsMaskedWhateverItLooksLike(String value, String shown) {
        assertThat(ContactMask.whole(value)).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "email",
                "Email",
                "e-mail",
                "workEmail",
                "email_address",
                "EMAIL2",
                "phone",
                "phoneNumber",
                "mobile_phone",
                "tel",
                "手机号",
                "收货人电话"
            })
    void namesOfContactDataAreKnown(String name) {
        assertThat(ContactMask.isNameOfContact(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"email_opt_in", "phoneVerified", "mailbox_size", "hotel", "number", "plan", "name", "手机型号", ""})
    void otherNamesAreNot(String name) {
        assertThat(ContactMask.isNameOfContact(name)).isFalse();
    }
}
