package io.opsdeck.benchmarks;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Map;
import java.util.TreeMap;

/** A mail server that keeps what it was given. */
final class MailSink implements AutoCloseable {

    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    MailSink() {
        // Its threads end with an error whenever the other side is killed.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            if (!thread.getName().startsWith("smtp:")) {
                failure.printStackTrace();
            }
        });
        server.start();
    }

    int port() {
        return server.getSmtp().getPort();
    }

    int received() {
        return server.getReceivedMessages().length;
    }

    /** How many mails each address was sent. */
    Map<String, Integer> copies() throws MessagingException {
        var copies = new TreeMap<String, Integer>();
        for (MimeMessage mail : server.getReceivedMessages()) {
            copies.merge(mail.getAllRecipients()[0].toString(), 1, Integer::sum);
        }
        return copies;
    }

    @Override
    public void close() {
        server.stop();
    }
}
