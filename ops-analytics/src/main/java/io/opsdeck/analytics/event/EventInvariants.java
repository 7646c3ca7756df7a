package io.opsdeck.analytics.event;

import io.opsdeck.core.system.Invariant;
import io.opsdeck.core.system.InvariantSource;
import java.util.List;

/** What holds in the event log. */
class EventInvariants implements InvariantSource {

    @Override
    public List<Invariant> invariants() {
        return List.of(
                new Invariant("event.once", """
                        select count(*), min(message_id) from (
                          select source_id, message_id from analytics.event where received_at > now() - interval '1 day'
                          group by source_id, message_id having count(*) > 1) twice
                        """),
                new Invariant("event.partition", """
                        select count(*), min(leaf) from (select 'analytics.event_'
                          || to_char(date_trunc('month', now() at time zone 'UTC') + interval '1 month', 'YYYYMM') as leaf) next
                        where to_regclass(leaf) is null
                        """),
                new Invariant("person.merged", """
                        select count(*), min(p.id::text) from analytics.person p
                          join analytics.person s on s.id = p.merged_into where s.merged_into is not null
                        """));
    }
}
