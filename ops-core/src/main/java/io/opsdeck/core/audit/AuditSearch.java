package io.opsdeck.core.audit;

import io.opsdeck.core.audit.AuditFilter.AuditObject;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds the ids of a page among many millions of entries. Each condition has an index that ends with the time, so a page
 * is the newest of what a few short walks along such an index find: one for each action or pair of actor and action.
 * Which of these there are is read from the same indexes, from each value to the next.
 */
@Component
class AuditSearch {

    /** Where more actors are meant, a walk along all entries soon meets enough of theirs. */
    private static final int MOST_ACTORS = 20;

    /** Comes before every id, so that (moment, this) is the first place at that moment. */
    private static final UUID NOBODY = new UUID(0, 0);

    private static final String BY_TIME = "e.at desc, e.id desc";

    /** Where both are the same in all rows this changes nothing but which index has that order. */
    private static final String BY_ACTOR = "e.actor_id, e.action, e.at desc, e.id desc";

    private static final String ACTIONS = """
            with recursive known (action) as (
              (select e.action from core.audit_entry e order by e.action limit 1)
              union all
              select (select e.action from core.audit_entry e where e.action > k.action order by e.action limit 1)
              from known k where k.action is not null)
            select action from known where action is not null
            """;

    /** Those without an id, such as Opsdeck itself, come last. */
    private static final String ACTORS = """
            with recursive known (id) as (
              (select e.actor_id from core.audit_entry e where e.actor_id is not null order by e.actor_id limit 1)
              union all
              select (select e.actor_id from core.audit_entry e where e.actor_id > k.id order by e.actor_id limit 1)
              from known k where k.id is not null)
            select id, (select e.actor_name from core.audit_entry e where e.actor_id = k.id limit 1)
            from known k where id is not null
            union all
            (select null, e.actor_name from core.audit_entry e where e.actor_id is null limit 1)
            """;

    private final JdbcClient jdbc;

    AuditSearch(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param id null for those that have none */
    record KnownActor(@Nullable UUID id, String name) {}

    List<String> actions() {
        return jdbc.sql(ACTIONS).query(String.class).list();
    }

    List<KnownActor> actors() {
        return jdbc.sql(ACTORS)
                .query((row, number) -> new KnownActor(row.getObject(1, UUID.class), row.getString(2)))
                .list();
    }

    /** The newest {@code limit} entries that are older than the given one. */
    List<UUID> newest(AuditFilter filter, Instant beforeAt, UUID beforeId, int limit) {
        List<String> actions = filter.limitsActions()
                ? actions().stream().filter(filter::wants).toList()
                : List.of();
        List<KnownActor> actors = filter.actor().isEmpty()
                ? List.of()
                : actors().stream()
                        .filter(actor -> isMeant(actor, filter.actor()))
                        .toList();
        if ((filter.limitsActions() && actions.isEmpty()) || (!filter.actor().isEmpty() && actors.isEmpty())) {
            return List.of();
        }
        var query = new Query(filter, beforeAt, beforeId, limit);
        if (filter.object() != null || !filter.text().isEmpty()) {
            query.byObjectOrText(actions, actors);
        } else if (!actors.isEmpty() && actors.size() <= MOST_ACTORS) {
            query.byActor(actions.isEmpty() ? actions() : actions, actors);
        } else if (!actions.isEmpty()) {
            query.byAction(actions, actors);
        } else {
            query.walk("", List.of(), actions, actors);
        }
        return query.run();
    }

    private static boolean isMeant(KnownActor actor, String text) {
        return actor.name().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT))
                || (actor.id() != null && text.equals(actor.id().toString()));
    }

    /** Walks, put together by {@code union all}; each has the parameters of its own conditions first. */
    private final class Query {

        private final AuditFilter filter;
        private final Instant beforeAt;
        private final UUID beforeId;
        private final int limit;
        private final List<String> walks = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        Query(AuditFilter filter, Instant beforeAt, UUID beforeId, int limit) {
            boolean bounded = filter.until() != null && filter.until().isBefore(beforeAt);
            this.filter = filter;
            this.beforeAt = bounded ? Objects.requireNonNull(filter.until()) : beforeAt;
            this.beforeId = bounded ? NOBODY : beforeId;
            this.limit = limit;
        }

        void byObjectOrText(List<String> actions, List<KnownActor> actors) {
            AuditObject object = filter.object();
            if (object != null) {
                String text = filter.text().isEmpty() ? "" : " and ? in (e.request_id, e.address, e.object_id)";
                List<Object> given = new ArrayList<>(List.of(object.id(), object.type()));
                if (!text.isEmpty()) {
                    given.add(filter.text());
                }
                walk("e.object_id = ? and e.object_type = ?" + text, given, actions, actors);
                return;
            }
            for (String column : List.of("object_id", "request_id", "address")) {
                walk("e." + column + " = ?", List.of(filter.text()), actions, actors);
            }
        }

        void byActor(List<String> actions, List<KnownActor> actors) {
            UUID[] known = actors.stream()
                    .flatMap(actor -> Optional.ofNullable(actor.id()).stream())
                    .toArray(UUID[]::new);
            String[] wanted = actions.toArray(String[]::new);
            if (known.length > 0) {
                values.add(known);
                values.add(wanted);
                each(
                        "(select a.id as actor, b.action from unnest(?::uuid[]) a (id), unnest(?::text[]) b (action)) p",
                        "e.actor_id = p.actor and e.action = p.action",
                        BY_ACTOR);
            }
            if (known.length < actors.size()) {
                values.add(wanted);
                each("unnest(?::text[]) p (action)", "e.actor_id is null and e.action = p.action", BY_ACTOR);
            }
        }

        void byAction(List<String> actions, List<KnownActor> actors) {
            values.add(actions.toArray(String[]::new));
            each("unnest(?::text[]) p (action)", "e.action = p.action" + ofActors(actors), BY_TIME);
        }

        void walk(String condition, List<?> given, List<String> actions, List<KnownActor> actors) {
            values.addAll(given);
            String all = condition.isEmpty() ? "true" : condition;
            if (!actions.isEmpty()) {
                all += " and e.action = any(?)";
                values.add(actions.toArray(String[]::new));
            }
            walks.add(newest(all + ofActors(actors), BY_TIME));
        }

        private void each(String source, String condition, String order) {
            walks.add("select w.id, w.at from " + source + " cross join lateral (" + newest(condition, order) + ") w");
        }

        private String ofActors(List<KnownActor> actors) {
            if (actors.isEmpty()) {
                return "";
            }
            values.add(actors.stream()
                    .flatMap(actor -> Optional.ofNullable(actor.id()).stream())
                    .toArray(UUID[]::new));
            boolean nobody = actors.stream().anyMatch(actor -> actor.id() == null);
            return nobody ? " and (e.actor_id = any(?) or e.actor_id is null)" : " and e.actor_id = any(?)";
        }

        private String newest(String condition, String order) {
            String bounds = " and (e.at, e.id) < (?, ?)";
            values.add(Timestamp.from(beforeAt));
            values.add(beforeId);
            if (filter.from() != null) {
                bounds += " and e.at >= ?";
                values.add(Timestamp.from(filter.from()));
            }
            values.add(limit);
            return "(select e.id, e.at from core.audit_entry e where " + condition + bounds + " order by " + order
                    + " limit ?)";
        }

        List<UUID> run() {
            values.add(limit);
            return jdbc.sql("select f.id from (select distinct w.id, w.at from (" + String.join(" union all ", walks)
                            + ") w) f order by f.at desc, f.id desc limit ?")
                    .params(values)
                    .query(UUID.class)
                    .list();
        }
    }
}
