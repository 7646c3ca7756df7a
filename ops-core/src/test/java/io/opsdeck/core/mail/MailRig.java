package io.opsdeck.core.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** A mail server of the test run, and an application that uses it. */
public final class MailRig implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    public static final GreenMail SERVER = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        SERVER.start();
        TestPropertyValues.of(
                        "opsdeck.mail.host=127.0.0.1",
                        "opsdeck.mail.port=" + SERVER.getSmtp().getPort(),
                        "opsdeck.mail.security=none",
                        "opsdeck.mail.from=Opsdeck <ops@opsdeck.example>",
                        "opsdeck.base-url=https://ops.example")
                .applyTo(context);
    }

    /** What has arrived for an address. */
    public static List<MimeMessage> mailsTo(String address) {
        return Arrays.stream(SERVER.getReceivedMessages())
                .filter(mail -> isTo(mail, address))
                .toList();
    }

    private static boolean isTo(MimeMessage mail, String address) {
        try {
            return mail.getRecipients(Message.RecipientType.TO)[0].toString().equals(address);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
