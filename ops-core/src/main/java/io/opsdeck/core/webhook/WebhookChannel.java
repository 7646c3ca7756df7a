package io.opsdeck.core.webhook;

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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Posts messages to endpoints. The receiver knows a message by its id, so an attempt may be repeated. */
@Component
class WebhookChannel implements OutboundChannel {

    static final String KIND = "webhook";

    /** The endpoint does not want to be called any more. */
    static final String GONE = "gone";

    static final String TRIED_OUT = "tried_out";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BUSY = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(24);

    private final OutboundHttp http;
    private final EndpointBook endpoints;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final RetryPlan plan =
            new RetryPlan(() -> ThreadLocalRandom.current().nextDouble());

    WebhookChannel(OutboundHttp http, EndpointBook endpoints, TransactionTemplate transactions, Clock clock) {
        this.http = http;
        this.endpoints = endpoints;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What a delivery refers to.
     *
     * @param test whether it is sent although the endpoint is switched off
     */
    record Reference(UUID message, boolean test) {}

    /** What is sent where. */
    record Parcel(URI url, String body, List<WebhookSecret> secrets) {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isIdempotent() {
        return true;
    }

    @Override
    public Outcome attempt(Delivery delivery) {
        UUID message = delivery.payload(Reference.class).message();
        EndpointId endpoint = EndpointId.of(delivery.lane());
        Optional<Parcel> parcel =
                Objects.requireNonNull(transactions.execute(status -> endpoints.parcel(endpoint, message)));
        if (parcel.isEmpty()) {
            return new Failed("nothing_to_send", Fault.DELIVERY, Transcript.none());
        }
        HttpCall call = call(parcel.get(), message);
        return judge(http.exchange(call), head(call), delivery.tries());
    }

    private HttpCall call(Parcel parcel, UUID message) {
        byte[] body = parcel.body().getBytes(StandardCharsets.UTF_8);
        long timestamp = clock.instant().getEpochSecond();
        String signatures = parcel.secrets().stream()
                .map(secret -> secret.sign(message.toString(), timestamp, body))
                .collect(Collectors.joining(" "));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        headers.put("webhook-id", message.toString());
        headers.put("webhook-timestamp", String.valueOf(timestamp));
        headers.put("webhook-signature", signatures);
        return HttpCall.post(parcel.url(), headers, body, TIMEOUT);
    }

    private static String head(HttpCall call) {
        return "POST " + call.uri() + "\n" + lines(call.headers());
    }

    private static String lines(Map<String, ?> headers) {
        return headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue())
                .collect(Collectors.joining("\n"));
    }

    private Outcome judge(HttpResult result, String request, int tries) {
        if (result instanceof Answer answer) {
            return judge(answer, request, tries);
        }
        NoAnswer none = (NoAnswer) result;
        if (none.reason() == HttpResult.Reason.HOST_BUSY) {
            // Our own limit, nobody's failure.
            return new Retry("host_busy", BUSY, Fault.DELIVERY, Duration.ZERO, Transcript.none());
        }
        return again(
                none.reason().name().toLowerCase(Locale.ROOT), Duration.ZERO, new Transcript(request, "", ""), tries);
    }

    private Outcome judge(Answer answer, String request, int tries) {
        Map<String, String> headers = new LinkedHashMap<>();
        answer.headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        var said = Transcript.of(request, answer.status() + "\n" + lines(headers), answer.body());
        if (answer.isSuccess()) {
            return new Sent(said);
        }
        return switch (answer.status()) {
            case 410 -> new Failed(GONE, Fault.LANE, said);
            case 429, 502, 503, 504 -> again("slow_down", pause(answer), said, tries);
            default -> again("answered_" + answer.status() / 100 + "xx", Duration.ZERO, said, tries);
        };
    }

    private Outcome again(String reason, Duration pause, Transcript said, int tries) {
        return plan.after(tries)
                .<Outcome>map(
                        after -> new Retry(reason, after.compareTo(pause) > 0 ? after : pause, Fault.LANE, pause, said))
                .orElseGet(() -> new Failed(TRIED_OUT, Fault.LANE, said));
    }

    /** {@code Retry-After} is a number of seconds or a date. */
    private Duration pause(Answer answer) {
        String text = answer.header("retry-after").orElse("").strip();
        Duration pause;
        try {
            pause = text.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : until(text);
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
        if (pause.isNegative()) {
            return Duration.ZERO;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private Duration until(String date) {
        Instant then =
                ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Duration.between(clock.instant(), then);
    }

    @Override
    public void settled(Delivery delivery, Outcome outcome) {
        EndpointId endpoint = EndpointId.of(delivery.lane());
        if (outcome instanceof Sent) {
            endpoints.works(endpoint);
            return;
        }
        if (outcome instanceof Failed failed && failed.reason().equals(GONE)) {
            endpoints.disable(endpoint, EndpointBook.Disabled.GONE);
            return;
        }
        endpoints.fails(endpoint);
        if (outcome instanceof Failed) {
            endpoints.givesUp(endpoint);
        }
    }
}
