package io.opsdeck.user.profile;

import io.opsdeck.analytics.insight.Filter.Operator;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.ProfileFilter.FirstSeen;
import io.opsdeck.user.profile.ProfileFilter.Identified;
import io.opsdeck.user.profile.ProfileFilter.LastSeen;
import io.opsdeck.user.profile.ProfileFilter.Text;
import io.opsdeck.user.profile.ProfileFilter.Trait;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Filters as SQL over {@code users.profile p} and {@code users.activity a}, every value a bound parameter. */
final class ProfileConditions {

    private static final Pattern REGEX_SPECIAL = Pattern.compile("[\\\\.\\[\\]{}()*+?^$|]");

    private final StringBuilder sql = new StringBuilder("true");
    private final List<Object> values = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final Map<ProfileOrder, StringBuilder> times = new EnumMap<>(ProfileOrder.class);
    private final Map<ProfileOrder, List<Object>> timeValues = new EnumMap<>(ProfileOrder.class);
    private final int filters;
    private boolean indexed;
    private boolean ofProfile;
    private boolean ofActivity;
    private boolean masked;

    @Nullable
    private String pattern;

    ProfileConditions(List<ProfileFilter> filters) {
        this.filters = filters.size();
        for (ProfileFilter filter : filters) {
            if (filter instanceof Trait trait) {
                add(trait);
            } else if (filter instanceof Identified identified) {
                ofProfile = true;
                sql.append(" and p.user_id is ").append(identified.identified() ? "not null" : "null");
            } else if (filter instanceof LastSeen seen) {
                ofActivity = true;
                range(ProfileOrder.LAST_SEEN, seen.from(), seen.to());
            } else if (filter instanceof FirstSeen seen) {
                ofProfile = true;
                range(ProfileOrder.FIRST_SEEN, seen.from(), seen.to());
            } else if (filter instanceof Text text) {
                ofProfile = true;
                pattern = pattern(text.text());
                sql.append(" and p.search like lower(?)");
                values.add(pattern);
                if (!text.contact()) {
                    masked = true;
                    withoutContact(pattern);
                }
            }
        }
    }

    String sql() {
        return sql.toString();
    }

    List<Object> values() {
        return values;
    }

    /** The conditions on the time that {@code order} sorts by, of those in {@link #sql}. */
    String times(ProfileOrder order) {
        return times.getOrDefault(order, new StringBuilder("true")).toString();
    }

    List<Object> timeValues(ProfileOrder order) {
        return timeValues.getOrDefault(order, List.of());
    }

    /** What to read from, without a table that no condition needs. */
    String tables() {
        if (!ofActivity) {
            return "users.profile p";
        }
        return ofProfile ? "users.profile p join users.activity a on a.profile_id = p.id" : "users.activity a";
    }

    /** The person in {@link #tables}. */
    String id() {
        return ofActivity && !ofProfile ? "a.profile_id" : "p.id";
    }

    boolean needActivity() {
        return ofActivity;
    }

    /** The pattern of the last text, for the index of the search. */
    @Nullable
    String pattern() {
        return pattern;
    }

    /** All trait conditions as one jsonpath, where the index of the traits helps. */
    @Nullable
    String path() {
        return indexed ? String.join(" && ", paths) : null;
    }

    /** Whether what the indexes find by {@link #pattern} or {@link #path} may not meet the other conditions. */
    boolean needSecondLook() {
        return pattern != null ? filters > 1 || masked : indexed && paths.size() < filters;
    }

    private void withoutContact(String pattern) {
        sql.append(" and (false");
        for (String column : List.of("p.name", "p.user_id")) {
            sql.append(" or (lower(E'\\n' || ")
                    .append(column)
                    .append(") like lower(?) and ")
                    .append(column)
                    .append(" !~ ?)");
            values.add(pattern);
            values.add(ContactMask.LOOKS);
        }
        sql.append(')');
    }

    private void range(ProfileOrder order, @Nullable Instant from, @Nullable Instant to) {
        if (from != null) {
            bound(order, " >= ?", from);
        }
        if (to != null) {
            bound(order, " < ?", to);
        }
    }

    private void bound(ProfileOrder order, String comparison, Instant value) {
        String condition = " and " + order.column() + comparison;
        sql.append(condition);
        values.add(Timestamp.from(value));
        times.computeIfAbsent(order, each -> new StringBuilder("true")).append(condition);
        timeValues.computeIfAbsent(order, each -> new ArrayList<>()).add(Timestamp.from(value));
    }

    private void add(Trait trait) {
        ofProfile = true;
        if (trait.operator() == Operator.BEFORE || trait.operator() == Operator.AFTER) {
            sql.append(" and users.instant_of(p.traits #>> ?::text[]) ")
                    .append(trait.operator() == Operator.BEFORE ? '<' : '>')
                    .append(" ?");
            values.add(trait.path().toArray(String[]::new));
            values.add(Timestamp.from(Instant.parse(trait.values().get(0))));
            return;
        }
        String path = path(trait);
        paths.add(path);
        indexed |= trait.operator() == Operator.EQ || trait.operator() == Operator.IN;
        sql.append(" and p.traits @@ ?::jsonpath");
        values.add(path);
    }

    /**
     * A filter inside exists() takes what cannot be compared as no match, so that its negation is a match; lax paths
     * look into lists by themselves.
     */
    private static String path(Trait trait) {
        var at = new StringBuilder("$");
        trait.path().forEach(name -> at.append('.').append(quote(name)));
        List<String> values = trait.values();
        return switch (trait.operator()) {
            case EQ, IN -> exists(at, equal(values));
            case NEQ, NOT_IN -> "!" + exists(at, equal(values));
            case CONTAINS -> exists(at, like("", values.get(0), ""));
            case NOT_CONTAINS -> "!" + exists(at, like("", values.get(0), ""));
            case STARTS_WITH -> exists(at, like("^", values.get(0), ""));
            case ENDS_WITH -> exists(at, like("", values.get(0), "$"));
            case GT -> exists(at, "@.double() > " + values.get(0));
            case GTE -> exists(at, "@.double() >= " + values.get(0));
            case LT -> exists(at, "@.double() < " + values.get(0));
            case LTE -> exists(at, "@.double() <= " + values.get(0));
            case BETWEEN -> exists(at, "@.double() >= " + values.get(0) + " && @.double() <= " + values.get(1));
            case IS_SET -> exists(at, "@ != null");
            case IS_NOT_SET -> "!" + exists(at, "@ != null");
            case BEFORE, AFTER -> throw new IllegalArgumentException("times are compared outside of the path");
        };
    }

    private static String exists(CharSequence at, String condition) {
        return "exists(" + at + " ? (" + condition + "))";
    }

    private static String equal(List<String> values) {
        var any = new ArrayList<String>();
        for (String value : values) {
            any.add("@ == " + quote(value));
            if (Trait.isNumber(value) || value.equals("true") || value.equals("false")) {
                any.add("@ == " + value);
            }
        }
        return String.join(" || ", any);
    }

    private static String like(String before, String text, String after) {
        String literal = REGEX_SPECIAL.matcher(text).replaceAll("\\\\$0");
        return "@ like_regex " + quote(before + literal + after) + " flag \"i\"";
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Below three characters there is no trigram but the one at the beginning of a word. */
    private static String pattern(String text) {
        String literal = text.replaceAll("[\\\\%_]", "\\\\$0");
        boolean few = text.codePointCount(0, text.length()) < 3;
        return (few ? "%\n" : "%") + literal + "%";
    }
}
