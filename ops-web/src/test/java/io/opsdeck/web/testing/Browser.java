package io.opsdeck.web.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser without a screen: keeps cookies, remembers the CSRF token of the page it last saw and sends it with forms.
 * It follows no redirect, so that a test can look at it.
 */
public final class Browser {

    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final String base;
    private final Map<String, String> cookies = new TreeMap<>();
    private String csrf = "";

    public Browser(String base) {
        this.base = base;
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /** Sends a form with the token of the last page. */
    public Answer post(String path, Map<String, String> fields, String... headers) {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("_csrf", csrf);
        return postWithoutToken(path, all, headers);
    }

    public Answer postWithoutToken(String path, Map<String, String> fields, String... headers) {
        String form = fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/x-www-form-urlencoded";
        return send("POST", path, form, all);
    }

    /** Sends a form whose fields may repeat, with the token of the last page. */
    public Answer postForm(String path, String form) {
        return send("POST", path, form, "Content-Type", "application/x-www-form-urlencoded", "X-CSRF-TOKEN", csrf);
    }

    /** Uploads a file as the page's script does, beside a field named mapping. */
    public Answer upload(String path, String name, String content, String mapping, String... headers) {
        String boundary = "gpl0ve9x";
        String body = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: text/csv\r\n\r\n" + content + "\r\n--" + boundary
                + "\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n" + mapping + "\r\n--" + boundary
                + "--\r\n";
        String[] all = Arrays.copyOf(headers, headers.length + 4);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "multipart/form-data; boundary=" + boundary;
        all[headers.length + 2] = "X-CSRF-TOKEN";
        all[headers.length + 3] = csrf;
        return send("POST", path, body, all);
    }

    /** Opens the sign-in page and fills it in. */
    public Answer signIn(String mail, String password) {
        get("/sign-in");
        Answer answer = post("/sign-in", Map.of("mail", mail, "password", password));
        if (answer.status() == 303) {
            get("/");
        }
        return answer;
    }

    public Optional<String> cookie(String name) {
        return Optional.ofNullable(cookies.get(name));
    }

    /** Sends a request as it is; {@code headers} are names and values in turn. */
    public Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response = exchange(request.build());
        response.headers().allValues("Set-Cookie").forEach(this::keep);
        Matcher token = CSRF.matcher(response.body());
        if (token.find()) {
            csrf = token.group(1);
        }
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    private void keep(String header) {
        String pair = header.split(";", 2)[0];
        int cut = pair.indexOf('=');
        String name = pair.substring(0, cut);
        String value = pair.substring(cut + 1);
        if (value.isEmpty() || header.contains("Max-Age=0;")) {
            cookies.remove(name);
            return;
        }
        cookies.put(name, value);
    }

    /** A stream of server-sent events never ends, so its body is not waited for. */
    private static HttpResponse<String> exchange(HttpRequest request) {
        try {
            return CLIENT.send(
                    request,
                    head -> head.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")
                            ? HttpResponse.BodySubscribers.mapping(
                                    HttpResponse.BodySubscribers.ofInputStream(), Browser::leave)
                            : HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String leave(InputStream stream) {
        try {
            stream.close();
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
