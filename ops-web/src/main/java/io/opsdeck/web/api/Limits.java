package io.opsdeck.web.api;

import io.opsdeck.core.error.CoreError;
import org.jspecify.annotations.Nullable;

/** How many rows a page of the REST API has: 50 unless asked for 1 to 200. */
public final class Limits {

    public static final int DEFAULT = 50;
    public static final int MOST = 200;

    private Limits() {}

    public static int of(@Nullable String limit) {
        if (limit == null) {
            return DEFAULT;
        }
        try {
            int rows = Integer.parseInt(limit);
            if (rows >= 1 && rows <= MOST) {
                return rows;
            }
        } catch (NumberFormatException e) {
            throw CoreError.INVALID_VALUE.at("limit", limit);
        }
        throw CoreError.INVALID_VALUE.at("limit", limit);
    }
}
