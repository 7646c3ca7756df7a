package io.opsdeck.core.mail;

import java.util.Locale;

/**
 * The kinds of mail that the product sends. Subject and texts are {@code mail.<key>.…} with the arguments named here, in
 * their order.
 */
public enum MailKind {
    /** Name of the workspace, who invites, hours. */
    INVITATION,
    /** Minutes. */
    PASSWORD_RESET,
    /** The address of whoever did it, or a dash; so in the kinds below. */
    PASSWORD_CHANGED,
    TWO_STEP_ON,
    TWO_STEP_OFF,
    RECOVERY_CODES,
    RECOVERY_CODE_USED,
    SIGN_ON_TIED,
    /** A title, a sentence. */
    JOB_REPORT,
    /** Name of the file, hours. */
    EXPORT_READY,
    /** The host of the endpoint. */
    WEBHOOK_FAILING,
    /** The host of the endpoint. */
    WEBHOOK_DISABLED,
    /** Why. */
    BACKUP_FAILED,
    /** What happened, name of the workspace, why the member is told. */
    NOTICE,
    /** How many there are, name of the workspace. */
    DIGEST,
    /** Name of the workspace. */
    TEST;

    /** Also the lane of its deliveries. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
