package io.opsdeck.user.profile;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A profile that is new, or gone by a merge.
 *
 * @param into the profile that it became part of, or null for a new one
 */
record ProfileChange(UUID workspace, UUID profile, @Nullable UUID into) {}
