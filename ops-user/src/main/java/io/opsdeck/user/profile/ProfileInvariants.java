package io.opsdeck.user.profile;

import io.opsdeck.core.system.Invariant;
import io.opsdeck.core.system.InvariantSource;
import java.util.List;

/** What holds for profiles and their reader of the event log. */
class ProfileInvariants implements InvariantSource {

    @Override
    public List<Invariant> invariants() {
        return List.of(new Invariant("profile.count", """
                        select count(*), min(workspace_id::text) from (
                          select workspace_id, count(*) as profiles, count(user_id) as identified
                          from users.profile group by workspace_id) p
                        full join users.profile_count c using (workspace_id)
                        where coalesce(p.profiles, 0) <> coalesce(c.profiles, 0)
                          or coalesce(p.identified, 0) <> coalesce(c.identified, 0)
                        """), new Invariant("profile.cursor", """
                        select count(*), min(reader) from users.log_cursor
                        where event_tx >= pg_snapshot_xmax(pg_current_snapshot())
                          or alias_tx >= pg_snapshot_xmax(pg_current_snapshot())
                        """));
    }
}
