package io.opsdeck.web.api;

import io.opsdeck.core.page.Page;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;
import org.springframework.web.util.UriComponentsBuilder;

/** Tells the way to the next page twice: in the body, and in a Link header for clients that know nothing of ours. */
@RestControllerAdvice(annotations = RestController.class)
class Pages implements ResponseBodyAdvice<Page<?>> {

    private final ApiCursors cursors;

    Pages(ApiCursors cursors) {
        this.cursors = cursors;
    }

    @Override
    public boolean supports(MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
        return returned.getParameterType() == Page.class;
    }

    @Override
    public @Nullable Page<?> beforeBodyWrite(
            @Nullable Page<?> page,
            MethodParameter returned,
            MediaType type,
            Class<? extends HttpMessageConverter<?>> converter,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        if (page == null || page.next() == null) {
            return page;
        }
        String next = cursors.wrap(((ServletServerHttpRequest) request).getServletRequest(), page.next());
        URI address = UriComponentsBuilder.fromUri(request.getURI())
                .replaceQueryParam(ApiCursors.CURSOR, next)
                .build(true)
                .toUri();
        response.getHeaders().add(HttpHeaders.LINK, "<" + address + ">; rel=\"next\"");
        return new Page<>(page.data(), next);
    }
}
