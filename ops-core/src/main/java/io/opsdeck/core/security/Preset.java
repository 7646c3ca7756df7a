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

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A role that every workspace has, with what it allows from the start; a workspace may change its cells, except the owner's. */
public enum Preset {
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
    /** Answers people: finds them by what they say, sees what they did and whether a message arrived. */
    SERVICE(EnumSet.of(
            WORKSPACE_READ, MEMBER_READ, EVENT_READ, PROFILE_READ, PROFILE_CONTACT_READ, JOB_READ, OUTBOUND_READ)),
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

    private final Set<Permission> permissions;

    Preset(Set<Permission> permissions) {
        this.permissions = Collections.unmodifiableSet(permissions);
    }

    public Set<Permission> permissions() {
        return permissions;
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Preset> find(String key) {
        return Arrays.stream(values())
                .filter(preset -> preset.key().equals(key))
                .findFirst();
    }
}
