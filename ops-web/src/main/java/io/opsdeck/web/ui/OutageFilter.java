package io.opsdeck.web.ui;

import io.opsdeck.core.database.Outage;
import io.opsdeck.core.database.Patience;
import io.opsdeck.web.security.RequestIds;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.resource.ResourceUrlEncodingFilter;
import org.springframework.web.servlet.resource.ResourceUrlProvider;
import org.springframework.web.servlet.resource.ResourceUrlProviderExposingInterceptor;
import org.thymeleaf.spring6.view.ThymeleafViewResolver;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers for a database that is away, wherever in a request it was missed: finding the session or the token, in the
 * handler, drawing the page, keeping the session. Stands outside of all of these and needs neither. The session's cookie
 * is left alone, so a member is still signed in afterwards.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class OutageFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(OutageFilter.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ANSWERED = OutageFilter.class.getName() + ".answered";
    private static final String SECONDS_TO_WAIT = "5";

    private final PageErrors pages;
    private final Languages languages;
    private final MessageSource messages;
    private final JsonMapper json;
    private final ThymeleafViewResolver views;
    private final ResourceUrlEncodingFilter addresses = new ResourceUrlEncodingFilter();
    private final ResourceUrlProvider files;

    OutageFilter(
            PageErrors pages,
            Languages languages,
            MessageSource messages,
            JsonMapper json,
            ThymeleafViewResolver views,
            ResourceUrlProvider files) {
        this.pages = pages;
        this.languages = languages;
        this.messages = messages;
        this.json = json;
        this.views = views;
        this.files = files;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Patience.limit(PATIENCE);
        request.removeAttribute(ANSWERED);
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException e) {
            boolean outage = Outage.isCauseOf(e);
            if (outage && response.isCommitted() && request.getAttribute(ANSWERED) != null) {
                log.debug("the session was looked for once more after the answer", e);
                return;
            }
            if (!outage || response.isCommitted()) {
                throw e;
            }
            log.warn("{} {} was answered 503: {}", request.getMethod(), request.getRequestURI(), e.toString());
            answer(request, response);
        } finally {
            Patience.unlimited();
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        Locale locale = languages.resolveLocale(request);
        String text = messages.getMessage("error.unavailable", null, locale);
        response.resetBuffer();
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.value());
        response.setHeader(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (ErrorPageController.isForMachines(request.getRequestURI())) {
            problem(text, request, response);
            return;
        }
        if (request.getHeader("HX-Request") != null) {
            pages.toast(text, response);
            return;
        }
        page(locale, request, response);
    }

    private void problem(String text, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        json.writeValue(
                response.getOutputStream(),
                Map.of(
                        "title", HttpStatus.SERVICE_UNAVAILABLE.getReasonPhrase(),
                        "status", HttpStatus.SERVICE_UNAVAILABLE.value(),
                        "detail", text,
                        "instance", request.getRequestURI(),
                        "code", "unavailable",
                        "requestId", RequestIds.of(request)));
    }

    /** Without a CSRF token, which would ask for the session; with the versioned addresses of style and script. */
    private void page(Locale locale, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        request.removeAttribute(CsrfToken.class.getName());
        request.removeAttribute("_csrf");
        addresses.doFilter(request, response, (outer, encoding) -> {
            outer.setAttribute(ResourceUrlProviderExposingInterceptor.RESOURCE_URL_PROVIDER_ATTR, files);
            render(locale, (HttpServletRequest) outer, (HttpServletResponse) encoding);
        });
    }

    private void render(Locale locale, HttpServletRequest request, HttpServletResponse response)
            throws ServletException {
        try {
            View view = views.resolveViewName("error/503", locale);
            if (view == null) {
                throw new ServletException("there is no page for an outage");
            }
            var model = Map.of("status", response.getStatus(), "requestId", RequestIds.of(request));
            view.render(model, request, response);
        } catch (ServletException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    /** Stands inside of all others and notes that the answer is complete; the session is still looked after then. */
    @Component
    @Order(Ordered.LOWEST_PRECEDENCE)
    static class Completion extends OncePerRequestFilter {

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            chain.doFilter(request, response);
            request.setAttribute(ANSWERED, true);
        }

        @Override
        protected boolean shouldNotFilterErrorDispatch() {
            return false;
        }
    }
}
