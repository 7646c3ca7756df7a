package io.opsdeck.core.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.mail.MailTexts.Written;
import io.opsdeck.core.outbound.Delivery;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.Outcome;
import io.opsdeck.core.outbound.Outcome.Failed;
import io.opsdeck.core.outbound.Outcome.Fault;
import io.opsdeck.core.outbound.Outcome.Retry;
import io.opsdeck.core.outbound.Outcome.Sent;
import io.opsdeck.core.outbound.Outcome.Uncertain;
import io.opsdeck.core.outbound.Purpose;
import io.opsdeck.core.security.Vaults;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What an attempt says of servers that misbehave. */
class MailChannelTest {

    @TempDir
    Path folder;

    private final JsonMapper json = JsonMapper.builder().build();
    private final ServerSocket server = listen();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** @param data the answer at the end of the message; empty hangs up there */
    private record Manners(String greeting, String recipient, String dataBegins, String data) {}

    private static final Manners GOOD = new Manners("220 hi", "250 ok", "354 go on", "250 kept");

    @Test
    void aServerThatTakesTheMessageHasIt() {
        assertThat(attempt(GOOD, 1))
                .isInstanceOfSatisfying(
                        Sent.class,
                        sent -> assertThat(sent.transcript().response()).isEqualTo("250 kept"));
        assertThat(heard).anyMatch(line -> line.startsWith("Message-ID: <"));
    }

    /** SN-5: accepted or not, nobody knows. */
    @Test
    void aConnectionLostAfterTheMessageIsUncertain() {
        assertThat(attempt(new Manners("220 hi", "250 ok", "354 go on", ""), 1))
                .isInstanceOfSatisfying(
                        Uncertain.class, lost -> assertThat(lost.reason()).isEqualTo("mail_connection_lost"));
    }

    @Test
    void aConnectionLostBeforeTheMessageIsTriedAgain() {
        assertThat(attempt(new Manners("220 hi", "", "354 go on", "250 kept"), 1))
                .isInstanceOf(Retry.class);
        assertThat(attempt(new Manners("220 hi", "250 ok", "", "250 kept"), 1)).isInstanceOf(Retry.class);
        assertThat(attempt(new Manners("", "250 ok", "354 go on", "250 kept"), 1))
                .isInstanceOfSatisfying(
                        Retry.class, retry -> assertThat(retry.fault()).isEqualTo(Fault.LANE));
    }

    /** SN-4: what passes is tried again, what stays is not. */
    @Test
    void theCodeOfTheServerDecidesBetweenLaterAndNever() {
        assertThat(attempt(new Manners("220 hi", "450 greylisted", "354 go on", "250 kept"), 2))
                .isInstanceOfSatisfying(Retry.class, retry -> {
                    assertThat(retry.reason()).isEqualTo("mail_put_off");
                    assertThat(retry.after()).isEqualTo(Duration.ofMinutes(5));
                    assertThat(retry.fault()).isEqualTo(Fault.DELIVERY);
                });
        assertThat(attempt(new Manners("220 hi", "550 unknown", "354 go on", "250 kept"), 1))
                .isInstanceOfSatisfying(Failed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo("mail_refused");
                    assertThat(failed.transcript().response()).contains("550 unknown");
                });
        assertThat(attempt(new Manners("220 hi", "250 ok", "354 go on", "451 disk full"), 1))
                .isInstanceOf(Retry.class);
        assertThat(attempt(new Manners("220 hi", "250 ok", "354 go on", "554 spam"), 1))
                .isInstanceOf(Failed.class);
        assertThat(attempt(new Manners("220 hi", "450 greylisted", "354 go on", "250 kept"), 7))
                .isInstanceOf(Failed.class);
    }

    @Test
    void aLetterThatCannotBeOpenedFailsAndIsNotInDoubt(@TempDir Path elsewhere) {
        var delivery = delivery(channel(), 1);
        var settings = new SmtpSettings("127.0.0.1", server.getLocalPort(), "", "", "none", "ops@opsdeck.example");
        var other = new MailChannel(settings, Vaults.in(elsewhere), Clock.systemUTC(), json);
        assertThat(other.attempt(delivery))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.reason()).isEqualTo("letter_unreadable"));
    }

    @Test
    void noServerIsTriedAgain() throws IOException {
        server.close();
        assertThat(channel().attempt(delivery(channel(), 1))).isInstanceOfSatisfying(Retry.class, retry -> {
            assertThat(retry.reason()).isEqualTo("not_connected");
            assertThat(retry.fault()).isEqualTo(Fault.LANE);
        });
    }

    @Test
    void aServerWithoutEncryptionIsNotUsedWhereItIsAsked() {
        var thread = serve(GOOD);
        var channel = channel("starttls");
        assertThat(channel.attempt(delivery(channel, 1))).isInstanceOf(Retry.class);
        assertThat(heard).noneMatch(line -> line.startsWith("MAIL"));
        join(thread);
    }

    private Outcome attempt(Manners manners, int tries) {
        var thread = serve(manners);
        MailChannel channel = channel();
        Outcome outcome = channel.attempt(delivery(channel, tries));
        join(thread);
        return outcome;
    }

    private MailChannel channel() {
        return channel("none");
    }

    private MailChannel channel(String security) {
        var settings = new SmtpSettings("127.0.0.1", server.getLocalPort(), "", "", security, "ops@opsdeck.example");
        return new MailChannel(settings, Vaults.in(folder), Clock.systemUTC(), json);
    }

    private Delivery delivery(MailChannel channel, int tries) {
        var letter = new Written("lin@example.com", "en", "Hello", "text", "<p>text</p>");
        return new Delivery(
                new OutboundId(new UUID(0, 1)),
                new WorkspaceId(new UUID(0, 2)),
                MailChannel.KIND,
                "invitation",
                "k",
                Purpose.TRANSACTIONAL,
                1,
                tries,
                json.writeValueAsString(channel.seal(letter)));
    }

    private Thread serve(Manners manners) {
        var thread = new Thread(() -> {
            try (Socket socket = server.accept()) {
                converse(socket, manners);
            } catch (IOException e) {
                // The test closed the server, or the client hung up.
            }
        });
        thread.start();
        return thread;
    }

    private void converse(Socket socket, Manners manners) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        if (!say(socket, manners.greeting())) {
            return;
        }
        boolean data = false;
        String line = in.readLine();
        while (line != null) {
            heard.add(line);
            String answer = "250 ok";
            if (data) {
                data = !line.equals(".");
                answer = data ? null : manners.data();
            } else if (line.startsWith("RCPT")) {
                answer = manners.recipient();
            } else if (line.equals("DATA")) {
                answer = manners.dataBegins();
                data = answer.startsWith("354");
            } else if (line.equals("QUIT")) {
                return;
            }
            if (answer != null && !say(socket, answer)) {
                return;
            }
            line = in.readLine();
        }
    }

    private static boolean say(Socket socket, String answer) throws IOException {
        if (answer.isEmpty()) {
            return false;
        }
        socket.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return true;
    }

    private static void join(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
