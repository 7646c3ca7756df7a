package io.opsdeck.core.mail;

import java.util.Locale;
import java.util.Properties;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The mail server of the installation. */
@Component
class SmtpSettings {

    private static final String CONNECT_MILLIS = "5000";
    private static final String SILENCE_MILLIS = "10000";

    private final String host;
    private final int port;
    private final String user;
    private final String password;
    private final Security security;
    private final String from;

    @Autowired
    SmtpSettings(
            @Value("${opsdeck.mail.host}") String host,
            @Value("${opsdeck.mail.port}") int port,
            @Value("${opsdeck.mail.user}") String user,
            @Value("${opsdeck.mail.password}") String password,
            @Value("${opsdeck.mail.security}") String security,
            @Value("${opsdeck.mail.from}") String from) {
        this.host = host.strip();
        this.port = port;
        this.user = user;
        this.password = password;
        this.security = Security.of(security);
        this.from = from.strip();
        if (!this.host.isEmpty() && this.from.isEmpty()) {
            throw new IllegalStateException(
                    "OPSDECK_MAIL_FROM is missing: OPSDECK_SMTP_HOST is set, so say from which address mail is sent");
        }
    }

    /** How the connection is protected. */
    enum Security {
        /** Encrypted after the greeting, or not at all used. */
        STARTTLS,
        /** Encrypted from the first byte. */
        TLS,
        /** For a server on the same machine. */
        NONE;

        static Security of(String text) {
            for (Security each : values()) {
                if (each.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
                    return each;
                }
            }
            throw new IllegalStateException("OPSDECK_SMTP_SECURITY must be starttls, tls or none, not " + text);
        }
    }

    boolean isConfigured() {
        return !host.isEmpty();
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    boolean signsIn() {
        return !user.isEmpty();
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    String from() {
        return from;
    }

    Properties session() {
        var properties = new Properties();
        properties.setProperty("mail.smtp.host", host);
        properties.setProperty("mail.smtp.port", String.valueOf(port));
        properties.setProperty("mail.smtp.auth", String.valueOf(signsIn()));
        properties.setProperty("mail.smtp.starttls.enable", String.valueOf(security == Security.STARTTLS));
        properties.setProperty("mail.smtp.starttls.required", String.valueOf(security == Security.STARTTLS));
        properties.setProperty("mail.smtp.ssl.enable", String.valueOf(security == Security.TLS));
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        properties.setProperty("mail.smtp.connectiontimeout", CONNECT_MILLIS);
        properties.setProperty("mail.smtp.timeout", SILENCE_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", SILENCE_MILLIS);
        properties.setProperty("mail.smtp.sendpartial", "false");
        properties.setProperty("mail.mime.charset", "UTF-8");
        return properties;
    }
}
