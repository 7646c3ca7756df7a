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
        HttpResponse<String> form = browser.http.send(browser.get("/sign-in"), BodyHandlers.ofString());
        Matcher csrf = CSRF.matcher(form.body());
        if (!csrf.find()) {
            throw new IOException("no sign-in form: " + form.statusCode());
        }
        String body = "mail=" + encode(Opsdeck.MAIL) + "&password=" + encode(Opsdeck.PASSWORD) + "&_csrf="
                + encode(csrf.group(1));
        var post = HttpRequest.newBuilder(browser.base.resolve("/sign-in"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
        int status = browser.http.send(post, BodyHandlers.discarding()).statusCode();
        if (status != 303) {
            throw new IOException("sign-in was answered " + status);
        }
        return browser;
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
