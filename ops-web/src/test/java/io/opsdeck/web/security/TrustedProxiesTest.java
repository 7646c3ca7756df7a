package io.opsdeck.web.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class TrustedProxiesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    # from        | X-Forwarded-For                       | client
                    10.0.0.7      | 198.51.100.4                          | 198.51.100.4
                    10.0.0.7      | -                                     | 10.0.0.7
                    10.0.0.7      | 1.2.3.4, 198.51.100.4                 | 198.51.100.4
                    10.0.0.7      | 1.2.3.4, 198.51.100.4, 10.9.9.9       | 198.51.100.4
                    10.0.0.7      | 10.1.1.1, 10.2.2.2                    | 10.1.1.1
                    10.0.0.7      | 198.51.100.4:51234                    | 198.51.100.4
                    10.0.0.7      | [2001:db8::7]:51234                   | 2001:db8::7
                    10.0.0.7      | 2001:db8::7                           | 2001:db8::7
                    10.0.0.7      | 198.51.100.4, <script>                | 10.0.0.7
                    10.0.0.7      | 999.1.1.1                             | 10.0.0.7
                    10.0.0.7      | unknown                               | 10.0.0.7
                    0:0:0:0:0:0:0:1 | 198.51.100.4                        | 198.51.100.4
                    203.0.113.9   | 198.51.100.4                          | 203.0.113.9
                    203.0.113.9   | 10.0.0.7                              | 203.0.113.9
                    """)
    void onlyWhatNamedProxiesWroteIsBelieved(String from, String forwarded, String client) throws Exception {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr(from);
        if (forwarded != null) {
            request.addHeader("X-Forwarded-For", forwarded);
        }
        assertThat(seen("10.0.0.0/8, ::1", request).getRemoteAddr()).isEqualTo(client);
    }

    @Test
    void severalLinesAreOneList() throws Exception {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr("10.0.0.7");
        request.addHeader("X-Forwarded-For", "1.2.3.4");
        request.addHeader("X-Forwarded-For", "198.51.100.4");
        assertThat(seen("10.0.0.7", request).getRemoteAddr()).isEqualTo("198.51.100.4");
    }

    @Test
    void theSchemeIsTheProxysToo() throws Exception {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr("10.0.0.7");
        request.addHeader("X-Forwarded-Proto", "https");
        request.addHeader("Host", "ops.example.com");
        HttpServletRequest seen = seen("10.0.0.7", request);
        assertThat(seen.isSecure()).isTrue();
        assertThat(seen.getRequestURL().toString()).doesNotContain(":443");
        assertThat(seen.getServerPort()).isEqualTo(443);
        assertThat(seen("10.0.0.8", request).isSecure()).isFalse();
    }

    @Test
    void withoutASettingNobodyIsTrusted() throws Exception {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr("127.0.0.1");
        request.addHeader("X-Forwarded-For", "198.51.100.4");
        assertThat(seen("", request).getRemoteAddr()).isEqualTo("127.0.0.1");
    }

    @Test
    void aNameIsNoProxy() {
        assertThatThrownBy(() -> new TrustedProxies("proxy.example.com")).hasMessageContaining("proxy.example.com");
    }

    private static HttpServletRequest seen(String proxies, HttpServletRequest request) throws Exception {
        var seen = new AtomicReference<HttpServletRequest>();
        new TrustedProxies(proxies)
                .doFilterInternal(
                        request,
                        new MockHttpServletResponse(),
                        (each, response) -> seen.set((HttpServletRequest) each));
        return seen.get();
    }
}
