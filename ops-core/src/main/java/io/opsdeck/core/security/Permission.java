package io.opsdeck.core.security;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;

/** What somebody may do in a workspace. The key, such as {@code event:read}, is also the scope of an API token. */
public enum Permission {
    WORKSPACE_READ(PermissionArea.TEAM),
    WORKSPACE_MANAGE(PermissionArea.TEAM),
    MEMBER_READ(PermissionArea.TEAM),
    MEMBER_MANAGE(PermissionArea.TEAM),
    ROLE_MANAGE(PermissionArea.TEAM),
    TOKEN_MANAGE(PermissionArea.TEAM),
    /** To let an identity provider keep the members. */
    SCIM_MANAGE(PermissionArea.TEAM),
    AUDIT_READ(PermissionArea.TEAM),
    EVENT_READ(PermissionArea.DATA),
    DICTIONARY_MANAGE(PermissionArea.DATA),
    SOURCE_READ(PermissionArea.DATA),
    SOURCE_MANAGE(PermissionArea.DATA),
    QUARANTINE_MANAGE(PermissionArea.DATA),
    PROFILE_READ(PermissionArea.PEOPLE),
    /** To see e-mail addresses, phone numbers and personal properties unmasked, and to search by them. */
    PROFILE_CONTACT_READ(PermissionArea.PEOPLE),
    PROFILE_MANAGE(PermissionArea.PEOPLE),
    IMPORT_RUN(PermissionArea.DATA),
    /** To take lists out of the workspace as files. */
    EXPORT_RUN(PermissionArea.DATA),
    INSIGHT_READ(PermissionArea.INSIGHT),
    /** To keep insights, put them on Today, share them and note what happened. */
    INSIGHT_MANAGE(PermissionArea.INSIGHT),
    SQL_RUN(PermissionArea.INSIGHT),
    JOB_READ(PermissionArea.SENDING),
    JOB_MANAGE(PermissionArea.SENDING),
    /** To see what leaves the workspace, and whether it arrived. */
    OUTBOUND_READ(PermissionArea.SENDING),
    /** To stop sending and let it go on, to resend, cancel and decide. */
    OUTBOUND_MANAGE(PermissionArea.SENDING),
    /** To say which other services are told what, with the secrets that they check it by. */
    WEBHOOK_MANAGE(PermissionArea.SENDING),
    /** To say which robots tell what in which group of a chat, with the addresses by which one writes there. */
    ROBOT_MANAGE(PermissionArea.SENDING),
    /** To look at the installation as a whole: room, queues, settings without secrets, what must hold. */
    SYSTEM_READ(PermissionArea.TEAM);

    private final PermissionArea area;

    Permission(PermissionArea area) {
        this.area = area;
    }

    public PermissionArea area() {
        return area;
    }

    public String key() {
        int cut = name().indexOf('_');
        return name().substring(0, cut).toLowerCase(Locale.ROOT) + ":"
                + name().substring(cut + 1).toLowerCase(Locale.ROOT);
    }

    /** Reads a key; an unknown one is an invalid value. */
    public static Permission of(String key) {
        for (Permission permission : values()) {
            if (permission.key().equals(key)) {
                return permission;
            }
        }
        throw CoreError.INVALID_VALUE.exception(key);
    }
}
