package io.opsdeck.web.ui;

import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Cookies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.LocaleResolver;

/** The reader's language: what the member chose, else the cookie, else the browser's, else the installation's. */
@Component("localeResolver")
class Languages implements LocaleResolver {

    static final String COOKIE = "od-lang";

    private final Cookies cookies;
    private final Locale fallback;

    Languages(Cookies cookies, @Value("${opsdeck.default-locale}") String fallback) {
        this.cookies = cookies;
        this.fallback = known(fallback).orElse(Locale.ENGLISH);
    }

    @Override
    public Locale resolveLocale(HttpServletRequest request) {
        return Caller.find(request)
                .flatMap(access -> known(access.locale()))
                .or(() -> cookies.find(request, COOKIE).flatMap(Languages::known))
                .or(() -> known(
                        request.getHeader("Accept-Language") == null
                                ? null
                                : request.getLocale().toLanguageTag()))
                .orElse(fallback);
    }

    @Override
    public void setLocale(HttpServletRequest request, @Nullable HttpServletResponse response, @Nullable Locale locale) {
        throw new UnsupportedOperationException("the language is a preference of the member");
    }

    /** The language Opsdeck speaks that fits a BCP 47 tag. */
    static Optional<Locale> known(@Nullable String tag) {
        if (tag == null) {
            return Optional.empty();
        }
        String language = Locale.forLanguageTag(tag).getLanguage();
        return switch (language) {
            case "zh" -> Optional.of(Locale.SIMPLIFIED_CHINESE);
            case "en" -> Optional.of(Locale.ENGLISH);
            default -> Optional.empty();
        };
    }
}
