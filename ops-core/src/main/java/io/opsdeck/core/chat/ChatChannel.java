package io.opsdeck.core.chat;

import io.opsdeck.core.chat.Dialect.Reply;
import io.opsdeck.core.chat.Dialect.Request;
import io.opsdeck.core.chat.RobotBook.Access;
import io.opsdeck.core.http.HttpCall;
import io.opsdeck.core.http.HttpResult;
import io.opsdeck.core.http.HttpResult.Answer;
import io.opsdeck.core.http.HttpResult.NoAnswer;
import io.opsdeck.core.http.OutboundHttp;
import io.opsdeck.core.outbound.Delivery;
import io.opsdeck.core.outbound.OutboundChannel;
import io.opsdeck.core.outbound.Outcome;
import io.opsdeck.core.outbound.Outcome.Failed;
import io.opsdeck.core.outbound.Outcome.Fault;
import io.opsdeck.core.outbound.Outcome.Retry;
import io.opsdeck.core.outbound.Outcome.Sent;
import io.opsdeck.core.outbound.Transcript;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Posts messages to robots. Platforms know no second copy; of a message whose answer got lost one more is sent, which
 * harms nobody, and then it is given up.
 */
@Component
class ChatChannel implements OutboundChannel {

    static final String KIND = "chat";

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int MOST_BLIND_TRIES = 2;
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(20),
            Duration.ofHours(1));

    private final OutboundHttp http;
    private final RobotBook robots;
    private final List<Dialect> dialects;
    private final TransactionTemplate transactions;
    private final Clock clock;

    ChatChannel(
            OutboundHttp http,
            RobotBook robots,
            List<Dialect> dialects,
            TransactionTemplate transactions,
            Clock clock) {
        this.http = http;
        this.robots = robots;
        this.dialects = List.copyOf(dialects);
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What stands in the ledger.
     *
     * @param test whether it is sent although the robot is switched off
     */
    record Spoken(ChatMessage message, boolean test) {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isIdempotent() {
        return true;
    }

    /** One after the other, in the order in which things happened. */
    @Override
    public int concurrency() {
        return 1;
    }

    @Override
    public Outcome attempt(Delivery delivery) {
        RobotId robot = RobotId.of(delivery.lane());
        Optional<Access> found = Objects.requireNonNull(transactions.execute(status -> robots.access(robot)));
        if (found.isEmpty()) {
            return new Failed("robot_gone", Fault.DELIVERY, Transcript.none());
        }
        Access access = found.get();
        Dialect dialect = dialects.stream()
                .filter(each -> each.platform() == access.platform())
                .findFirst()
                .orElseThrow();
        ChatMessage message = delivery.payload(Spoken.class).message();
        Request request = dialect.fit(access.address(), access.secret(), message, clock.instant());
        HttpResult result = http.exchange(HttpCall.post(
                request.uri(),
                Map.of("content-type", "application/json; charset=utf-8"),
                request.body().getBytes(StandardCharsets.UTF_8),
                TIMEOUT));
        // The rest of the address and the body's signature are secrets.
        String head = "POST " + access.address().getScheme() + "://"
                + access.address().getHost() + "/…";
        return result instanceof Answer answer
                ? judge(dialect, answer, head, delivery.tries())
                : judge((NoAnswer) result, head, delivery.tries());
    }

    private static Outcome judge(NoAnswer none, String head, int tries) {
        var said = new Transcript(head, "", "");
        String reason = none.reason().name().toLowerCase(Locale.ROOT);
        if (none.mayHaveArrived() && tries >= MOST_BLIND_TRIES) {
            return new Failed(reason, Fault.LANE, said);
        }
        return again(reason, Duration.ZERO, Fault.LANE, said, tries);
    }

    private static Outcome judge(Dialect dialect, Answer answer, String head, int tries) {
        var said = Transcript.of(head, String.valueOf(answer.status()), answer.body());
        Reply reply = dialect.reply(answer.status(), new String(answer.body(), StandardCharsets.UTF_8));
        if (reply instanceof Reply.Accepted) {
            return new Sent(said);
        }
        if (reply instanceof Reply.TooFast fast) {
            return again("chat_too_fast", fast.pause(), Fault.DELIVERY, said, tries);
        }
        return reply instanceof Reply.Refused refused
                ? new Failed(refused.reason(), Fault.LANE, said)
                : again("chat_unwell", Duration.ZERO, Fault.LANE, said, tries);
    }

    private static Outcome again(String reason, Duration pause, Fault fault, Transcript said, int tries) {
        if (tries > PAUSES.size()) {
            return new Failed(reason, fault, said);
        }
        Duration usual = PAUSES.get(tries - 1);
        return new Retry(reason, usual.compareTo(pause) > 0 ? usual : pause, fault, pause, said);
    }

    @Override
    public void settled(Delivery delivery, Outcome outcome) {
        String said = outcome.transcript().body();
        robots.note(RobotId.of(delivery.lane()), outcome instanceof Sent, said.isEmpty() ? reason(outcome) : said);
    }

    private static String reason(Outcome outcome) {
        if (outcome instanceof Retry retry) {
            return retry.reason();
        }
        return outcome instanceof Failed failed ? failed.reason() : "";
    }
}
