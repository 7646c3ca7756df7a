package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventError;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.ProfileFilter.Identified;
import io.opsdeck.user.profile.ProfileRows.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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

    private static final int BUCKETS = 256;
    private static final int MOST_FILTERS = 20;

    private final JdbcClient jdbc;
    private final EventLog eventLog;
    private final ProfileRows rows;
    private final int most;

    @Autowired
    Profiles(JdbcClient jdbc, EventLog eventLog) {
        this(jdbc, eventLog, MOST);
    }

    Profiles(JdbcClient jdbc, EventLog eventLog, int most) {
        this.jdbc = jdbc;
        this.eventLog = eventLog;
        this.rows = new ProfileRows(jdbc);
        this.most = most;
    }

    /**
     * One page.
     *
     * @param filters all of them hold; empty for everybody
     * @param cursor where the last page ended, or null for the first
     */
    public Page<ProfileView> page(List<ProfileFilter> filters, ProfileOrder order, @Nullable String cursor, int limit) {
        return page(choose(filters, order), order, cursor, limit);
    }

    /** The first page and a count, which is exact up to {@value #MOST} and for all or all with a user id. */
    public ProfileList list(List<ProfileFilter> filters, ProfileOrder order, int limit) {
        Choice chosen = choose(filters, order);
        OptionalLong known = knownCount(filters, chosen.totals);
        Choice choice = chosen.few && known.isEmpty() ? gather(chosen) : chosen;
        ProfileCount count = known.isPresent()
                ? new ProfileCount(known.getAsLong(), chosen.totals.profiles(), false)
                : count(choice);
        return new ProfileList(page(choice, order, null, limit), count);
    }

    private Page<ProfileView> page(Choice choice, ProfileOrder order, @Nullable String cursor, int limit) {
        var slice = new Slice(order, cursor == null ? null : ProfileCursor.of(cursor), limit + 1);
        return Page.of(
                rows.views(ids(choice, slice)),
                limit,
                last -> new ProfileCursor(
                                order == ProfileOrder.LAST_SEEN ? last.lastSeenAt() : last.firstSeenAt(),
                                last.id().id())
                        .toString());
    }

    /**
     * Walks where that passes few profiles, also compared with the matches if they are known. The sample cannot say
     * whether those who match are the last of the order: a walk that takes twice as long as it should is given up for
     * the matches.
     */
    private List<String> ids(Choice choice, Slice slice) {
        ProfileConditions conditions = choice.conditions;
        long all = choice.totals.profiles();
        if (!choice.few) {
            return rows.alongOrder(conditions, slice, choice.onTheWay, all);
        }
        double way = slice.rows() / choice.onTheWay;
        if (way <= (choice.matches == null ? most / 2 : choice.matches.length / 4)) {
            List<String> found = rows.alongOrder(conditions, slice, choice.onTheWay, Math.round(2 * way));
            if (found.size() == slice.rows()) {
                return found;
            }
        }
        Choice gathered = choice.matches == null ? gather(choice) : choice;
        return gathered.matches == null
                ? rows.alongOrder(conditions, slice, choice.onTheWay, all)
                : rows.among(gathered.matches, slice);
    }

    private static OptionalLong knownCount(List<ProfileFilter> filters, Totals totals) {
        if (filters.isEmpty()) {
            return OptionalLong.of(totals.profiles());
        }
        if (filters.size() == 1 && filters.get(0) instanceof Identified which) {
            return OptionalLong.of(which.identified() ? totals.identified() : totals.profiles() - totals.identified());
        }
        return OptionalLong.empty();
    }

    private ProfileCount count(Choice choice) {
        long all = choice.totals.profiles();
        if (choice.matches != null) {
            return new ProfileCount(choice.matches.length, all, false);
        }
        long estimate = Math.round(choice.share * all);
        if (estimate > SURELY_MANY * most) {
            return new ProfileCount(estimate, all, true);
        }
        long count = choice.tooMany ? most + 1 : countUpTo(most + 1, choice.conditions);
        return count > most
                ? new ProfileCount(Math.max(estimate, count), all, true)
                : new ProfileCount(count, all, false);
    }

    private long countUpTo(int limit, ProfileConditions conditions) {
        List<Object> values = new ArrayList<>(conditions.values());
        values.add(limit);
        return jdbc.sql("select count(*) from (select from " + conditions.tables() + " where " + conditions.sql()
                        + " limit ?) c")
                .params(values)
                .query(Long.class)
                .single();
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
        return rows.views(persons.stream().map(PersonId::toString).distinct().toList()).stream()
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
        return jdbc.sql("select " + ProfileRows.COLUMNS + ", p.traits::text, coalesce(s.stamps::text, '{}')"
                        + " from users.profile p join users.activity a on a.profile_id = p.id"
                        + " left join users.trait_stamp s on s.profile_id = p.id where p.id = ?")
                .param(person.id())
                .query((row, number) -> new Profile(
                        ProfileRows.read(row, number),
                        traits(row.getString(9), row.getString(10)),
                        eventLog.identifiers(person)))
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
     * @param share the part of the profiles that match, as the sample has it
     * @param onTheWay the part of those that match of the profiles within the times that the order walks through
     * @param few whether the matches may be few enough to gather them
     * @param tooMany whether it is known that they are not
     * @param matches the ids of all matches, or null where they were not gathered
     */
    private record Choice(
            ProfileConditions conditions,
            Totals totals,
            double share,
            double onTheWay,
            boolean few,
            boolean tooMany,
            String @Nullable [] matches) {}

    private Choice choose(List<ProfileFilter> filters, ProfileOrder order) {
        ProfileConditions conditions = conditions(filters);
        Totals totals = totals();
        if (filters.isEmpty()) {
            return new Choice(conditions, totals, 1, 1, false, false, null);
        }
        Sample sample = sample(conditions, totals, order);
        double share = sample.matches / Math.max(1.0, sample.all);
        double onTheWay = sample.matches / Math.max(1.0, sample.onTheWay);
        boolean few = share * totals.profiles() <= SURELY_MANY * most;
        return new Choice(conditions, totals, share, onTheWay, few, false, null);
    }

    private Choice gather(Choice choice) {
        ProfileConditions conditions = choice.conditions;
        List<String> candidates = candidates(conditions);
        if (candidates.size() > most) {
            boolean tooMany = !conditions.needSecondLook();
            return new Choice(conditions, choice.totals, choice.share, choice.onTheWay, false, tooMany, null);
        }
        String[] ids = candidates.toArray(String[]::new);
        String[] matches = conditions.needSecondLook() ? rows.matching(ids, conditions) : ids;
        return new Choice(conditions, choice.totals, choice.share, choice.onTheWay, true, false, matches);
    }

    /** One more than {@link #most} where there are more. */
    private List<String> candidates(ProfileConditions conditions) {
        if (conditions.pattern() != null) {
            return ids("select users.profiles_by_text(?, ?)::text", List.of(conditions.pattern(), most + 1));
        }
        if (conditions.path() != null) {
            return ids("select users.profiles_by_traits(?::jsonpath, ?)::text", List.of(conditions.path(), most + 1));
        }
        List<Object> values = new ArrayList<>(conditions.values());
        values.add(most + 1);
        return ids(
                "select " + conditions.id() + "::text from " + conditions.tables() + " where " + conditions.sql()
                        + " limit ?",
                values);
    }

    private List<String> ids(String sql, List<Object> values) {
        return jdbc.sql(sql).params(values).query(String.class).list();
    }

    private record Sample(long all, long onTheWay, long matches) {}

    private Sample sample(ProfileConditions conditions, Totals totals, ProfileOrder order) {
        int buckets = (int) Math.max(1, Math.min(BUCKETS, (long) most * BUCKETS / Math.max(1, totals.profiles())));
        String profiles = conditions.needActivity()
                ? ProfileRows.people("array(select id from users.profile where bucket < ?)", true)
                : "users.profile p where p.bucket < ?";
        List<Object> values = new ArrayList<>(conditions.timeValues(order));
        values.addAll(conditions.values());
        values.add(buckets);
        return jdbc.sql("select count(*), count(*) filter (where " + conditions.times(order)
                        + "), count(*) filter (where " + conditions.sql() + ") from " + profiles)
                .params(values)
                .query((row, number) -> new Sample(row.getLong(1), row.getLong(2), row.getLong(3)))
                .single();
    }
}
