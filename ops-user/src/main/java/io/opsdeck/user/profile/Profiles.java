package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventError;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.ProfileFilter.Identified;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

/**
 * The profiles of the current workspace: lists, look-up and what is known about one. They follow the event log and lag
 * behind it by less than a second. A list with filters first looks at a fixed sample of about {@value #MOST} profiles:
 * where much matches, the list is walked in its order; where little matches, the matches are found first.
 */
@Service
@Transactional(readOnly = true)
public class Profiles {

    /** Up to here a count is exact, and matches are gathered before they are sorted. */
    private static final int MOST = 10_000;

    /** The sample of some 10,000 profiles is never off by as much where so many match. */
    private static final double SURELY_MANY = 1.3;

    private static final String[] SORTING = {
        "enable_sort", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan", "enable_seqscan"
    };

    private static final int BUCKETS = 256;
    private static final int MOST_FILTERS = 20;
    private static final String ROW =
            "p.id, p.user_id, p.name, p.email, p.phone, p.first_seen_at, a.last_seen_at, a.events";

    private final JdbcClient jdbc;
    private final EventLog eventLog;
    private final int most;

    @Autowired
    Profiles(JdbcClient jdbc, EventLog eventLog) {
        this(jdbc, eventLog, MOST);
    }

    Profiles(JdbcClient jdbc, EventLog eventLog, int most) {
        this.jdbc = jdbc;
        this.eventLog = eventLog;
        this.most = most;
    }

    /**
     * One page.
     *
     * @param filters all of them hold; empty for everybody
     * @param cursor where the last page ended, or null for the first
     */
    public Page<ProfileView> page(List<ProfileFilter> filters, ProfileOrder order, @Nullable String cursor, int limit) {
        return page(choose(filters), order, cursor, limit);
    }

    /** The first page and a count, which is exact up to {@value #MOST} and for all or all with a user id. */
    public ProfileList list(List<ProfileFilter> filters, ProfileOrder order, int limit) {
        Choice choice = choose(filters);
        ProfileCount count = count(filters, choice);
        return new ProfileList(page(choice, order, null, limit), count);
    }

    private Page<ProfileView> page(Choice choice, ProfileOrder order, @Nullable String cursor, int limit) {
        ProfileConditions conditions = choice.conditions;
        String[] matches = choice.matches;
        var sql = new StringBuilder(
                        "select " + ROW + " from users.profile p join users.activity a on a.profile_id = p.id where ")
                .append(conditions.sql());
        List<Object> values = new ArrayList<>(conditions.values());
        if (matches != null) {
            sql.append(" and p.id = any(?::uuid[])");
            values.add(matches);
        } else if (conditions.needProfiles() && choice.totals.profiles() > most) {
            walk();
        }
        String id = order == ProfileOrder.LAST_SEEN ? "a.profile_id" : "p.id";
        if (cursor != null) {
            sql.append(" and (" + order.column() + ", " + id + ") < (?, ?)");
            ProfileCursor from = ProfileCursor.of(cursor);
            values.add(Timestamp.from(from.at()));
            values.add(from.id());
        }
        sql.append(" order by " + order.column() + " desc, " + id + " desc limit ?");
        values.add(limit + 1);
        List<ProfileView> rows =
                jdbc.sql(sql.toString()).params(values).query(Profiles::read).list();
        return Page.of(
                rows,
                limit,
                last -> new ProfileCursor(
                                order == ProfileOrder.LAST_SEEN ? last.lastSeenAt() : last.firstSeenAt(),
                                last.id().id())
                        .toString());
    }

    /**
     * Many match: the page is found by walking the index of its order and looking at each profile. The planner does not
     * know how many match behind a policy and would read and sort all of them.
     */
    private void walk() {
        jdbc.sql("select set_config(name, 'off', true) from unnest(?::text[]) name")
                .param(SORTING)
                .query(String.class)
                .list();
    }

