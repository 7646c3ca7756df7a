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
    /** A title, a sentence. */
    JOB_REPORT,
    /** The host of the endpoint. */
    WEBHOOK_FAILING,
    /** The host of the endpoint. */
    WEBHOOK_DISABLED,
    /** Name of the workspace. */
    TEST;

    /** Also the lane of its deliveries. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
