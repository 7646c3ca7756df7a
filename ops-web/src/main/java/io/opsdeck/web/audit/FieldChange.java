package io.opsdeck.web.audit;

import org.jspecify.annotations.Nullable;

/**
 * One changed field in words.
 *
 * @param before null where there was nothing before
 * @param after null where there is nothing any more
 */
public record FieldChange(
        String field, @Nullable String before, @Nullable String after) {}
