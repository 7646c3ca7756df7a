package io.opsdeck.web.security;

import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Roles;
import io.opsdeck.core.security.TokenAddresses;
import io.opsdeck.web.limit.RateLimits;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Two chains: stateless for machines, sessions with CSRF for people. Who may do what is asked per handler. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration implements WebMvcConfigurer {

    /** The hash is that of an empty style element, which FullCalendar inserts and fills by script. */
    private static final String CONTENT_POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';"
                    + " img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private final boolean https;

    SecurityConfiguration(@Value("${opsdeck.base-url}") String baseUrl) {
        this.https = baseUrl.startsWith("https://");
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new PermissionInterceptor());
    }

    @Bean
    @Order(1)
    SecurityFilterChain machines(
            HttpSecurity http, ApiTokens tokens, TokenAddresses addresses, Members members, RateLimits limits)
            throws Exception {
        http.securityMatchers(these -> these.requestMatchers("/api/**", "/scim/**", "/v1/**", "/t.js", "/t/**")
                        .requestMatchers(HttpMethod.POST, "/u/**"))
                .csrf(AbstractHttpConfigurer::disable)
                .addFilterAfter(new TokenFilter(tokens, members, addresses, limits), CsrfFilter.class)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        return common(http);
    }

    @Bean
    @Order(2)
    SecurityFilterChain people(HttpSecurity http, Sessions sessions, Members members, Roles roles) throws Exception {
        http.csrf(csrf -> csrf.csrfTokenRepository(new SessionCsrfTokens()))
                .addFilterBefore(new SessionFilter(sessions, members, roles), CsrfFilter.class)
                .sessionManagement(management -> management.disable());
        return common(http);
    }

    /** Nobody reads a measurement of every filter, and taking it costs more than the filters do. */
    @Bean
    SecurityObservationSettings noObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** Sign-in is ours, so nobody is known to the framework's own form. */
    @Bean
    UserDetailsService nobody() {
        return new InMemoryUserDetailsManager();
    }

    private SecurityFilterChain common(HttpSecurity http) throws Exception {
        return http.formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .anonymous(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
                        .httpStrictTransportSecurity(transport ->
                                transport.requestMatcher(request -> https).includeSubDomains(false))
                        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN)))
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }
}
