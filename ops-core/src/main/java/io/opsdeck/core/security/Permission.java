package io.opsdeck.core.security;

import io.opsdeck.core.error.CoreError;
import java.util.Locale;

/** What somebody may do in a workspace. The key, such as {@code event:read}, is also the scope of an API token. */
public enum Permission {
    WORKSPACE_READ,
    WORKSPACE_MANAGE,
    MEMBER_READ,
    MEMBER_MANAGE,
    ROLE_MANAGE,
    TOKEN_MANAGE,
    AUDIT_READ,
    EVENT_READ,
    DICTIONARY_MANAGE,
    SOURCE_READ,
    SOURCE_MANAGE,
    QUARANTINE_MANAGE,
    PROFILE_READ,
    /** To see e-mail addresses, phone numbers and personal properties unmasked, and to search by them. */
    PROFILE_CONTACT_READ,
    PROFILE_MANAGE,
    IMPORT_RUN,
    /** To take lists out of the workspace as files. */
    EXPORT_RUN,
    INSIGHT_READ,
    /** To keep insights, put them on Today, share them and note what happened. */
    INSIGHT_MANAGE,
    SQL_RUN,
    JOB_READ,
    JOB_MANAGE,
    /** To see what leaves the workspace, and whether it arrived. */
    OUTBOUND_READ,
    /** To stop sending and let it go on, to resend, cancel and decide. */
    OUTBOUND_MANAGE,
    /** To say which other services are told what, with the secrets that they check it by. */
    WEBHOOK_MANAGE,
    /** To say which robots tell what in which group of a chat, with the addresses by which one writes there. */
    ROBOT_MANAGE;

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
