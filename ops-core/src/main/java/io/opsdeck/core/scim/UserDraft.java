package io.opsdeck.core.scim;

import io.opsdeck.core.text.TextHygiene;
import org.jspecify.annotations.Nullable;

/**
 * A user as the identity provider describes him.
 *
 * @param userName unique in the workspace, whatever the case of its letters
 * @param mail the address that he signs in with, where the user name is none
 */
public record UserDraft(
        String userName,
        @Nullable String externalId,
        @Nullable String displayName,
        @Nullable String givenName,
        @Nullable String familyName,
        @Nullable String mail,
        boolean active) {

    private static final int MOST = 254;

    public UserDraft {
        userName = require("userName", userName);
        externalId = clean("externalId", externalId);
        displayName = clean("displayName", displayName);
        givenName = clean("name.givenName", givenName);
        familyName = clean("name.familyName", familyName);
        mail = clean("emails", mail);
    }

    /** What the product calls him. */
    public String name() {
        if (displayName != null) {
            return displayName;
        }
        if (familyName != null && givenName != null) {
            boolean chinese = Character.isIdeographic(familyName.codePointAt(0));
            return chinese ? familyName + givenName : givenName + " " + familyName;
        }
        return familyName != null ? familyName : givenName != null ? givenName : userName;
    }

    /** The user name where it is an address, else the address given beside it. */
    public String address() {
        if (userName.indexOf('@') > 0) {
            return userName;
        }
        if (mail == null) {
            throw ScimError.SCIM_VALUE.exception("emails");
        }
        return mail;
    }

    private static String require(String attribute, String text) {
        String cleaned = clean(attribute, text);
        if (cleaned == null) {
            throw ScimError.SCIM_VALUE.exception(attribute);
        }
        return cleaned;
    }

    private static @Nullable String clean(String attribute, @Nullable String text) {
        if (text == null) {
            return null;
        }
        String cleaned = TextHygiene.clean(text).strip();
        if (cleaned.length() > MOST) {
            throw ScimError.SCIM_VALUE.exception(attribute);
        }
        return cleaned.isEmpty() ? null : cleaned;
    }
}
