package io.opsdeck.core.system;

import java.util.List;

/** What holds in the tables of core. */
class CoreInvariants implements InvariantSource {

    @Override
    public List<Invariant> invariants() {
        return List.of(
                new Invariant("audit.chain", """
                        select count(*), min(fault || ' ' || workspace_id::text) from core.audit_check where fault is not null
                        """),
                new Invariant("audit.linked", """
                        select count(*), min(p.entry_id::text) from core.audit_pending p
                          join core.audit_entry e on e.id = p.entry_id where e.at < now() - interval '5 minutes'
                        """),
                new Invariant("audit.verified", """
                        select count(*), min(c.workspace_id::text) from core.audit_chain c
                          left join core.audit_check k on k.workspace_id = c.workspace_id
                          join core.workspace w on w.id = c.workspace_id
                        where greatest(k.checked_at, w.created_at) < now() - interval '3 days'
                        """),
                new Invariant("job.lease", """
                        select count(*), min(id::text) from core.job
                        where state = 'RUNNING' and lease_until < now() - interval '2 minutes'
                        """),
                new Invariant("job.ended", """
                        select count(*), min(id::text) from core.job
                        where (state in ('SUCCEEDED', 'FAILED', 'CANCELLED')) <> (finished_at is not null)
                        """),
                new Invariant("schedule.late", """
                        select count(*), min(task_name) from core.scheduled_tasks
                        where not picked and execution_time < now() - interval '10 minutes'
                        """),
                new Invariant("outbound.lease", """
                        select count(*), min(id::text) from core.outbound
                        where state in ('CLAIMED', 'ATTEMPTING') and lease_until < now() - interval '2 minutes'
                        """),
                new Invariant("outbound.ended", """
                        select count(*), min(id::text) from core.outbound
                        where (state in ('SENT', 'FAILED', 'SKIPPED', 'UNCERTAIN', 'CANCELLED')) <> (ended_at is not null)
                          or (state = 'SENT' and tries = 0)
                        """),
                new Invariant("outbound.overdue", """
                        select count(*), min(o.id::text) from core.outbound o
                          left join core.outbound_lane l
                            on l.workspace_id = o.workspace_id and l.kind = o.kind and l.lane = o.lane
                        where o.state in ('PLANNED', 'DEFERRED') and o.due_at < now() - interval '5 minutes'
                          and coalesce(l.breaker, 'CLOSED') = 'CLOSED' and l.per_minute is null
                          and coalesce(l.paused_until, now()) <= now()
                          and not exists (select from core.outbound_freeze f
                            where f.workspace_id = o.workspace_id and f.lifted_at is null
                              and (f.kind is null or f.kind = o.kind) and (f.lane is null or f.lane = o.lane))
                        """),
                new Invariant("file.whole", """
                        select count(*), min(f.id::text) from core.file f
                        where f.size <> (select coalesce(sum(length(p.bytes)), 0) from core.file_part p where p.file_id = f.id)
                        """),
                new Invariant("workspace.owner", """
                        select count(*), min(w.id::text) from core.workspace w
                        where not exists (select from core.membership m where m.workspace_id = w.id and m.role = 'owner')
                        """),
                new Invariant("workspace.walls", "select * from core.rows_across_workspaces()"));
    }
}
