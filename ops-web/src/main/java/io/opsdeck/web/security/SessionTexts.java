package io.opsdeck.web.security;

import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.support.GenericConversionService;

/** Sessions are stored as texts: no Java serialisation, so a stored session can never become code. */
@Configuration(proxyBeanMethods = false)
class SessionTexts {

    @Bean
    GenericConversionService springSessionConversionService() {
        var service = new GenericConversionService();
        service.addConverter(Object.class, byte[].class, value -> {
            if (value instanceof String text) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            throw new IllegalArgumentException("only texts may be kept in a session, not " + value.getClass());
        });
        Converter<byte[], Object> read = bytes -> new String(bytes, StandardCharsets.UTF_8);
        service.addConverter(byte[].class, Object.class, read);
        return service;
    }
}
