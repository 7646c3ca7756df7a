package io.opsdeck.web.ui;

import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An answer that browsers save as a file. */
public final class Attachment {

    private Attachment() {}

    /**
     * Says what follows.
     *
     * @param name of the file, with its ending
     * @param plain the name for clients that read ASCII only
     */
    public static void head(String name, String plain, String type, HttpServletResponse response) {
        response.setContentType(type);
        response.setHeader(
                "Content-Disposition",
                "attachment; filename=\"" + plain + "\"; filename*=UTF-8''"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
