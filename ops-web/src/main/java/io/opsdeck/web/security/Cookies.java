package io.opsdeck.web.security;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ResponseCookie;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/**
 * How cookies are named and sent. Where people come by https they carry the prefix {@code __Host-}: only this host can
 * set them, only for all paths, only over https. Over plain http a browser would drop such a cookie without a word.
 */
@Component("cookies")
public class Cookies {

    private static final String HOST = "__Host-";
    private static final String SESSION = "od-session";

    private final boolean https;

    Cookies(@Value("${opsdeck.base-url}") String baseUrl) {
        this.https = baseUrl.startsWith("https://");
    }

    @Bean
    CookieSerializer sessionCookie() {
        var serializer = new DefaultCookieSerializer();
        serializer.setCookieName(prefix() + SESSION);
        serializer.setCookiePath("/");
        serializer.setUseHttpOnlyCookie(true);
        serializer.setUseSecureCookie(https);
        serializer.setSameSite("Lax");
        return serializer;
    }

    /** What every name of a cookie begins with, also of those that the pages' script sets. */
    public String prefix() {
        return https ? HOST : "";
    }

    public Optional<String> find(HttpServletRequest request, String name) {
        Cookie cookie = WebUtils.getCookie(request, prefix() + name);
        return cookie == null ? Optional.empty() : Optional.of(cookie.getValue());
    }

    /** A cookie that remembers a choice for a year. */
    public ResponseCookie choice(String name, String value) {
        return ResponseCookie.from(prefix() + name, value)
                .path("/")
                .maxAge(Duration.ofDays(365))
                .secure(https)
                .sameSite("Lax")
                .build();
    }
}
