package io.opsdeck.web.api;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * SHA-256 over what a request says. Clients that write the same object again may order its fields otherwise, and choose
 * another boundary between the parts of a form; neither makes it another request.
 */
@Component
class Fingerprints {

    private final JsonMapper json;

    Fingerprints(JsonMapper json) {
        this.json = json.rebuild()
                .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
    }

    byte[] of(HttpServletRequest request, byte[] body) {
        MessageDigest digest = begin(request);
        digest.update(canonical(body));
        return digest.digest();
    }

    byte[] ofParts(HttpServletRequest request) throws IOException, ServletException {
        MessageDigest digest = begin(request);
        for (Part part : request.getParts()) {
            update(digest, part.getName());
            update(digest, String.valueOf(part.getSubmittedFileName()));
            update(digest, String.valueOf(part.getSize()));
            try (InputStream content = part.getInputStream()) {
                content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            }
        }
        return digest.digest();
    }

    /** Of all pages of a list, whatever the order of its parameters. */
    byte[] ofList(String path, Map<String, String[]> filters, byte[] body) {
        MessageDigest digest = sha256();
        update(digest, path);
        new TreeMap<>(filters).forEach((name, values) -> {
            update(digest, name);
            for (String value : values) {
                update(digest, value);
            }
            update(digest, "");
        });
        digest.update(canonical(body));
        return digest.digest();
    }

    private byte[] canonical(byte[] body) {
        try {
            return body.length == 0 ? body : json.writeValueAsBytes(json.readTree(body));
        } catch (JacksonException e) {
            // The handler says what is wrong with it.
            return body;
        }
    }

    private static MessageDigest begin(HttpServletRequest request) {
        MessageDigest digest = sha256();
        for (String line :
                Arrays.asList(request.getMethod(), request.getRequestURI(), String.valueOf(request.getQueryString()))) {
            update(digest, line);
        }
        return digest;
    }

    /** With its length, so that two texts never read like two others. */
    private static void update(MessageDigest digest, String text) {
        digest.update((text.length() + ":" + text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
