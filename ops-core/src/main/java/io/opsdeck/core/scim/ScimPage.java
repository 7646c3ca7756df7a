package io.opsdeck.core.scim;

import java.util.List;

/**
 * A part of a list.
 *
 * @param total how many there are in all
 * @param from the place of the first, counted from 1
 */
public record ScimPage<T>(int total, int from, List<T> resources) {

    static final int MOST = 200;

    static int start(int asked) {
        return Math.max(1, asked);
    }

    static int count(int asked) {
        return Math.min(MOST, Math.max(0, asked));
    }
}
