package io.opsdeck.core.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.outbound.Freezes.FreezeView;
import io.opsdeck.core.outbound.Freezes.Scope;
import io.opsdeck.core.outbound.Lanes.Health;
import io.opsdeck.core.outbound.Lanes.LaneView;
import io.opsdeck.core.outbound.Ledger.Claim;
import io.opsdeck.core.outbound.Outbound.AttemptView;
import io.opsdeck.core.outbound.Outbound.DeliveryFilter;
import io.opsdeck.core.outbound.Outbound.DeliveryView;
import io.opsdeck.core.outbound.Outbound.Resolution;
import io.opsdeck.core.outbound.Outcome.Fault;
import io.opsdeck.core.outbound.TestChannels.Questions;
import io.opsdeck.core.outbound.TestChannels.Scripted;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

@OutboundRig
class OutboundTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Autowired
    Outbound outbound;

    @Autowired
    Lanes lanes;

    @Autowired
    Freezes freezes;

    @Autowired
    HeldStart heldStart;

    @Autowired
    OutboundRetention retention;

    @Autowired
    OutboundDispatcher dispatcher;

    @Autowired
    Ledger ledger;

    @Autowired
    LaneBook book;

    @Autowired
    Gate gate;

    @Autowired
    OutboundBell bell;

    @Autowired
    OutboundMeters outboundMeters;

    @Autowired
    Scripted idempotent;

    @Autowired
    Scripted plain;

    @Autowired
    Questions questions;

    @Autowired
    AuditTrail audit;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        questions.asked.clear();
    }

    @Test
    void aPlannedDeliveryIsSentAndShowsItsAttempt() {
        plain.scripts.put("a", delivery -> {
            assertThat(delivery.payload(Map.class)).isEqualTo(Map.of("x", 1));
            assertThat(CurrentWorkspace.require()).isEqualTo(workspace);
            return new Outcome.Sent(new Transcript("POST /", "200 OK", "fi\u0000ne"));
        });
        OutboundId id = plan("test.plain", "a", "one", Map.of("x", 1));
        DeliveryView delivery = awaitState(id, OutboundState.SENT);
        assertThat(delivery.tries()).isEqualTo(1);
        assertThat(delivery.endedAt()).isNotNull();
        assertThat(in(() -> outbound.attempts(id))).singleElement().satisfies(attempt -> {
            assertThat(attempt.outcome()).isEqualTo("SENT");
            assertThat(attempt.response()).isEqualTo("200 OK");
            assertThat(attempt.body()).isEqualTo("fi\uFFFDne");
        });
    }

    @Test
    void theSecondCopyOfAKeyChangesNothing() {
        OutboundId id = plan("test.plain", "twice", "twice/1", Map.of());
        assertThat(plan("test.plain", "twice", "twice/1", Map.of("other", 2))).isEqualTo(id);
        awaitState(id, OutboundState.SENT);
        assertThat(plan("test.plain", "twice", "twice/1", Map.of())).isEqualTo(id);
        assertThat(in(() -> outbound.page(DeliveryFilter.all(), null, 10)).data())
                .hasSize(1);
        assertThat(plain.sentWith("twice/")).hasSize(1);
    }

    @Test
    void whatRollsBackNeverLeaves() {
        in(() -> transactions.execute(status -> {
            outbound.plan(wish("test.plain", "a", "rolled/1", Map.of()));
            status.setRollbackOnly();
            return true;
        }));
        OutboundId after = plan("test.plain", "a", "rolled/2", Map.of());
        awaitState(after, OutboundState.SENT);
        assertThat(plain.sentWith("rolled/")).containsExactly("rolled/2");
        assertThatThrownBy(() -> in(() -> outbound.plan(wish("test.plain", "a", "rolled/3", Map.of()))))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    @Test
    void aRetryKeepsTheKeyAndCountsItsTries() {
        idempotent.scripts.put(
                "retry",
                delivery -> delivery.tries() < 4 ? Scripted.again(Duration.ZERO) : new Outcome.Sent(Transcript.none()));
        OutboundId id = plan("test.idempotent", "retry", "retry/1", Map.of());
        DeliveryView delivery = awaitState(id, OutboundState.SENT);
        assertThat(delivery.tries()).isEqualTo(4);
        assertThat(idempotent.sentWith("retry/")).hasSize(4).containsOnly("retry/1");
        assertThat(in(() -> outbound.attempts(id)))
                .extracting(AttemptView::outcome)
                .containsExactly("RETRY", "RETRY", "RETRY", "SENT");
    }

    @Test
    void aFailureEndsWithItsReason() {
        plain.scripts.put(
                "bad", delivery -> new Outcome.Failed("unknown_recipient", Fault.DELIVERY, Transcript.none()));
        OutboundId id = plan("test.plain", "bad", "bad/1", Map.of());
        assertThat(awaitState(id, OutboundState.FAILED).reason()).isEqualTo("unknown_recipient");
        assertThat(lane("bad").health()).isEqualTo(Health.WORKS);
    }

    @Test
    void theGateAsksInItsOrderAndStopsAtTheFirstRefusal() {
        questions.answers.put("order", step -> step == GateStep.CAP ? Verdict.skip("capped") : null);
        OutboundId id = plan(Purpose.MARKETING, "order");
        assertThat(awaitState(id, OutboundState.SKIPPED).reason()).isEqualTo("capped");
        assertThat(questions.asked).containsExactly(GateStep.PERSON, GateStep.CONSENT, GateStep.CAP);
        questions.asked.clear();
        OutboundId service = plan(Purpose.SERVICE, "order");
        awaitState(service, OutboundState.SENT);
        assertThat(questions.asked).containsExactly(GateStep.PERSON, GateStep.CONSENT);
    }

    @Test
    void whatTheGateDefersIsAskedAgainLater() {
        var asked = new AtomicInteger();
        questions.answers.put(
                "later",
                step -> step == GateStep.CONSENT && asked.getAndIncrement() == 0
                        ? Verdict.defer(Instant.EPOCH, "not_yet")
                        : null);
        OutboundId id = plan(Purpose.SERVICE, "later");
        DeliveryView delivery = awaitState(id, OutboundState.SENT);
        assertThat(asked).hasValue(2);
        assertThat(delivery.tries()).isEqualTo(1);
    }

    /** Reliability: an error in a check closes the door, and one bad record does not stop the ones behind it. */
    @Test
    void aCheckThatFailsKeepsTheDeliveryBack() {
        questions.answers.put("broken", step -> {
            throw new IllegalStateException("no answer");
        });
        OutboundId id = plan(Purpose.SERVICE, "broken");
        await().atMost(LONG).until(() -> "check_failed".equals(require(id).reason()));
        assertThat(require(id).state()).isEqualTo(OutboundState.DEFERRED);
        questions.answers.remove("broken");
        OutboundId behind = plan(Purpose.SERVICE, "broken");
        awaitState(behind, OutboundState.SENT);
        assertThat(require(id).tries()).isZero();
    }

    @Test
    void anUnknownEndIsShownOrRepeatedAsTheKindMay() {
        plain.scripts.put("lost", delivery -> new Outcome.Uncertain("line_lost", Fault.LANE, Transcript.none()));
        idempotent.scripts.put("thrown", delivery -> {
            throw new IllegalStateException("bug");
        });
        OutboundId shown = plan("test.plain", "lost", "lost/1", Map.of());
        OutboundId repeated = plan("test.idempotent", "thrown", "thrown/1", Map.of());
        assertThat(awaitState(shown, OutboundState.UNCERTAIN).reason()).isEqualTo("line_lost");
        DeliveryView again = awaitState(repeated, OutboundState.DEFERRED);
        assertThat(again.reason()).isEqualTo("channel_broken");
        assertThat(again.dueAt()).isAfter(again.plannedAt().plusSeconds(20));
        assertThat(in(() -> outbound.uncertain())).isEqualTo(1);
    }

    @Test
    void aMemberResolvesWhatIsUncertain() {
        plain.scripts.put(
                "unsure",
                delivery -> delivery.key().startsWith("resend/")
                        ? new Outcome.Sent(Transcript.none())
                        : new Outcome.Uncertain("line_lost", Fault.DELIVERY, Transcript.none()));
        OutboundId sent = plan("test.plain", "unsure", "unsure/1", Map.of());
        OutboundId again = plan("test.plain", "unsure", "unsure/2", Map.of());
        OutboundId given = plan("test.plain", "unsure", "unsure/3", Map.of());
        List.of(sent, again, given).forEach(id -> awaitState(id, OutboundState.UNCERTAIN));
        run(() -> outbound.resolve(sent, Resolution.IT_WAS_SENT));
        run(() -> outbound.resolve(again, Resolution.SEND_AGAIN));
        run(() -> outbound.resolve(given, Resolution.GIVE_UP));
        assertThat(require(sent).state()).isEqualTo(OutboundState.SENT);
        assertThat(require(given).state()).isEqualTo(OutboundState.FAILED);
        OutboundId copy = Objects.requireNonNull(require(again).resentAs());
        assertThat(awaitState(copy, OutboundState.SENT).resendOf()).isEqualTo(again);
        assertThatThrownBy(() -> run(() -> outbound.resolve(again, Resolution.SEND_AGAIN)))
                .hasMessage("delivery_not_uncertain");
        assertThat(in(() -> audit.page("outbound.", "", null, 20)).data())
                .extracting(AuditTrail.AuditEntry::action)
                .contains("outbound.resolved", "outbound.resent");
    }

    @Test
    void resendMakesOneLinkedCopyHoweverOftenItIsAsked() {
        OutboundId id = plan("test.plain", "copy", "copy/1", Map.of("a", 1));
        awaitState(id, OutboundState.SENT);
        OutboundId copy = in(() -> outbound.resend(id));
        assertThat(in(() -> outbound.resend(id))).isEqualTo(copy);
        awaitState(copy, OutboundState.SENT);
        assertThat(require(copy).resendOf()).isEqualTo(id);
        assertThat(require(id).resentAs()).isEqualTo(copy);
        OutboundId third = in(() -> outbound.resend(copy));
        awaitState(third, OutboundState.SENT);
    }

    @Test
    void aRangeResendsWhatWasMissedOnce() {
        plain.scripts.put(
                "range",
                delivery ->
                        delivery.key().startsWith("resend/") || delivery.key().endsWith("3")
                                ? new Outcome.Sent(Transcript.none())
                                : new Outcome.Failed("refused", Fault.DELIVERY, Transcript.none()));
        List<OutboundId> planned = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            planned.add(plan("test.plain", "range", "range/" + i, Map.of()));
        }
        planned.forEach(
                id -> await().atMost(LONG).until(() -> require(id).state().isEnd()));
        Instant from = Instant.EPOCH;
        Instant to = Instant.parse("2100-01-01T00:00:00Z");
        assertThat(in(() -> outbound.resend("test.plain", "range", from, to))).isEqualTo(3);
        assertThat(in(() -> outbound.resend("test.plain", "range", from, to))).isZero();
        await().atMost(LONG)
                .until(() -> in(() -> outbound.page(
                                        new DeliveryFilter("test.plain", "range", OutboundState.SENT, null, null),
                                        null,
                                        10))
                                .data()
                                .size()
                        == 4);
    }

    @Test
    void whatWaitsCanBeCancelledAndWhatEndedCannot() {
        run(() -> freezes.freeze(Scope.everything(), "quiet"));
        OutboundId id = plan("test.plain", "cancel", "cancel/1", Map.of());
        run(() -> outbound.cancel(id));
        assertThat(require(id).state()).isEqualTo(OutboundState.CANCELLED);
        assertThatThrownBy(() -> run(() -> outbound.cancel(id))).hasMessage("delivery_not_waiting");
        assertThatThrownBy(() -> OutboundId.of("7")).hasMessageStartingWith("delivery_not_found");
    }

    @Test
    void aFreezeStopsItsScopeAndNothingElseUntilItIsLifted() throws Exception {
        var actor = new Actor(Actor.Kind.MEMBER, ids.next(), "Lin", null, null);
        UUID freeze = Actor.call(
                actor, () -> in(() -> freezes.freeze(new Scope("test.plain", "cold"), "rumour in the press")));
        OutboundId frozen = plan("test.plain", "cold", "freeze/1", Map.of());
        OutboundId free = plan("test.plain", "warm", "freeze/2", Map.of());
        awaitState(free, OutboundState.SENT);
        Thread.sleep(1_200);
        assertThat(require(frozen).state()).isEqualTo(OutboundState.PLANNED);
        assertThat(lane("cold").frozen()).isTrue();
        assertThat(in(() -> freezes.list())).singleElement().satisfies(view -> {
            assertThat(view.by()).isEqualTo("Lin");
            assertThat(view.reason()).isEqualTo("rumour in the press");
        });
        run(() -> freezes.lift(freeze));
        awaitState(frozen, OutboundState.SENT);
        assertThatThrownBy(() -> run(() -> freezes.lift(freeze))).hasMessage("freeze_not_found");
    }

    @Test
    void aClaimedDeliveryIsStoppedByAFreezeAtTheGate() {
        run(() -> freezes.freeze(new Scope("test.plain", null), "stop"));
        OutboundId id = plan("test.plain", "gate", "gate/1", Map.of());
        Verdict verdict = in(() -> transactions.execute(status -> gate.ask(
                new Delivery(id, workspace, "test.plain", "gate", "gate/1", Purpose.TRANSACTIONAL, 1, 0, "{}"))));
        assertThat(verdict).isEqualTo(new Verdict.Defer(null, "frozen"));
    }

    @Test
    void aHeldStartFreezesEveryWorkspaceOnce() {
        heldStart.freezeAll("OPSDECK_OUTBOUND_HELD");
        heldStart.freezeAll("OPSDECK_OUTBOUND_HELD");
        assertThat(in(() -> freezes.list()))
                .singleElement()
                .extracting(FreezeView::scope)
                .isEqualTo(Scope.everything());
        liftEverywhere();
    }

    /** Other tests of this database go on. */
    private void liftEverywhere() {
        CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> jdbc.sql(
                        "update core.outbound_freeze set lifted_at = now() where reason = 'OPSDECK_OUTBOUND_HELD'")
                .update()));
    }

    /** F-25, many of them: each lane that hangs takes less of what is left. */
    @Test
    void twentyLanesThatHangLeaveRoomForAnother() {
        var gateOpen = new CountDownLatch(1);
        List<OutboundId> hanging = new ArrayList<>();
        in(() -> transactions.execute(status -> {
            for (int lane = 0; lane < 20; lane++) {
                plain.scripts.put("hang" + lane, delivery -> {
                    wait(gateOpen);
                    return new Outcome.Sent(Transcript.none());
                });
                for (int i = 0; i < 9; i++) {
                    hanging.add(outbound.plan(wish("test.plain", "hang" + lane, "many/" + lane + "/" + i, Map.of())));
                }
            }
            return true;
        }));
        await().atMost(LONG).until(() -> plain.sentWith("many/").size() > 80);
        awaitState(plan("test.plain", "free", "many-free/1", Map.of()), OutboundState.SENT);
        assertThat(plain.sentWith("many/").size()).isLessThan(128);
        gateOpen.countDown();
        hanging.forEach(id -> awaitState(id, OutboundState.SENT));
    }

    @Test
    void metersTellWhatBecameOfDeliveries() {
        var meters = new SimpleMeterRegistry();
        outboundMeters.bindTo(meters);
        plain.scripts.put("metered", delivery -> new Outcome.Uncertain("lost", Fault.DELIVERY, Transcript.none()));
        awaitState(plan("test.plain", "metered", "metered/1", Map.of()), OutboundState.UNCERTAIN);
        await().atMost(LONG)
                .until(() -> meters.find("opsdeck.messages")
                                .tags("channel", "test.plain", "outcome", "uncertain")
                                .counter()
                        != null);
        outboundMeters.sample();
        assertThat(meters.get("opsdeck.messages.uncertain")
                        .tag("channel", "test.plain")
                        .gauge()
                        .value())
                .isGreaterThanOrEqualTo(1);
        assertThat(meters.get("opsdeck.channel.breaker.state")
                        .tag("channel", "test.plain")
                        .gauge()
                        .value())
                .isZero();
        assertThat(meters.get("opsdeck.outbox.oldest.age").gauge().value()).isNotNegative();
    }

    /** F-25: a lane whose other side never answers holds up no other lane. */
    @Test
    void aLaneThatHangsDelaysNoOther() throws Exception {
        var gateOpen = new CountDownLatch(1);
        plain.scripts.put("hang", delivery -> {
            wait(gateOpen);
            return new Outcome.Sent(Transcript.none());
        });
        List<OutboundId> hanging = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            hanging.add(plan("test.plain", "hang", "hang/" + i, Map.of()));
        }
        await().atMost(LONG).until(() -> plain.sentWith("hang/").size() == 8);
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            awaitState(plan("test.plain", "quick", "quick/" + i, Map.of()), OutboundState.SENT);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        assertThat(plain.sentWith("hang/")).hasSize(8);
        gateOpen.countDown();
        hanging.forEach(id -> awaitState(id, OutboundState.SENT));
    }

    @Test
    void aLaneThatFailsIsLeftAloneAndProbed() {
        var works = new AtomicInteger();
        idempotent.scripts.put(
                "down",
                delivery ->
                        works.get() == 1 ? new Outcome.Sent(Transcript.none()) : Scripted.again(Duration.ofSeconds(1)));
        List<OutboundId> planned = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            planned.add(plan("test.idempotent", "down", "down/" + i, Map.of()));
        }
        await().atMost(LONG).until(() -> lane("down").health() == Health.DOWN);
        LaneView down = lane("down");
        assertThat(down.nextProbeAt()).isAfter(Instant.EPOCH);
        int tried = idempotent.sentWith("down/").size();
        works.set(1);
        probeNow("down");
        planned.forEach(id -> awaitState(id, OutboundState.SENT));
        assertThat(lane("down").health()).isEqualTo(Health.WORKS);
        assertThat(idempotent.sentWith("down/")).hasSize(tried + 12);
        assertThat(lane("down").p95Millis()).isNotNull();
    }

    private void probeNow(String lane) {
        in(() ->
                transactions.execute(status -> jdbc.sql("update core.outbound_lane set probe_at = now() where lane = ?")
                        .param(lane)
                        .update()));
    }

    @Test
    void aThrottledLaneSpreadsItsAttempts() {
        run(() -> lanes.limit("test.plain", "slow", 240));
        Map<String, Long> times = new ConcurrentHashMap<>();
        plain.scripts.put("slow", delivery -> {
            times.put(delivery.key(), System.nanoTime());
            return new Outcome.Sent(Transcript.none());
        });
        List<OutboundId> planned = new ArrayList<>();
        in(() -> transactions.execute(status -> {
            for (int i = 0; i < 12; i++) {
                planned.add(outbound.plan(wish("test.plain", "slow", "slow/" + i, Map.of())));
            }
            return true;
        }));
        planned.forEach(id -> awaitState(id, OutboundState.SENT));
        long took = Collections.max(times.values()) - Collections.min(times.values());
        // A slot each 250 ms, five of them at once at most: the first and a second made up for.
        assertThat(Duration.ofNanos(took)).isGreaterThan(Duration.ofMillis(6 * 250L));
        planned.forEach(id -> assertThat(require(id).tries()).isEqualTo(1));
    }

    /** F-13: who was paused beyond its lease and goes on changes no row. */
    @Test
    void whoLostItsLeaseChangesNothing() {
        OutboundId id = planFor("test.paused", "lease");
        Claim old = claim("test.paused", "lease");
        Delivery delivery = begin(old);
        expire(id);
        reclaim("test.paused", true);
        Claim fresh = claim("test.paused", "lease");
        assertThat(fresh.attempt()).isEqualTo(old.attempt() + 1);
        assertThat(settle(delivery, new Outcome.Sent(Transcript.none()))).isFalse();
        in(() -> transactions.execute(status -> {
            ledger.skip(old, "late");
            ledger.release(old);
            ledger.renew(old.id(), old.attempt());
            assertThat(ledger.take(old)).isEmpty();
            return true;
        }));
        assertThat(require(id).state()).isEqualTo(OutboundState.CLAIMED);
        assertThat(settle(begin(fresh), new Outcome.Sent(Transcript.none()))).isTrue();
        assertThat(require(id).state()).isEqualTo(OutboundState.SENT);
    }

    /** F-02 and F-03: what was under way when its worker died is repeated or shown, as the kind may. */
    @Test
    void aWorkerThatDiedLeavesNothingBehindInDoubt() {
        OutboundId repeatable = planFor("test.dead1", "dead");
        OutboundId plainOne = planFor("test.dead2", "dead");
        OutboundId claimedOnly = planFor("test.dead3", "dead");
        begin(claim("test.dead1", "dead"));
        begin(claim("test.dead2", "dead"));
        claim("test.dead3", "dead");
        List.of(repeatable, plainOne, claimedOnly).forEach(this::expire);
        reclaim("test.dead1", true);
        reclaim("test.dead2", false);
        reclaim("test.dead3", false);
        assertThat(require(repeatable).state()).isEqualTo(OutboundState.DEFERRED);
        assertThat(require(plainOne).state()).isEqualTo(OutboundState.UNCERTAIN);
        assertThat(require(claimedOnly).state()).isEqualTo(OutboundState.PLANNED);
        assertThat(in(() -> outbound.attempts(plainOne))).singleElement().satisfies(attempt -> {
            assertThat(attempt.outcome()).isEqualTo("UNCERTAIN");
            assertThat(attempt.reason()).isEqualTo("worker_lost");
        });
    }

    /** F-40: a delivery at which the process dies each time ends. */
    @Test
    void aDeliveryThatBringsTheProcessDownEnds() {
        OutboundId id = planFor("test.poison", "poison");
        for (int i = 0; i < Ledger.MOST_LOST; i++) {
            begin(claim("test.poison", "poison"));
            expire(id);
            reclaim("test.poison", true);
        }
        assertThat(require(id).state()).isEqualTo(OutboundState.FAILED);
        assertThat(require(id).reason()).isEqualTo("worker_lost");
    }

    /** F-09: two sets of workers on one database, each of the rows once. */
    @Test
    void twoNodesSendEachDeliveryOnce() throws Exception {
        int rows = 2_000;
        var first = new Scripted("test.nodes", false);
        var second = new Scripted("test.nodes", false);
        in(() -> transactions.execute(status -> {
            for (int i = 0; i < rows; i++) {
                outbound.plan(wish("test.nodes", "lane" + i % 5, "nodes/" + i, Map.of()));
            }
            return true;
        }));
        OutboundDispatcher one = node(first);
        OutboundDispatcher two = node(second);
        one.start();
        two.start();
        try {
            await().atMost(LONG)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> count("test.nodes", OutboundState.SENT) == rows);
        } finally {
            one.stop();
            two.stop();
        }
        List<String> sent = new ArrayList<>(first.sent);
        sent.addAll(second.sent);
        assertThat(sent).hasSize(rows);
        assertThat(new HashSet<>(sent)).hasSize(rows);
        assertThat(first.sent).isNotEmpty();
        assertThat(second.sent).isNotEmpty();
    }

    /** JB-7: a worker that is told to stop finishes what left and gives back the rest. */
    @Test
    void aWorkerThatStopsFinishesItsAttemptsAndReleasesTheOthers() throws Exception {
        var channel = new Scripted("test.stop", false);
        var started = new Semaphore(0);
        var open = new CountDownLatch(1);
        channel.scripts.put("stop", delivery -> {
            started.release();
            wait(open);
            return new Outcome.Sent(Transcript.none());
        });
        in(() -> transactions.execute(status -> {
            for (int i = 0; i < 30; i++) {
                outbound.plan(wish("test.stop", "stop", "stop/" + i, Map.of()));
            }
            return true;
        }));
        OutboundDispatcher node = node(channel);
        node.start();
        assertThat(started.tryAcquire(8, 20, TimeUnit.SECONDS)).isTrue();
        var stopped = new Thread(node::stop);
        stopped.start();
        await().atMost(LONG).until(() -> count("test.stop", OutboundState.CLAIMED) == 0);
        open.countDown();
        stopped.join(20_000);
        assertThat(count("test.stop", OutboundState.SENT)).isEqualTo(8);
        assertThat(count("test.stop", OutboundState.PLANNED)).isEqualTo(22);
        assertThat(channel.sent).hasSize(8);
    }

    @Test
    void listsAreFilteredPagedAndOfOneWorkspace() {
        List<OutboundId> planned = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            planned.add(plan("test.plain", "list" + i % 2, "list/" + i, Map.of()));
        }
        planned.forEach(id -> awaitState(id, OutboundState.SENT));
        var lane = new DeliveryFilter("test.plain", "list0", OutboundState.SENT, null, null);
        var page = in(() -> outbound.page(lane, null, 2));
        assertThat(page.data()).extracting(DeliveryView::id).containsExactly(planned.get(4), planned.get(2));
        var rest = in(() -> outbound.page(lane, page.next(), 2));
        assertThat(rest.data()).extracting(DeliveryView::id).containsExactly(planned.get(0));
        assertThat(rest.next()).isNull();
        assertThatThrownBy(() -> in(() -> outbound.page(lane, "x", 2))).hasMessageStartingWith("invalid_value");
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        assertThat(in(() -> outbound.page(DeliveryFilter.all(), null, 9)).data())
                .isEmpty();
        assertThatThrownBy(() -> require(planned.get(0))).hasMessage("delivery_not_found");
        assertThat(in(() -> lanes.list(null))).isEmpty();
    }

    @Test
    void whatWasSaidIsForgottenAfterThirtyDays() {
        OutboundId id = plan("test.plain", "old", "old/1", Map.of());
        OutboundId young = plan("test.plain", "old", "old/2", Map.of());
        awaitState(id, OutboundState.SENT);
        awaitState(young, OutboundState.SENT);
        in(() -> transactions.execute(status -> jdbc.sql(
                        "update core.outbound_attempt set begun_at = now() - interval '31 days' where outbound_id = ?")
                .param(id.id())
                .update()));
        retention.forgetOldAttempts();
        assertThat(in(() -> outbound.attempts(id))).isEmpty();
        assertThat(in(() -> outbound.attempts(young))).hasSize(1);
        assertThat(require(id).state()).isEqualTo(OutboundState.SENT);
    }

    private OutboundDispatcher node(OutboundChannel channel) {
        return new OutboundDispatcher(ledger, book, gate, () -> List.of(channel), transactions, outboundMeters, bell);
    }

    private int count(String kind, OutboundState state) {
        return in(() -> Objects.requireNonNull(transactions.execute(
                status -> jdbc.sql("select count(*) from core.outbound where kind = ? and state = ?")
                        .params(kind, state.name())
                        .query(Integer.class)
                        .single())));
    }

    /** Of a kind that no worker of this process has. */
    private OutboundId planFor(String kind, String lane) {
        return plan(kind, lane, lane + "/1", Map.of());
    }

    private Claim claim(String kind, String lane) {
        return asSystem(() -> ledger.claim(new LaneKey(workspace, kind, lane), 1))
                .get(0);
    }

    private Delivery begin(Claim claim) {
        return in(() -> Objects.requireNonNull(
                transactions.execute(status -> ledger.begin(ledger.take(claim).orElseThrow()))));
    }

    private boolean settle(Delivery delivery, Outcome outcome) {
        return in(() -> Boolean.TRUE.equals(transactions.execute(status -> ledger.settle(delivery, outcome))));
    }

    private void reclaim(String kind, boolean mayRepeat) {
        asSystem(() -> ledger.reclaim(new String[] {kind}, mayRepeat ? new String[] {kind} : new String[0]));
    }

    private void expire(OutboundId id) {
        in(() -> transactions.execute(
                status -> jdbc.sql("update core.outbound set lease_until = now() - interval '1 s' where id = ?")
                        .param(id.id())
                        .update()));
    }

    private OutboundId plan(String kind, String lane, String key, Object payload) {
        return in(() ->
                Objects.requireNonNull(transactions.execute(status -> outbound.plan(wish(kind, lane, key, payload)))));
    }

    private OutboundId plan(Purpose purpose, String lane) {
        return in(() -> Objects.requireNonNull(transactions.execute(status -> outbound.plan(
                new PlanDelivery("test.plain", lane, ids.next().toString(), purpose, "s", Map.of(), null)))));
    }

    private static PlanDelivery wish(String kind, String lane, String key, Object payload) {
        return new PlanDelivery(kind, lane, key, Purpose.SERVICE, key, payload, null);
    }

    private LaneView lane(String lane) {
        return in(() -> lanes.list(null)).stream()
                .filter(each -> each.lane().equals(lane))
                .findFirst()
                .orElseThrow();
    }

    private DeliveryView require(OutboundId id) {
        return in(() -> outbound.require(id));
    }

    private DeliveryView awaitState(OutboundId id, OutboundState state) {
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> require(id).state() == state);
        return require(id);
    }

    private static void wait(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }

    private void run(Runnable work) {
        CurrentWorkspace.run(workspace, work);
    }

    private <T> T asSystem(Supplier<T> work) {
        return CurrentWorkspace.callAsSystem(() -> Objects.requireNonNull(transactions.execute(status -> work.get())));
    }
}
