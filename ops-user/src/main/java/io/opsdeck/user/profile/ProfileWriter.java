package io.opsdeck.user.profile;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.LogReader.PersonAlias;
import io.opsdeck.analytics.event.LogReader.Sighting;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.store.TraitLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes what a batch of the logs changes, in the transaction of the caller. A batch is folded in memory and written by
 * at most ten statements over arrays, whatever its size; the row of a profile is only written where an event changed
 * more than its activity.
 */
final class ProfileWriter {

    private final JdbcClient jdbc;
    private final TraitLog traitLog;

    ProfileWriter(JdbcClient jdbc, TraitLog traitLog) {
        this.jdbc = jdbc;
        this.traitLog = traitLog;
    }

    /**
     * {@code survivors} holds every merged person of the batch with the one it is now.
     *
     * @return the profiles that are new and those that are gone; one that only goes on under another id is no new one
     */
    List<ProfileChange> write(List<Sighting> sightings, List<PersonAlias> aliases, Map<PersonId, PersonId> survivors) {
        Map<UUID, ProfileState> states = new TreeMap<>();
        for (Sighting sighting : sightings) {
            PersonId person = survivors.getOrDefault(sighting.person(), sighting.person());
            states.computeIfAbsent(
                            person.id(),
                            id -> new ProfileState(id, sighting.workspace().id()))
                    .see(sighting);
        }
        List<ProfileChange> changes = takeMerged(states, aliases, survivors);
        states.values().removeIf(state -> state.events == 0);
        if (states.isEmpty()) {
            return changes;
        }
        Set<UUID> known = writeProfiles(states);
        writeActivity(new ArrayList<>(states.values()));
        changes.forEach(change -> known.add(requireNonNull(change.into())));
        var all = new ArrayList<ProfileChange>();
        for (ProfileState state : states.values()) {
            if (!known.contains(state.id)) {
                all.add(new ProfileChange(state.workspace, state.id, null));
            }
        }
        all.addAll(changes);
        return all;
    }

    private List<ProfileChange> takeMerged(
            Map<UUID, ProfileState> states, List<PersonAlias> aliases, Map<PersonId, PersonId> survivors) {
        Map<UUID, UUID> merged = new HashMap<>();
        for (PersonAlias alias : aliases) {
            PersonId survivor = survivors.getOrDefault(alias.person(), alias.canonical());
            merged.put(alias.person().id(), survivor.id());
        }
        if (merged.isEmpty()) {
            return List.of();
        }
        String[] losers = texts(List.copyOf(merged.keySet()), UUID::toString);
        Map<UUID, Activity> activity = new HashMap<>();
        jdbc.sql(
                        "delete from users.activity where profile_id = any(?::uuid[]) returning profile_id, last_seen_at, events")
                .param(losers)
                .query(row -> {
                    var active = new Activity(row.getTimestamp(2).getTime(), row.getLong(3));
                    activity.put(row.getObject(1, UUID.class), active);
                });
        Map<UUID, String> stamps = new HashMap<>();
        jdbc.sql("delete from users.trait_stamp where profile_id = any(?::uuid[]) returning profile_id, stamps::text")
                .param(losers)
                .query(row -> {
                    stamps.put(row.getObject(1, UUID.class), row.getString(2));
                });
        List<ProfileState> gone = jdbc.sql("delete from users.profile where id = any(?::uuid[])"
                        + " returning id, workspace_id, first_seen_at, user_id, user_id_since, traits::text")
                .param(losers)
                .query((row, number) -> read(row, stamps.getOrDefault(row.getObject(1, UUID.class), "{}")))
                .list();
        traitLog.remove(gone.stream().map(loser -> loser.id).toList());
        var changes = new ArrayList<ProfileChange>();
        for (ProfileState loser : gone) {
            Activity active = requireNonNull(activity.get(loser.id));
            loser.lastSeen = active.lastSeen();
            loser.events = active.events();
            UUID survivor = requireNonNull(merged.get(loser.id));
            states.computeIfAbsent(survivor, id -> new ProfileState(id, loser.workspace))
                    .add(loser);
            changes.add(new ProfileChange(loser.workspace, loser.id, survivor));
        }
        return changes;
    }

    private record Activity(long lastSeen, long events) {}