    private ProfileCount count(List<ProfileFilter> filters, Choice choice) {
        ProfileConditions conditions = choice.conditions;
        Totals totals = choice.totals;
        if (filters.isEmpty()) {
            return new ProfileCount(totals.profiles(), totals.profiles(), false);
        }
        if (filters.size() == 1 && filters.get(0) instanceof Identified which) {
            long count = which.identified() ? totals.identified() : totals.profiles() - totals.identified();
            return new ProfileCount(count, totals.profiles(), false);
        }
        long estimate = Math.round(choice.share * totals.profiles());
        if (choice.matches == null && estimate > SURELY_MANY * most) {
            return new ProfileCount(estimate, totals.profiles(), true);
        }
        List<Object> values = new ArrayList<>(conditions.values());
        if (choice.matches != null) {
            values.add(choice.matches);
        }
        values.add(most + 1);
        long count = jdbc.sql("select count(*) from (select from " + conditions.tables() + " where " + conditions.sql()
                        + (choice.matches == null ? "" : " and p.id = any(?::uuid[])") + " limit ?) c")
                .params(values)
                .query(Long.class)
                .single();
        if (count <= most) {
            return new ProfileCount(count, totals.profiles(), false);
        }
        if (!conditions.needProfiles()) {
            estimate = Math.round(share(conditions, totals) * totals.profiles());
        }
        return new ProfileCount(Math.max(estimate, count), totals.profiles(), true);
    }

    /**
     * Everything about a person; one that was merged leads to the one it is now.
     *
     * @throws io.opsdeck.core.error.OpsdeckException {@link EventError#PERSON_NOT_FOUND}
     */
    public Profile require(PersonId person) {
        return eventLog.current(person).flatMap(this::find).orElseThrow(EventError.PERSON_NOT_FOUND::exception);
    }

    /** The profiles of persons, as far as they are known yet. */
    public Map<PersonId, ProfileView> views(Collection<PersonId> persons) {
        return jdbc
                .sql("select " + ROW + " from users.profile p join users.activity a on a.profile_id = p.id"
                        + " where p.id = any(?)")
                .param(persons.stream().map(PersonId::id).toArray(UUID[]::new))
                .query(Profiles::read)
                .stream()
                .collect(Collectors.toMap(ProfileView::id, view -> view));
    }

    /**
     * The person that {@code identifier} leads to: a user id, else an anonymous id, else an e-mail address or a phone
     * number in any format, of which the person seen last.
     *
     * @param contact false leaves out addresses and numbers, and user ids that look like one
     */
    public Optional<PersonId> lookup(String identifier, boolean contact) {
        if (!contact) {
            return ContactMask.isIn(identifier) ? Optional.empty() : eventLog.findPerson(identifier.strip());
        }
        return eventLog.findPerson(identifier.strip())
                .or(() -> byContact("email", Contact.mail(identifier)))
                .or(() -> byContact("phone", Contact.phone(identifier)));
    }

    /** The row of whoever {@link #lookup} finds. */
    public Optional<ProfileView> find(String identifier, boolean contact) {
        return lookup(identifier, contact).map(this::require).map(Profile::view);
    }

    /** What a person did, latest first by when it happened, merged persons included. */
    public Page<LoggedEvent> timeline(PersonId person, @Nullable String cursor, int limit) {
        PersonId current = eventLog.current(person).orElseThrow(EventError.PERSON_NOT_FOUND::exception);
        return eventLog.history(current, cursor, limit);
    }

    private Optional<Profile> find(PersonId person) {
        return jdbc.sql("select " + ROW + ", p.traits::text, coalesce(s.stamps::text, '{}')"
                        + " from users.profile p join users.activity a on a.profile_id = p.id"
                        + " left join users.trait_stamp s on s.profile_id = p.id where p.id = ?")
                .param(person.id())
                .query((row, number) -> new Profile(
                        read(row, number), traits(row.getString(9), row.getString(10)), eventLog.identifiers(person)))
                .optional();
    }

    private static List<Profile.Trait> traits(String values, String stamps) {
        JsonNode times = Traits.JSON.readTree(stamps);
        var traits = new ArrayList<Profile.Trait>();
        Traits.JSON
                .readTree(values)
                .forEachEntry((name, value) -> traits.add(new Profile.Trait(
                        name,
                        value,
                        Instant.ofEpochMilli(times.path(name).path(0).asLong(0)))));
        traits.sort(Comparator.comparing(Profile.Trait::name));
        return List.copyOf(traits);
    }

