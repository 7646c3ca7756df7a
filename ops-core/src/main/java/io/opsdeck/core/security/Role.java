package io.opsdeck.core.security;

import static io.opsdeck.core.security.Permission.AUDIT_READ;
import static io.opsdeck.core.security.Permission.DICTIONARY_MANAGE;
import static io.opsdeck.core.security.Permission.EVENT_READ;
import static io.opsdeck.core.security.Permission.EXPORT_RUN;
import static io.opsdeck.core.security.Permission.IMPORT_RUN;
import static io.opsdeck.core.security.Permission.INSIGHT_MANAGE;
import static io.opsdeck.core.security.Permission.INSIGHT_READ;
import static io.opsdeck.core.security.Permission.JOB_MANAGE;
import static io.opsdeck.core.security.Permission.JOB_READ;
import static io.opsdeck.core.security.Permission.MEMBER_MANAGE;
import static io.opsdeck.core.security.Permission.MEMBER_READ;
import static io.opsdeck.core.security.Permission.OUTBOUND_MANAGE;
import static io.opsdeck.core.security.Permission.OUTBOUND_READ;
import static io.opsdeck.core.security.Permission.PROFILE_CONTACT_READ;
import static io.opsdeck.core.security.Permission.PROFILE_MANAGE;
import static io.opsdeck.core.security.Permission.PROFILE_READ;
import static io.opsdeck.core.security.Permission.QUARANTINE_MANAGE;
import static io.opsdeck.core.security.Permission.SOURCE_MANAGE;
import static io.opsdeck.core.security.Permission.SOURCE_READ;
import static io.opsdeck.core.security.Permission.SQL_RUN;
import static io.opsdeck.core.security.Permission.TOKEN_MANAGE;
import static io.opsdeck.core.security.Permission.WORKSPACE_MANAGE;
import static io.opsdeck.core.security.Permission.WORKSPACE_READ;

import io.opsdeck.core.error.CoreError;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A preset of permissions, from most to least; a workspace may change its cells, except the owner's. */
public enum Role {
    OWNER(EnumSet.allOf(Permission.class)),
    ADMIN(EnumSet.allOf(Permission.class)),
    MANAGER(EnumSet.of(
            WORKSPACE_READ,
            MEMBER_READ,
            MEMBER_MANAGE,
            AUDIT_READ,
            EVENT_READ,
            DICTIONARY_MANAGE,
            SOURCE_READ,
            QUARANTINE_MANAGE,
            PROFILE_READ,
            PROFILE_MANAGE,
            IMPORT_RUN,
            EXPORT_RUN,
            INSIGHT_READ,
            INSIGHT_MANAGE,
            JOB_READ,
            JOB_MANAGE,
            OUTBOUND_READ,
            OUTBOUND_MANAGE,
            WORKSPACE_MANAGE)),
    OPERATOR(EnumSet.of(
            WORKSPACE_READ,
            MEMBER_READ,
            EVENT_READ,
            DICTIONARY_MANAGE,
            SOURCE_READ,
            SOURCE_MANAGE,
            QUARANTINE_MANAGE,
            PROFILE_READ,
            PROFILE_CONTACT_READ,
            PROFILE_MANAGE,
            IMPORT_RUN,
            EXPORT_RUN,
            INSIGHT_READ,
            INSIGHT_MANAGE,
            JOB_READ,
            JOB_MANAGE,
            OUTBOUND_READ,
            OUTBOUND_MANAGE)),
    CONTENT(EnumSet.of(WORKSPACE_READ, MEMBER_READ, EVENT_READ, PROFILE_READ, INSIGHT_READ, INSIGHT_MANAGE, JOB_READ)),
    ANALYST(EnumSet.of(
            WORKSPACE_READ,
            MEMBER_READ,
            EVENT_READ,
            DICTIONARY_MANAGE,
            SOURCE_READ,
            PROFILE_READ,
            EXPORT_RUN,
            INSIGHT_READ,
            INSIGHT_MANAGE,
            SQL_RUN,
            JOB_READ,
            TOKEN_MANAGE)),
    VIEWER(EnumSet.of(WORKSPACE_READ, MEMBER_READ, EVENT_READ, INSIGHT_READ));

    private final Set<Permission> presets;

    Role(Set<Permission> presets) {
        this.presets = presets;
    }

    public boolean allowsByDefault(Permission permission) {
        return presets.contains(permission);
    }

    /** True when this role may give {@code other} to somebody: nobody hands out more than he has. */
    public boolean mayGrant(Role other) {
        return ordinal() <= other.ordinal();
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a key; an unknown one is an invalid value. */
    public static Role of(String key) {
        for (Role role : values()) {
            if (role.key().equals(key)) {
                return role;
            }
        }
        throw CoreError.INVALID_VALUE.at("/role", key);
    }
}