    /** The ids of those that there were before. */
    private Set<UUID> writeProfiles(Map<UUID, ProfileState> states) {
        Map<UUID, ProfileState> open = new TreeMap<>(states);
        Set<UUID> known = new HashSet<>();
        jdbc.sql("select id, first_seen_at, user_id, user_id_since from users.profile where id = any(?::uuid[])")
                .param(texts(List.copyOf(states.keySet()), UUID::toString))
                .query(row -> {
                    UUID id = row.getObject(1, UUID.class);
                    known.add(id);
                    String user = row.getString(3);
                    long since =
                            user == null ? Long.MAX_VALUE : row.getTimestamp(4).getTime();
                    if (!requireNonNull(open.get(id))
                            .tellsMoreThan(row.getTimestamp(2).getTime(), user, since)) {
                        open.remove(id);
                    }
                });
        if (open.isEmpty()) {
            return known;
        }
        jdbc.sql("select p.id, p.workspace_id, p.first_seen_at, p.user_id, p.user_id_since, p.traits::text,"
                        + " coalesce(s.stamps::text, '{}') from users.profile p"
                        + " left join users.trait_stamp s on s.profile_id = p.id"
                        + " where p.id = any(?::uuid[]) order by p.id for update of p")
                .param(texts(List.copyOf(open.keySet()), UUID::toString))
                .query(row -> {
                    requireNonNull(open.get(row.getObject(1, UUID.class))).continues(read(row, row.getString(7)));
                });
        upsertProfiles(
                open.values().stream().filter(ProfileState::changesProfile).toList());
        upsertStamps(open.values().stream().filter(ProfileState::changesStamps).toList());
        traitLog.write(open.values().stream()
                .filter(ProfileState::changesTraits)
                .map(ProfileState::known)
                .toList());
        return known;
    }

    private void upsertProfiles(List<ProfileState> rows) {
        if (rows.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        insert into users.profile (id, workspace_id, first_seen_at, user_id, user_id_since, name, email, phone,
                          traits)
                        select * from unnest(?::uuid[], ?::uuid[], ?::timestamptz[], ?::text[], ?::timestamptz[], ?::text[],
                          ?::text[], ?::text[], ?::jsonb[])
                        on conflict (id) do update set first_seen_at = excluded.first_seen_at, user_id = excluded.user_id,
                          user_id_since = excluded.user_id_since, name = excluded.name, email = excluded.email,
                          phone = excluded.phone, traits = excluded.traits
                        """)
                .param(texts(rows, row -> row.id.toString()))
                .param(texts(rows, row -> row.workspace.toString()))
                .param(texts(rows, row -> time(row.firstSeen)))
                .param(texts(rows, row -> row.userId))
                .param(texts(rows, row -> row.userId == null ? null : time(row.userIdSince)))
                .param(texts(rows, row -> Contact.name(row.traits())))
                .param(texts(rows, row -> Contact.mail(row.traits().text("email"))))
                .param(texts(rows, row -> Contact.phone(row.traits().text("phone"))))
                .param(texts(rows, row -> row.traits().values()))
                .update();
    }

    private void upsertStamps(List<ProfileState> rows) {
        if (rows.isEmpty()) {
            return;
        }
        jdbc.sql("""
                        insert into users.trait_stamp (profile_id, workspace_id, stamps)
                        select * from unnest(?::uuid[], ?::uuid[], ?::jsonb[])
                        on conflict (profile_id) do update set stamps = excluded.stamps
                        """)
                .param(texts(rows, row -> row.id.toString()))
                .param(texts(rows, row -> row.workspace.toString()))
                .param(texts(rows, row -> row.traits().stamps()))
                .update();
    }

    private void writeActivity(List<ProfileState> rows) {
        jdbc.sql("""
                        insert into users.activity as a (profile_id, workspace_id, last_seen_at, events)
                        select * from unnest(?::uuid[], ?::uuid[], ?::timestamptz[], ?::bigint[])
                        on conflict (profile_id) do update set last_seen_at = greatest(a.last_seen_at, excluded.last_seen_at),
                          events = a.events + excluded.events
                        """)
                .param(texts(rows, row -> row.id.toString()))
                .param(texts(rows, row -> row.workspace.toString()))
                .param(texts(rows, row -> time(row.lastSeen)))
                .param(texts(rows, row -> Long.toString(row.events)))
                .update();
    }

    private static ProfileState read(ResultSet row, String stamps) throws SQLException {
        var state =
                new ProfileState(row.getObject(1, UUID.class), row.getObject(2, UUID.class), row.getString(6), stamps);
        state.firstSeen = row.getTimestamp(3).getTime();
        String user = row.getString(4);
        if (user != null) {
            state.know(user, row.getTimestamp(5).getTime());
        }
        return state;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> text) {
        var texts = new @Nullable String[rows.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = text.apply(rows.get(i));
        }
        return texts;
    }
}
