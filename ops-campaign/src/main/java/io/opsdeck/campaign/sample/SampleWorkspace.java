package io.opsdeck.campaign.sample;

import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.Members.MemberView;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A workspace with a real retailer's year: 47,243 orders of 2,378 households, the campaigns they were targeted by and
 * the coupons they redeemed. Loaded by a job through the import; refreshed by a new one, so that its dates end within
 * the past week again.
 */
@Service
public class SampleWorkspace {

    private static final int DAYS_OF_WEEK = 7;
    private static final String CURRENCY = "USD";

    private final Workspaces workspaces;
    private final Members members;
    private final Roles roles;
    private final Jobs jobs;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    SampleWorkspace(
            Workspaces workspaces,
            Members members,
            Roles roles,
            Jobs jobs,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Clock clock) {
        this.workspaces = workspaces;
        this.members = members;
        this.roles = roles;
        this.jobs = jobs;
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What is known of the sample in a workspace.
     *
     * @param daysMoved by how many days the dates were moved, a multiple of 7
     */
    public record SampleView(int daysMoved, Instant loadedAt) {}

    /** Empty where the current workspace is none. */
    @Transactional(readOnly = true)
    public Optional<SampleView> find() {
        return jdbc.sql("select days_moved, loaded_at from campaign.sample_workspace")
                .query((row, number) ->
                        new SampleView(row.getInt(1), row.getTimestamp(2).toInstant()))
                .optional();
    }

    /** The first of the workspaces that holds the sample. Looks into each, so it must be called outside of one. */
    @Transactional(propagation = Propagation.NEVER)
    public Optional<WorkspaceId> among(Collection<WorkspaceId> candidates) {
        return candidates.stream()
                .filter(each -> CurrentWorkspace.call(
                        each, () -> Boolean.TRUE.equals(transactions.execute(status -> find().isPresent()))))
                .findFirst();
    }

    /** Makes a workspace with the sample; its data come within a minute. */
    @Transactional(propagation = Propagation.NEVER)
    public WorkspaceId create(UUID owner, ZoneId zone, String locale) {
        String name = locale.startsWith("zh") ? "示例：一家超市的一年" : "Sample: a grocer’s year";
        var settings = WorkspaceSettings.of(name, zone.getId(), "MONDAY", CURRENCY, locale);
        return create(settings, List.of(), Map.of(owner, Role.OWNER));
    }

    /** Puts a freshly loaded workspace with the same members in the place of the current one; answers the new one. */
    @Transactional(propagation = Propagation.NEVER)
    public WorkspaceId refresh() {
        record Found(WorkspaceSettings settings, List<RoleView> roles, Map<UUID, Role> team) {}

        Found found = java.util.Objects.requireNonNull(transactions.execute(status -> {
            requireSample();
            Map<UUID, Role> team = new java.util.LinkedHashMap<>();
            members.list("").stream()
                    .sorted(Comparator.comparing(MemberView::joinedAt))
                    .forEach(member -> team.put(member.id(), member.role()));
            return new Found(workspaces.require(CurrentWorkspace.require()).settings(), roles.list(), team);
        }));
        WorkspaceId before = CurrentWorkspace.require();
        WorkspaceId fresh = create(found.settings(), found.roles(), found.team());
        CurrentWorkspace.run(before, workspaces::deleteCurrent);
        return fresh;
    }

    /** Removes the current workspace; refused where {@code mine}, the caller's workspaces, has no other one. */
    @Transactional(propagation = Propagation.NEVER)
    public void delete(List<WorkspaceId> mine) {
        transactions.executeWithoutResult(status -> requireSample());
        if (mine.size() < 2) {
            throw SampleError.ONLY_WORKSPACE.exception();
        }
        workspaces.deleteCurrent();
    }

    private WorkspaceId create(WorkspaceSettings settings, List<RoleView> adopted, Map<UUID, Role> team) {
        int days = daysToMove(LocalDateTime.ofInstant(clock.instant(), settings.timeZone()));
        return workspaces
                .create(settings, workspace -> {
                    roles.adopt(adopted);
                    team.forEach(members::join);
                    jdbc.sql(
                                    "insert into campaign.sample_workspace (workspace_id, days_moved, loaded_at) values (?, ?, ?)")
                            .params(workspace.id(), days, Timestamp.from(clock.instant()))
                            .update();
                    jobs.start(SampleJob.KIND, settings.name(), new SampleJob.Order(days));
                })
                .id();
    }

    /** The largest multiple of 7 that leaves the last purchase in the past. */
    static int daysToMove(LocalDateTime now) {
        long days = ChronoUnit.DAYS.between(SampleFile.LAST, now);
        return Math.toIntExact(Math.floorDiv(days, DAYS_OF_WEEK) * DAYS_OF_WEEK);
    }

    private void requireSample() {
        if (find().isEmpty()) {
            throw SampleError.NOT_A_SAMPLE.exception();
        }
    }
}