    private Optional<PersonId> byContact(String column, @Nullable String value) {
        if (value == null) {
            return Optional.empty();
        }
        return jdbc.sql("select p.id from users.profile p join users.activity a on a.profile_id = p.id where p."
                        + column + " = ? order by a.last_seen_at desc, p.id limit 1")
                .param(value)
                .query(UUID.class)
                .optional()
                .map(PersonId::new);
    }

    private static ProfileConditions conditions(List<ProfileFilter> filters) {
        if (filters.size() > MOST_FILTERS) {
            throw ProfileError.TOO_MANY_PROFILE_FILTERS.at("f", MOST_FILTERS);
        }
        return new ProfileConditions(filters);
    }

    private record Totals(long profiles, long identified) {}

    private Totals totals() {
        return jdbc.sql("select profiles, identified from users.profile_count")
                .query((row, number) -> new Totals(row.getLong(1), row.getLong(2)))
                .optional()
                .orElse(new Totals(0, 0));
    }

    /**
     * How a list is found.
     *
     * @param share the part of the profiles that match, as the sample has it; 0 where it was not asked
     * @param matches the ids of all matches where there are few, or null where it is better to walk the list
     */
    private record Choice(ProfileConditions conditions, Totals totals, double share, String @Nullable [] matches) {}

    private Choice choose(List<ProfileFilter> filters) {
        ProfileConditions conditions = conditions(filters);
        Totals totals = totals();
        if (totals.profiles() <= most || !conditions.needProfiles()) {
            return new Choice(conditions, totals, 0, null);
        }
        double share = share(conditions, totals);
        String[] matches = share * totals.profiles() > most ? null : matches(conditions);
        return new Choice(conditions, totals, share, matches);
    }

    /** All ids, or null when there are too many. */
    private String @Nullable [] matches(ProfileConditions conditions) {
        List<String> ids;
        if (conditions.pattern() != null) {
            ids = jdbc.sql("select users.profiles_by_text(?, ?)::text")
                    .params(conditions.pattern(), most + 1)
                    .query(String.class)
                    .list();
        } else if (conditions.path() != null) {
            ids = jdbc.sql("select users.profiles_by_traits(?::jsonpath, ?)::text")
                    .params(conditions.path(), most + 1)
                    .query(String.class)
                    .list();
        } else {
            List<Object> values = new ArrayList<>(conditions.values());
            values.add(most + 1);
            ids = jdbc.sql("select p.id::text from " + conditions.tables() + " where " + conditions.sql() + " limit ?")
                    .params(values)
                    .query(String.class)
                    .list();
        }
        return ids.size() > most ? null : ids.toArray(String[]::new);
    }

    /** The part of the sample that matches, from 0 to 1. */
    private double share(ProfileConditions conditions, Totals totals) {
        int buckets = (int) Math.max(1, Math.min(BUCKETS, (long) most * BUCKETS / Math.max(1, totals.profiles())));
        List<Object> values = new ArrayList<>(conditions.values());
        values.add(buckets);
        return jdbc.sql("select (count(*) filter (where " + conditions.sql()
                        + "))::float8 / greatest(count(*), 1) from " + conditions.tables() + " where p.bucket < ?")
                .params(values)
                .query(Double.class)
                .single();
    }

    private static ProfileView read(ResultSet row, int number) throws SQLException {
        return new ProfileView(
                new PersonId(row.getObject(1, UUID.class)),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getTimestamp(6).toInstant(),
                row.getTimestamp(7).toInstant(),
                row.getLong(8));
    }

    private record ProfileCursor(Instant at, UUID id) {

        static ProfileCursor of(String text) {
            int cut = text.indexOf('_');
            try {
                return new ProfileCursor(
                        Instant.parse(text.substring(0, Math.max(cut, 0))), UUID.fromString(text.substring(cut + 1)));
            } catch (DateTimeException | IllegalArgumentException e) {
                throw EventError.INVALID_CURSOR.at("cursor");
            }
        }

        @Override
        public String toString() {
            return at + "_" + id;
        }
    }
}
