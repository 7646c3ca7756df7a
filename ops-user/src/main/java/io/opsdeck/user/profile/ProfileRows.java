package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.PersonId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rows of a page, by two ways that find the same. Behind a policy the planner takes a condition on a profile for one
 * that hardly anybody meets, and a workspace that its statistics do not know for an empty one. Joins that it plans by
 * this read all matches, or all profiles, again for each row they join. So it has no join to plan: ids are read from one
 * index in its order, and {@code users.people_of} looks each of them up by its key.
 */
final class ProfileRows {

    /** What {@link #read} reads. */
    static final String COLUMNS =
            "p.id, p.user_id, p.name, p.email, p.phone, p.first_seen_at, a.last_seen_at, a.events";

    private static final String[] SORTING = {"enable_sort", "enable_bitmapscan", "enable_seqscan"};

    /** The sample is a little off; most walks should end with their first piece. */
    private static final double MARGIN = 1.25;

    /** So many persons are looked up at once. */
    private static final long LARGEST_PIECE = 20_000;

    /**
     * Where a page begins and ends.
     *
     * @param from the row before the first, or null at the beginning
     */
    record Slice(ProfileOrder order, @Nullable ProfileCursor from, int rows) {

        private String begin(List<Object> values) {
            if (from == null) {
                return "";
            }
            values.add(Timestamp.from(from.at()));
            values.add(from.id());
            return " and (" + order.column() + ", " + order.id() + ") < (?, ?)";
        }

        private String sorted() {
            return " order by " + order.column() + " desc, " + order.id() + " desc";
        }
    }

    private final JdbcClient jdbc;

    ProfileRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The ids of a page, found by walking the index of the order and looking at each profile.
     *
     * @param share the part of the profiles on the way that match, as far as is known
     * @param longest after so many profiles the walk ends with what it found
     */
    List<String> alongOrder(ProfileConditions conditions, Slice slice, double share, long longest) {
        ProfileOrder order = slice.order;
        List<Object> values = new ArrayList<>(conditions.timeValues(order));
        String ids = "array(select " + order.id() + " from " + order.table() + " where " + conditions.times(order)
                + slice.begin(values) + slice.sorted() + " limit ? offset ?)";
        String sql = "select p.id::text from " + people(ids, conditions.needActivity()) + " where " + conditions.sql()
                + " order by p.nr limit ?";
        var found = new ArrayList<String>();
        double expected = slice.rows / share * (share < 1 ? MARGIN : 1);
        long piece = (long) Math.ceil(Math.min(expected, LARGEST_PIECE));
        sorting("off");
        for (long passed = 0; passed < longest && found.size() < slice.rows; passed += piece, piece *= 2) {
            piece = Math.min(Math.min(piece, LARGEST_PIECE), longest - passed);
            List<Object> each = new ArrayList<>(values);
            each.add(piece);
            each.add(passed);
            each.addAll(conditions.values());
            each.add(slice.rows - found.size());
            found.addAll(jdbc.sql(sql).params(each).query(String.class).list());
        }
        sorting("on");
        return found;
    }

    /** The ids of a page of {@code ids}. */
    List<String> among(String[] ids, Slice slice) {
        List<Object> values = new ArrayList<>();
        values.add(ids);
        String sql = "select p.id::text from " + people("?::uuid[]", slice.order == ProfileOrder.LAST_SEEN)
                + " where true" + slice.begin(values) + slice.sorted() + " limit ?";
        values.add(slice.rows);
        return jdbc.sql(sql).params(values).query(String.class).list();
    }

    /** Those of {@code ids} that meet all conditions. */
    String[] matching(String[] ids, ProfileConditions conditions) {
        List<Object> values = new ArrayList<>();
        values.add(ids);
        values.addAll(conditions.values());
        return jdbc.sql("select p.id::text from " + people("?::uuid[]", conditions.needActivity()) + " where "
                        + conditions.sql())
                .params(values)
                .query(String.class)
                .list()
                .toArray(String[]::new);
    }

    /** What is shown of those of {@code ids} that have a profile, in their order. */
    List<ProfileView> views(Collection<String> ids) {
        return jdbc.sql("select " + COLUMNS + " from " + people("?::uuid[]", true)
                        + " where a.last_seen_at is not null order by p.nr")
                .param(ids.toArray(String[]::new))
                .query(ProfileRows::read)
                .list();
    }

    /** Persons as the profile {@code p} and the activity {@code a} that conditions speak of. */
    static String people(String ids, boolean activity) {
        return "users.people_of(" + ids + ", " + activity + ") p"
                + " cross join lateral (select p.id as profile_id, p.last_seen_at, p.events) a";
    }

    private void sorting(String state) {
        jdbc.sql("select set_config(name, ?, true) from unnest(?::text[]) name")
                .params(state, SORTING)
                .query(String.class)
                .list();
    }

    static ProfileView read(ResultSet row, int number) throws SQLException {
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
}
