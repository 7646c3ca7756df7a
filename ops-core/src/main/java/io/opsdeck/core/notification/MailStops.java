package io.opsdeck.core.notification;

import io.opsdeck.core.security.Vault;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Links in mails by which whoever has the mail ends such mails, without signing in. The link says sealed for whom and
 * what, so it needs no row, does not age, and cannot be made up.
 */
@Service
public class MailStops {

    /** What a link stops where it is not one kind. */
    static final String DIGEST = "digest";

    private static final String OWNER = "mail-stop";

    private final Vault vault;
    private final NotificationPreferences preferences;
    private final NotificationTexts texts;
    private final TransactionTemplate transactions;
    private final String baseUrl;

    MailStops(
            Vault vault,
            NotificationPreferences preferences,
            NotificationTexts texts,
            TransactionTemplate transactions,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.vault = vault;
        this.preferences = preferences;
        this.texts = texts;
        this.transactions = transactions;
        this.baseUrl = baseUrl;
    }

    private record Stop(WorkspaceId workspace, UUID member, String what) {}

    /** @param what the key of a kind, or {@value #DIGEST} */
    String link(UUID member, String what) {
        String plain = CurrentWorkspace.require() + "/" + member + "/" + what;
        return baseUrl + "/u/" + Base64.getUrlEncoder().withoutPadding().encodeToString(vault.seal(plain, OWNER));
    }

    /** What the link ends, in words; a link that was not made here does not exist. */
    public String describe(String code, Locale language) {
        Stop stop = open(code);
        return stop.what().equals(DIGEST)
                ? texts.text("notification.digest", language)
                : texts.kind(stop.what(), language);
    }

    /** Ends it; a second time changes nothing. */
    @Transactional(propagation = Propagation.NEVER)
    public void stop(String code) {
        Stop stop = open(code);
        CurrentWorkspace.run(
                stop.workspace(), () -> transactions.executeWithoutResult(status -> stop(stop.member(), stop.what())));
    }

    private void stop(UUID member, String what) {
        if (what.equals(DIGEST)) {
            preferences.stopDigest(member);
        } else {
            preferences.stopMail(member, what);
        }
    }

    private Stop open(String code) {
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(code.getBytes(StandardCharsets.US_ASCII));
            String[] parts = vault.open(sealed, OWNER).split("/", 3);
            return new Stop(new WorkspaceId(UUID.fromString(parts[0])), UUID.fromString(parts[1]), parts[2]);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw NotificationError.MAIL_STOP_UNKNOWN.exception(e);
        }
    }
}
