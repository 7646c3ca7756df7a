package io.opsdeck.core.signon;

import org.jspecify.annotations.Nullable;

/**
 * Whom the provider signed in. Issuer and subject are who it is, for ever; mail and name may be somebody else's
 * tomorrow.
 *
 * @param mail lower case, or null where the provider does not tell
 * @param verified whether the provider says that the mail is that of this person
 */
record ProviderIdentity(
        String issuer, String subject, @Nullable String mail, boolean verified, String name) {}
