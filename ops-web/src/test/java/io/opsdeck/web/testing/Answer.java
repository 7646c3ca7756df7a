package io.opsdeck.web.testing;

import java.net.http.HttpHeaders;
import java.util.Optional;

/** What came back for one request. */
public record Answer(int status, HttpHeaders headers, String body) {

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Where the answer leads, without scheme and host; empty when it leads nowhere. */
    public String location() {
        return header("Location").orElse("").replaceFirst("^http://[^/]+", "");
    }
}
