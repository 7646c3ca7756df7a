package io.opsdeck.core.signon;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPResponse;
import io.opsdeck.core.http.HttpCall;
import io.opsdeck.core.http.HttpResult;
import io.opsdeck.core.http.HttpResult.Answer;
import io.opsdeck.core.http.HttpResult.NoAnswer;
import io.opsdeck.core.http.OutboundHttp;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Lets the protocol's library speak through the one client of the product. */
@Component
class ProviderHttp implements HTTPRequestSender, ResourceRetriever {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_ANSWER = 512_000;

    private final OutboundHttp http;

    ProviderHttp(OutboundHttp http) {
        this.http = http;
    }

    /** A document that everybody may read. */
    String get(URI uri) throws IOException {
        Answer answer = call("GET", uri, Map.of("Accept", "application/json"), "");
        if (answer.status() != 200) {
            throw new IOException(uri + " answered " + answer.status());
        }
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        try {
            return new Resource(get(url.toURI()), "application/json");
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    @Override
    public ReadOnlyHTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        request.getHeaderMap().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        Answer answer = call(
                request.getMethod().name(),
                request.getURI(),
                headers,
                Objects.requireNonNullElse(request.getBody(), ""));
        var response = new HTTPResponse(answer.status());
        answer.headers().forEach((name, values) -> response.setHeader(name, values.toArray(String[]::new)));
        response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
        return response;
    }

    private Answer call(String method, URI uri, Map<String, String> headers, String body) throws IOException {
        HttpResult result = http.exchange(
                new HttpCall(method, uri, headers, body.getBytes(StandardCharsets.UTF_8), PATIENCE, LONGEST_ANSWER));
        if (result instanceof NoAnswer none) {
            throw new IOException(uri.getHost() + ": " + none.reason());
        }
        return (Answer) result;
    }
}
