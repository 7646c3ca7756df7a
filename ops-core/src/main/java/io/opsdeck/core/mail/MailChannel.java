package io.opsdeck.core.mail;

import io.opsdeck.core.mail.MailTexts.Written;
import io.opsdeck.core.outbound.Delivery;
import io.opsdeck.core.outbound.OutboundChannel;
import io.opsdeck.core.outbound.Outcome;
import io.opsdeck.core.outbound.Outcome.Failed;
import io.opsdeck.core.outbound.Outcome.Fault;
import io.opsdeck.core.outbound.Outcome.Retry;
import io.opsdeck.core.outbound.Outcome.Sent;
import io.opsdeck.core.outbound.Outcome.Uncertain;
import io.opsdeck.core.outbound.Transcript;
import io.opsdeck.core.security.Vault;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends mail by SMTP, over a connection of its own for each attempt. A mail server knows no second copy, so what was lost
 * after the message began to leave is uncertain.
 */
@Component
class MailChannel implements OutboundChannel {

    static final String KIND = "mail";

    private static final Logger log = LoggerFactory.getLogger(MailChannel.class);

    /** Seals letters in the ledger: they hold links that open doors. */
    static final String OWNER = "mail";

    private static final List<Duration> PAUSES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(4),
            Duration.ofHours(12));

    private final SmtpSettings settings;
    private final Vault vault;
    private final Clock clock;
    private final JsonMapper json;

    MailChannel(SmtpSettings settings, Vault vault, Clock clock, JsonMapper json) {
        this.settings = settings;
        this.vault = vault;
        this.clock = clock;
        this.json = json;
    }

    /** What stands in the ledger: a {@link Written}, sealed. */
    record Envelope(String sealed) {}

    Envelope seal(Written letter) {
        return new Envelope(Base64.getEncoder().encodeToString(vault.seal(json.writeValueAsString(letter), OWNER)));
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }

    @Override
    public int concurrency() {
        return 4;
    }

    @Override
    public Outcome attempt(Delivery delivery) {
        if (!settings.isConfigured()) {
            return new Failed("mail_not_configured", Fault.DELIVERY, Transcript.none());
        }
        Session session = Session.getInstance(settings.session());
        var attempt = new Attempt(delivery.tries());
        try {
            var message = new Leaving(session, delivery.id() + "@" + domain());
            write(message, open(delivery));
            try (var transport = (SMTPTransport) session.getTransport("smtp")) {
                return attempt.send(transport, message);
            }
        } catch (MessagingException | IllegalStateException e) {
            // Closing the connection after the answer changes nothing about the answer.
            if (attempt.ended != null) {
                return attempt.ended;
            }
            log.warn("The letter of the delivery {} cannot be written", delivery.id(), e);
            return new Failed("letter_unreadable", Fault.DELIVERY, Transcript.none());
        }
    }

    private Written open(Delivery delivery) {
        byte[] sealed =
                Base64.getDecoder().decode(delivery.payload(Envelope.class).sealed());
        return json.readValue(vault.open(sealed, OWNER), Written.class);
    }

    private void write(MimeMessage message, Written letter) throws MessagingException {
        message.setFrom(new InternetAddress(settings.from()));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
        message.setSubject(letter.subject(), "UTF-8");
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("Content-Language", letter.language());
        if (letter.stop() != null) {
            // RFC 8058: the reader's mail program ends such mails by a POST of its own.
            message.setHeader("List-Unsubscribe", "<" + letter.stop() + ">");
            message.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        var both = new MimeMultipart("alternative");
        var text = new MimeBodyPart();
        text.setText(letter.text(), "UTF-8");
        var html = new MimeBodyPart();
        html.setText(letter.html(), "UTF-8", "html");
        both.addBodyPart(text);
        both.addBodyPart(html);
        message.setContent(both);
        message.saveChanges();
    }

    private String domain() {
        String from = settings.from();
        return from.substring(from.lastIndexOf('@') + 1).replace(">", "");
    }

    /** A message that knows whether it has begun to leave: it is written after the server has said that it listens. */
    private static final class Leaving extends MimeMessage {

        private final String id;
        private boolean begun;

        Leaving(Session session, String id) {
            super(session);
            this.id = id;
        }

        /** The same in each attempt, so that even a doubled mail is one to most readers. */
        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + id + ">");
        }

        @Override
        public void writeTo(OutputStream out, String @Nullable [] ignored) throws IOException, MessagingException {
            begun = true;
            super.writeTo(out, ignored);
        }
    }

    /** One conversation with the server. */
    private final class Attempt {

        private final int tries;
        private @Nullable Outcome ended;

        Attempt(int tries) {
            this.tries = tries;
        }

        Outcome send(SMTPTransport transport, Leaving message) {
            Outcome outcome;
            try {
                if (settings.signsIn()) {
                    transport.connect(settings.host(), settings.port(), settings.user(), settings.password());
                } else {
                    transport.connect();
                }
                transport.sendMessage(message, message.getAllRecipients());
                outcome = new Sent(said(transport));
            } catch (AuthenticationFailedException e) {
                outcome = again("mail_sign_in_failed", Fault.LANE, said(transport));
            } catch (MessagingException e) {
                outcome = judge(e, message.begun, said(transport));
            }
            ended = outcome;
            return outcome;
        }

        private Outcome judge(MessagingException e, boolean begun, Transcript said) {
            int code = code(e);
            if (code >= 500) {
                return new Failed("mail_refused", Fault.DELIVERY, said);
            }
            if (code >= 400) {
                return again("mail_put_off", code == 421 ? Fault.LANE : Fault.DELIVERY, said);
            }
            if (begun) {
                return new Uncertain("mail_connection_lost", Fault.LANE, said);
            }
            return again(isTls(e) ? "tls_failed" : "not_connected", Fault.LANE, said);
        }

        private Outcome again(String reason, Fault fault, Transcript said) {
            if (tries > PAUSES.size()) {
                return new Failed(reason, fault, said);
            }
            return new Retry(reason, PAUSES.get(tries - 1), fault, Duration.ZERO, said);
        }
    }

    /** The last thing the server said; the conversation itself holds the letter and is not kept. */
    private Transcript said(SMTPTransport transport) {
        String answer = transport.getLastServerResponse();
        return new Transcript(settings.host() + ":" + settings.port(), answer == null ? "" : answer.strip(), "");
    }

    /** The code with which the server refused, or 0 where it did not. */
    private static int code(MessagingException e) {
        @Nullable Exception each = e;
        while (each != null) {
            if (each instanceof SMTPSendFailedException failed && failed.getReturnCode() >= 400) {
                return failed.getReturnCode();
            }
            if (each instanceof SMTPAddressFailedException failed && failed.getReturnCode() >= 400) {
                return failed.getReturnCode();
            }
            each = each instanceof MessagingException next ? next.getNextException() : null;
        }
        return 0;
    }

    private static boolean isTls(MessagingException e) {
        return e.getNextException() instanceof SSLException;
    }
}
