package io.opsdeck.benchmarks;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A member at a browser: signed in by password, known by the session's cookie. */
final class Browser {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .build();
    private final URI base;

    Browser(URI base) {
        this.base = base;
    }

    /** Nobody in particular. */
    static HttpClient anyone() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** Signs in as the first owner. */
    static Browser signIn(Opsdeck opsdeck) throws IOException, InterruptedException {
        var browser = new Browser(opsdeck.uri(""));
        int status = browser.post("/sign-in", "/sign-in", Map.of("mail", Opsdeck.MAIL, "password", Opsdeck.PASSWORD));
        if (status != 303) {
            throw new IOException("sign-in was answered " + status);
        }
        return browser;
    }

    /** Opens a page and sends one of its forms; returns the status. */
    int post(String page, String path, Map<String, String> fields) throws IOException, InterruptedException {
        return send(path, token(page), fields);
    }

    /** What forms of a page carry against forgery; the same for the whole session. */
    String token(String page) throws IOException, InterruptedException {
        HttpResponse<String> shown = http.send(get(page), BodyHandlers.ofString());
        Matcher csrf = CSRF.matcher(shown.body());
        if (!csrf.find()) {
            throw new IOException("no form in " + page + ": " + shown.statusCode());
        }
        return csrf.group(1);
    }

    /** Sends a form with a token that was read before; returns the status. */
    int send(String path, String token, Map<String, String> fields) throws IOException, InterruptedException {
        var body = new StringBuilder("_csrf=").append(encode(token));
        fields.forEach((name, value) ->
                body.append('&').append(encode(name)).append('=').append(encode(value)));
        var post = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        return http.send(post, BodyHandlers.discarding()).statusCode();
    }

    HttpRequest get(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .build();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
