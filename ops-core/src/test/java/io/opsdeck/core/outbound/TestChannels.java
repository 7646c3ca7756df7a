package io.opsdeck.core.outbound;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** A channel of each sort that does what the test says, and a check that does as well. */
@TestConfiguration
public class TestChannels {

    static final String IDEMPOTENT = "test.idempotent";
    static final String PLAIN = "test.plain";

    @Bean
    Scripted idempotent() {
        return new Scripted(IDEMPOTENT, true);
    }

    @Bean
    Scripted plain() {
        return new Scripted(PLAIN, false);
    }

    @Bean
    Questions questions() {
        return new Questions();
    }

    @Bean
    OutboundCheck consent(Questions questions) {
        return questions.at(GateStep.CONSENT);
    }

    @Bean
    OutboundCheck cap(Questions questions) {
        return questions.at(GateStep.CAP);
    }

    @Bean
    OutboundCheck person(Questions questions) {
        return questions.at(GateStep.PERSON);
    }

    /** Remembers what it sent by lane. */
    static final class Scripted implements OutboundChannel {

        final Queue<String> sent = new ConcurrentLinkedQueue<>();
        final Map<String, Function<Delivery, Outcome>> scripts = new ConcurrentHashMap<>();
        private final String kind;
        private final boolean idempotent;

        Scripted(String kind, boolean idempotent) {
            this.kind = kind;
            this.idempotent = idempotent;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public boolean isIdempotent() {
            return idempotent;
        }

        @Override
        public Outcome attempt(Delivery delivery) {
            sent.add(delivery.key());
            Function<Delivery, Outcome> script = scripts.get(delivery.lane());
            return script == null ? new Outcome.Sent(Transcript.none()) : script.apply(delivery);
        }

        List<String> sentWith(String start) {
            return sent.stream().filter(key -> key.startsWith(start)).toList();
        }

        static Outcome again(Duration after) {
            return new Outcome.Retry("test_again", after, Outcome.Fault.LANE, Duration.ZERO, Transcript.none());
        }
    }

    /** Answers by subject; remembers what was asked, in order. */
    static final class Questions {

        final Map<String, Function<GateStep, @Nullable Verdict>> answers = new ConcurrentHashMap<>();
        final Queue<GateStep> asked = new ConcurrentLinkedQueue<>();

        OutboundCheck at(GateStep step) {
            return new OutboundCheck() {
                @Override
                public GateStep step() {
                    return step;
                }

                @Override
                public Verdict check(Delivery delivery) {
                    Function<GateStep, @Nullable Verdict> answer = answers.get(delivery.lane());
                    if (answer == null) {
                        return Verdict.proceed();
                    }
                    asked.add(step);
                    Verdict verdict = answer.apply(step);
                    return verdict == null ? Verdict.proceed() : verdict;
                }
            };
        }
    }
}
