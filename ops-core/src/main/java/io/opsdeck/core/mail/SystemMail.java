package io.opsdeck.core.mail;

import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.PlanDelivery;
import io.opsdeck.core.outbound.Purpose;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Mail that the product sends for itself. Deliveries are those of {@link Outbound} with the kind {@value #KIND} and the
 * kind of mail as lane.
 */
@Service
public class SystemMail {

    public static final String KIND = MailChannel.KIND;

    private final SmtpSettings settings;
    private final MailTexts texts;
    private final MailChannel channel;
    private final Outbound outbound;

    SystemMail(SmtpSettings settings, MailTexts texts, MailChannel channel, Outbound outbound) {
        this.settings = settings;
        this.texts = texts;
        this.channel = channel;
        this.outbound = outbound;
    }

    /** Whether the installation has a mail server. Without one, links are shown to copy. */
    public boolean configured() {
        return settings.isConfigured();
    }

    /**
     * Mails the letter when the caller's transaction has committed; the same key once.
     *
     * @return empty where no mail server is configured
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Optional<OutboundId> send(String key, Letter letter) {
        if (!configured()) {
            return Optional.empty();
        }
        return Optional.of(outbound.plan(new PlanDelivery(
                KIND,
                letter.kind().key(),
                key,
                Purpose.TRANSACTIONAL,
                letter.to().text(),
                channel.seal(texts.write(letter)),
                null)));
    }
}
