package io.opsdeck.core.security;

import java.util.Optional;

/**
 * What a member is in a workspace: one of the presets, or a role that the workspace added.
 *
 * @param key of a preset such as {@code operator}, else the id of an added role
 * @param name in the words of the workspace; empty for a preset, whose name is a text of the product
 */
public record Role(String key, String name) {

    public static final Role OWNER = of(Preset.OWNER);
    public static final Role ADMIN = of(Preset.ADMIN);
    public static final Role MANAGER = of(Preset.MANAGER);
    public static final Role OPERATOR = of(Preset.OPERATOR);
    public static final Role SERVICE = of(Preset.SERVICE);
    public static final Role CONTENT = of(Preset.CONTENT);
    public static final Role ANALYST = of(Preset.ANALYST);
    public static final Role VIEWER = of(Preset.VIEWER);

    public static Role of(Preset preset) {
        return new Role(preset.key(), "");
    }

    public Optional<Preset> preset() {
        return Preset.find(key);
    }

    public boolean isOwner() {
        return key.equals(OWNER.key);
    }

    /** Whether the workspace added it. */
    public boolean isAdded() {
        return !name.isEmpty();
    }

    /** What the audit trail calls it: an added role is read under the name that it had. */
    public String label() {
        return isAdded() ? name : key;
    }
}
