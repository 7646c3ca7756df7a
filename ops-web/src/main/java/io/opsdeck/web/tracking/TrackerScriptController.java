package io.opsdeck.web.tracking;

import io.opsdeck.web.security.Open;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The script that a site puts into its pages. {@code /t.js} is always the newest and is asked for again after an hour;
 * an address with the version in it never changes, so it is kept for a year.
 */
@RestController
class TrackerScriptController {

    private static final MediaType SCRIPT = new MediaType("text", "javascript", StandardCharsets.UTF_8);
    private static final int DIGITS = 12;

    private final byte[] script;
    private final String version;

    TrackerScriptController() {
        try {
            script = new ClassPathResource("tracker/t.js").getContentAsByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        version = DigestUtils.md5DigestAsHex(script).substring(0, DIGITS);
    }

    @GetMapping("/t.js")
    @Open("every visitor of a customer's site loads it")
    ResponseEntity<byte[]> newest() {
        return answer(CacheControl.maxAge(Duration.ofHours(1)).cachePublic());
    }

    /** A version that is no longer here gets the newest, to be asked for again, so that no site goes blind. */
    @GetMapping("/t/{version}.js")
    @Open("every visitor of a customer's site loads it")
    ResponseEntity<byte[]> versioned(@PathVariable("version") String wanted) {
        return wanted.equals(version)
                ? answer(CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable())
                : newest();
    }

    private ResponseEntity<byte[]> answer(CacheControl caching) {
        return ResponseEntity.ok()
                .cacheControl(caching)
                .eTag(version)
                .contentType(SCRIPT)
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .body(script);
    }
}
