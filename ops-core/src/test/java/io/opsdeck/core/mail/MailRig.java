package io.opsdeck.core.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** A mail server of the test run, and an application that uses it. */
public final class MailRig implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    static final GreenMail SERVER = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

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
}
