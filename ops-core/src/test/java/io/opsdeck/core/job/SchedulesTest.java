package io.opsdeck.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.Schedules.ScheduleView;
import io.opsdeck.core.job.Timetable.Frequency;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
@Import(SchedulesTest.Work.class)
class SchedulesTest {

    private static final Timetable MORNINGS =
            new Timetable(Frequency.DAILY, 0, LocalTime.of(9, 0), ZoneId.of("Asia/Shanghai"));

    @Autowired
    Schedules schedules;

    @Autowired
    ScheduleClock clock;

    @Autowired
    Jobs jobs;

    @Autowired
    Members members;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));
    UUID member = new UUID(0, 9);

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        member = member(Role.OPERATOR);
    }

    @TestConfiguration
    static class Work {

        @Bean
        ScheduledWork reminders(Jobs jobs) {
            return new ScheduledWork() {
                @Override
                public String kind() {
                    return "test.reminder";
                }

                @Override
                public JobId start(String parameters) {
                    return jobs.start(kind(), parameters, Map.of());
                }
            };
        }

        @Bean
        JobHandler reminder() {
            return new JobHandler() {
                @Override
                public String kind() {
                    return "test.reminder";
                }

                @Override
                public Object run(JobRun run) {
                    return Map.of("by", Actor.current().name());
                }
            };
        }
    }

    private record Tick(Instant dueAt, String outcome, boolean job) {}

    @Test
    void whatIsDueStartsOnceHoweverManyNodesLook() throws Exception {
        ScheduleId id = create();
        Instant due = Instant.now().minusSeconds(60);
        dueAt(id, due);
        var together = new CountDownLatch(1);
        List<CompletableFuture<Void>> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add(CompletableFuture.runAsync(() -> {
                try {
                    together.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                clock.tick();
            }));
        }
        together.countDown();
        for (CompletableFuture<Void> node : nodes) {
            node.get();
        }
        tick(id);
        assertThat(in(() -> jobs.page(JobFilter.ALL, null, 10)).data())
                .hasSize(1)
                .allMatch(job -> job.startedBy().equals("Lin"));
        assertThat(ticks(id)).hasSize(1);
        assertThat(require(id).nextAt()).isAfter(Instant.now());
        assertThat(Objects.requireNonNull(require(id).last()).outcome()).isEqualTo(TickOutcome.STARTED);
    }

    @Test
    void theSameTimeIsNeverStartedTwice() {
        ScheduleId id = create();
        Instant due = MORNINGS.next(Instant.now().minusSeconds(86_400));
        dueAt(id, due);
        tick(id);
        int first = in(() -> jobs.page(JobFilter.ALL, null, 10)).data().size();
        dueAt(id, due);
        tick(id);
        assertThat(in(() -> jobs.page(JobFilter.ALL, null, 10)).data()).hasSize(first);
    }

    @Test
    void afterALongStopOneRunIsMadeAtMostAndTheOthersSayThatTheyWereLeftOut() {
        ScheduleId id = create();
        Instant now = Instant.now();
        List<Instant> missed = MORNINGS.next(now.minusSeconds(4 * 86_400), 4);
        missed.removeIf(time -> time.isAfter(now));
        dueAt(id, missed.get(0));
        tick(id);
        List<Tick> ticks = ticks(id);
        assertThat(ticks).extracting(Tick::dueAt).isEqualTo(missed);
        assertThat(ticks.subList(0, ticks.size() - 1))
                .allMatch(tick -> tick.outcome().equals("MISSED"));
        Tick last = ticks.get(ticks.size() - 1);
        boolean late = last.dueAt().isBefore(now.minusSeconds(6 * 3600));
        assertThat(last.outcome()).isEqualTo(late ? "TOO_LATE" : "STARTED");
        assertThat(last.job()).isEqualTo(!late);
        assertThat(require(id).nextAt()).isEqualTo(MORNINGS.next(now));
    }

    @Test
    void aPausedScheduleStartsNothingAndMakesUpForNothing() {
        ScheduleId id = create();
        in(() -> {
            schedules.pause(id, true, access(member));
            return true;
        });
        dueAt(id, Instant.now().minusSeconds(60));
        clock.tick();
        assertThat(ticks(id)).isEmpty();
        in(() -> {
            schedules.pause(id, false, access(member));
            return true;
        });
        clock.tick();
        assertThat(ticks(id)).isEmpty();
        assertThat(require(id).nextAt()).isAfter(Instant.now());
    }

    @Test
    void aScheduleThatNobodyCanStartHoldsUpNoOther() {
        ScheduleId broken = in(() -> schedules.create("test.nothing", "Broken", MORNINGS, Map.of(), access(member)));
        ScheduleId sound = create();
        dueAt(broken, Instant.now().minusSeconds(120));
        dueAt(sound, Instant.now().minusSeconds(60));
        tick(sound);
        assertThat(ticks(broken)).isEmpty();
        assertThat(ticks(sound)).hasSize(1);
        in(() -> {
            schedules.delete(broken, access(member));
            return true;
        });
    }

    @Test
    void onlyItsOwnerAndWhoManagesJobsMayChangeASchedule() {
        ScheduleId id = create();
        UUID stranger = member(Role.ANALYST);
        UUID manager = member(Role.MANAGER);
        Access other = access(stranger);
        assertThatThrownBy(() -> in(() -> schedules.runNow(id, other))).hasMessageStartingWith("forbidden");
        assertThatThrownBy(() -> in(() -> {
                    schedules.delete(id, other);
                    return true;
                }))
                .hasMessageStartingWith("forbidden");
        JobId job = in(() -> schedules.runNow(id, access(manager)));
        assertThat(in(() -> jobs.require(job)).startedBy()).isEqualTo("Lin");
        assertThat(Objects.requireNonNull(require(id).last()).outcome()).isEqualTo(TickOutcome.BY_HAND);
        var evenings = new Timetable(Frequency.WEEKLY, 5, LocalTime.of(18, 0), ZoneId.of("Europe/Berlin"));
        in(() -> {
            schedules.change(id, evenings, access(member));
            return true;
        });
        assertThat(require(id).timetable()).isEqualTo(evenings);
        assertThat(require(id).nextAt()).isEqualTo(evenings.next(Instant.now()));
    }

    @Test
    void whatComesNextIsReckonedAnewWhenTheRulesOfAZoneChange() {
        ScheduleId id = create();
        dueAt(id, require(id).nextAt().plusSeconds(3600));
        clock.reckon();
        assertThat(require(id).nextAt()).isEqualTo(MORNINGS.next(Instant.now()));
    }

    /** The thread of the clock may be at it as well. */
    private void tick(ScheduleId id) {
        clock.tick();
        await().until(() -> require(id).nextAt().isAfter(Instant.now()));
    }

    private ScheduleId create() {
        return in(() -> schedules.create("test.reminder", "Mornings", MORNINGS, Map.of("a", 1), access(member)));
    }

    private void dueAt(ScheduleId id, Instant at) {
        in(() -> transactions.execute(status -> jdbc.sql("update core.schedule set next_at = ? where id = ?")
                .params(java.sql.Timestamp.from(at), id.id())
                .update()));
    }

    private List<Tick> ticks(ScheduleId id) {
        return in(() -> Objects.requireNonNull(transactions.execute(status -> jdbc.sql(
                        "select due_at, outcome, job_id is not null from core.schedule_tick where schedule_id = ?"
                                + " order by due_at")
                .param(id.id())
                .query((row, number) -> new Tick(row.getTimestamp(1).toInstant(), row.getString(2), row.getBoolean(3)))
                .list())));
    }

    private ScheduleView require(ScheduleId id) {
        return in(() -> schedules.require(id));
    }

    private Access access(UUID member) {
        return members.access(member, null, workspace).orElseThrow();
    }

    private UUID member(Role role) {
        return in(() -> Objects.requireNonNull(transactions.execute(status -> {
            UUID id = members.register(ids.next() + "@example.com", "Lin", "seven quiet herons");
            members.join(id, role);
            return id;
        })));
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
