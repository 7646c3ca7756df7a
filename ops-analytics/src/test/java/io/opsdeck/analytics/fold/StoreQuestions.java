package io.opsdeck.analytics.fold;

import io.opsdeck.analytics.fold.Intervals.Unit;
import io.opsdeck.analytics.fold.StoreTrial.Question;
import io.opsdeck.analytics.fold.StoreTrial.Said;
import io.opsdeck.analytics.fold.StoreWorld.Bug;
import io.opsdeck.analytics.fold.StoreWorld.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Random questions of every kind, each with what the references say to it. */
final class StoreQuestions {

    static final List<String> KINDS =
            List.of("trend", "funnel", "retention", "lifecycle", "stickiness", "paths", "attribution");

    private static final String[] NAMES = {"view", "cart", "buy", "help", "旅程 开始"};
    private static final long HOUR = 3_600_000L;

    private final Random random;
    private final StoreWorld world;
    private final Set<String> options = new TreeSet<>();
    private final LocalDate first;
    private final LocalDate last;
    private final long from;
    private final long to;
    private final @Nullable BiPredicate<Row, String> scope;
    private final boolean scopeOfPerson;
    private final StringBuilder json;

    /** @param first 0 every event, 1 the first one of its name, 2 the first one that matches */
    private record Asked(String json, @Nullable String name, BiPredicate<Row, String> test, int first) {

        boolean names(Row row) {
            return name == null || name.equals(row.name());
        }
    }

    private record Filter(String json, BiPredicate<Row, String> test, boolean profile) {}

    StoreQuestions(Random random, StoreWorld world) {
        this.random = random;
        this.world = world;
        first = world.base().plusDays(random.nextInt(6));
        last = first.plusDays(random.nextInt(8));
        from = first.atStartOfDay(world.zone()).toInstant().toEpochMilli();
        to = last.plusDays(1).atStartOfDay(world.zone()).toInstant().toEpochMilli();
        json = new StringBuilder();
        if (random.nextInt(4) == 0) {
            Filter filter = filter();
            json.append(",\"filters\":[").append(filter.json).append(']');
            scope = filter.test;
            scopeOfPerson = filter.profile;
        } else {
            scope = null;
            scopeOfPerson = false;
        }
    }

    Question of(String kind) {
        json.insert(0, "{\"kind\":\"" + kind + "\",\"range\":{\"from\":\"" + first + "\",\"to\":\"" + last + "\"}");
        return switch (kind) {
            case "trend" -> trend();
            case "funnel" -> funnel();
            case "retention" -> retention();
            case "lifecycle" -> lifecycle();
            case "stickiness" -> stickiness();
            case "paths" -> paths();
            default -> attribution();
        };
    }

    private Filter filter() {
        switch (random.nextInt(5)) {
            case 0 -> {
                options.add("filtered by profile");
                return new Filter(
                        "{\"source\":\"profile\",\"property\":\"plan\",\"op\":\"eq\",\"value\":\"pro\"}",
                        (row, plan) -> plan.equals("pro"),
                        true);
            }
            case 1 -> {
                options.add("filtered by profile");
                return new Filter(
                        "{\"source\":\"profile\",\"property\":\"plan\",\"op\":\"neq\",\"value\":\"pro\"}",
                        (row, plan) -> !plan.equals("pro"),
                        true);
            }
            case 2 -> {
                return new Filter(
                        "{\"property\":\"country\",\"op\":\"not_in\",\"value\":[\"CN\",\"US\"]}",
                        (row, plan) -> !Set.of("CN", "US").contains(row.country()),
                        false);
            }
            case 3 -> {
                return new Filter(
                        "{\"property\":\"amount\",\"op\":\"gte\",\"value\":5}",
                        (row, plan) -> row.amount() >= 5,
                        false);
            }
            default -> {
                return new Filter(
                        "{\"property\":\"country\",\"op\":\"is_set\"}",
                        (row, plan) -> !row.country().isEmpty(),
                        false);
            }
        }
    }

    private Asked matcher() {
        return matcher(true);
    }

    private Asked matcher(boolean maybeFirst) {
        String name = random.nextInt(6) == 0 ? null : NAMES[random.nextInt(NAMES.length)];
        var text = new StringBuilder("\"event\":").append(name == null ? "null" : '"' + name + '"');
        BiPredicate<Row, String> test = (row, plan) -> true;
        if (random.nextInt(4) == 0) {
            Filter filter = filter();
            text.append(",\"filters\":[").append(filter.json).append(']');
            test = filter.test;
        }
        int once = maybeFirst && random.nextInt(6) == 0 ? 1 + random.nextInt(2) : 0;
        if (once > 0) {
            options.add(once == 1 ? "first ever" : "first matching");
            text.append(",\"first\":\"").append(once == 1 ? "ever" : "matching").append('"');
        }
        return new Asked(text.toString(), name, test, once);
    }

    /** A person as the references see it. */
    private record Person(UUID id, String plan, List<Row> rows, List<Event> events) {}

    /** Everybody who counts, with the matchers that each event meets as bits. */
    private List<Person> people(List<Asked> matchers, Function<Row, Integer> value, @Nullable Bug bug) {
        List<Person> people = new ArrayList<>();
        world.people(bug).forEach((id, rows) -> {
            String plan = world.plan(id, rows, bug);
            if (scope != null && scopeOfPerson && !scope.test(rows.get(0), plan)) {
                return;
            }
            int[] bits = new int[rows.size()];
            for (int k = 0; k < matchers.size(); k++) {
                Asked matcher = matchers.get(k);
                boolean over = false;
                for (int i = 0; i < bits.length; i++) {
                    Row row = rows.get(i);
                    boolean matches = matcher.names(row)
                            && matcher.test.test(row, plan)
                            && (scope == null || scope.test(row, plan));
                    bits[i] |= matches && !over ? 1 << k : 0;
                    boolean seen = bug != Bug.FIRST_EVER_WITHIN_THE_RANGE || row.at() >= from;
                    over |= seen && (matcher.first == 1 ? matcher.names(row) : matcher.first == 2 && matches);
                }
            }
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < bits.length; i++) {
                Row row = rows.get(i);
                events.add(new Event(row.at(), bits[i], value.apply(row), row.item() + 1, row.amount()));
            }
            people.add(new Person(id, plan, rows, events));
        });
        return people;
    }

    /** By which a result is split: texts by number, 0 is none. */
    private static final class Split {

        final boolean profile;
        final int limit;
        private final List<String> texts = new ArrayList<>(List.of("(none)"));

        Split(boolean profile, int limit) {
            this.profile = profile;
            this.limit = limit;
        }

        int number(String text) {
            if (text.isEmpty()) {
                return 0;
            }
            if (!texts.contains(text)) {
                texts.add(text);
            }
            return texts.indexOf(text);
        }

        String text(int number) {
            return texts.get(number);
        }
    }

    /** What a split of the result is, for a reference: each says it anew, since numbers go by appearance. */
    private @Nullable Split split(int limit, String attribution) {
        if (random.nextInt(2) == 0) {
            return null;
        }
        boolean profile = random.nextInt(3) == 0;
        options.add(profile ? "split by profile" : "split by event");
        json.append(",\"breakdown\":{\"source\":\"")
                .append(profile ? "profile" : "event")
                .append("\",\"property\":\"")
                .append(profile ? "plan" : "country")
                .append("\",\"limit\":")
                .append(limit)
                .append(",\"attribution\":\"")
                .append(attribution)
                .append("\"}");
        return new Split(profile, limit);
    }

    private static Breakdown kind(@Nullable Split split) {
        return split == null ? Breakdown.NONE : split.profile ? Breakdown.PROFILE : Breakdown.EVENT;
    }

    private static Function<Row, Integer> values(@Nullable Split split) {
        return split == null || split.profile ? row -> 0 : row -> split.number(row.country());
    }

    private static boolean isDropped(@Nullable Split split, int value, @Nullable Bug bug) {
        return split != null && value == 0 && bug == Bug.MISSING_VALUE_DROPPED;
    }

    private Unit unit() {
        Unit unit = random.nextInt(3) == 0 ? Unit.WEEK : Unit.DAY;
        json.append(",\"interval\":\"")
                .append(unit.name().toLowerCase(Locale.ROOT))
                .append('"');
        return unit;
    }

    private Intervals intervals(Unit unit) {
        return Intervals.calendar(unit, world.zone(), world.weekStart(), from, to)
                .clip(from, to);
    }

    private Question question(String kind, @Nullable String point, StoreTrial.Reference reference) {
        return new Question(kind, json.append('}').toString(), point, Set.copyOf(options), reference);
    }

    // Trend

    private record Series(Asked matcher, String measure, int rolling) {}

    private record Hit(int series, UUID person, int value, int interval, double amount) {}

    private Question trend() {
        Unit unit = unit();
        Intervals intervals = intervals(unit);
        Split split = split(1 + random.nextInt(3), "first");
        List<String> measures = new ArrayList<>(List.of(
                "total", "unique", "per_user", "sum", "average", "min", "max", "median", "active", "stickiness"));
        if (unit == Unit.DAY) {
            measures.addAll(List.of("sessions", "session_length", "bounce_rate"));
        }
        List<Series> series = new ArrayList<>();
        json.append(",\"series\":[");
        for (int i = random.nextInt(2); i >= 0; i--) {
            String measure = measures.get(random.nextInt(measures.size()));
            boolean rolls = measure.equals("active") || measure.equals("stickiness");
            Series one = new Series(matcher(), measure, rolls ? 1 + random.nextInt(3) : 0);
            options.add(measure);
            json.append(series.isEmpty() ? "{" : ",{")
                    .append(one.matcher.json)
                    .append(",\"measure\":\"")
                    .append(measure)
                    .append('"');
            if (rolls) {
                json.append(",\"rolling\":").append(one.rolling);
            }
            if (Set.of("sum", "average", "min", "max", "median").contains(measure)) {
                json.append(",\"property\":\"amount\"");
            }
            json.append('}');
            series.add(one);
        }
        json.append(']');
        int interval = random.nextInt(intervals.size());
        boolean pointed = split == null
                && !series.get(0).measure.contains("ses")
                && !series.get(0).measure.contains("bounce");
        String point = pointed ? "{\"label\":\"" + intervals.label(interval) + "\"}" : null;
        return question(
                "trend", point, (seen, bug) -> new TrendReference(series, split, unit, intervals, bug).say(interval));
    }

    private final class TrendReference {

        private final List<Series> series;
        private final @Nullable Split split;
        private final Intervals intervals;
        private final LocalCalendar calendar;
        private final @Nullable Bug bug;
        private final List<Person> people;

        TrendReference(List<Series> series, @Nullable Split split, Unit unit, Intervals intervals, @Nullable Bug bug) {
            this.series = series;
            this.split = split;
            this.intervals = intervals;
            this.bug = bug;
            this.calendar = world.calendar(unit, bug);
            this.people = StoreQuestions.this.people(
                    series.stream().map(Series::matcher).toList(), values(split), bug);
        }

        private int interval(long at) {
            return (int) (calendar.number(at) - calendar.number(intervals.start(0)));
        }

        private int value(Person person, Event event) {
            return split != null && split.profile ? split.number(person.plan) : event.value();
        }

        /** All events of a series, in the range or not. */
        private List<Hit> hits(int one, boolean inRange) {
            List<Hit> hits = new ArrayList<>();
            for (Person person : people) {
                for (Event event : person.events) {
                    boolean counts = event.is(1 << one) && (!inRange || (event.at() >= from && event.at() < to));
                    int value = value(person, event);
                    if (counts && !isDropped(split, value, bug)) {
                        hits.add(new Hit(one, person.id, value, interval(event.at()), event.amount()));
                    }
                }
            }
            return hits;
        }

        Said say(int at) {
            Map<String, Double> numbers = new TreeMap<>();
            List<Integer> shown = shown();
            int rows = split == null ? 1 : shown.size() + 1;
            for (int one = 0; one < series.size(); one++) {
                for (int row = 0; row < rows; row++) {
                    String name = split == null ? "null" : row < shown.size() ? split.text(shown.get(row)) : "other";
                    if (row == shown.size() && split != null && !isOther(shown)) {
                        continue;
                    }
                    numbers(numbers, name + "|" + one + "|", one, shown, row);
                }
            }
            Set<UUID> behind = new HashSet<>();
            int window = Math.max(1, series.get(0).rolling);
            for (Hit hit : hits(0, series.get(0).rolling == 0)) {
                if (hit.interval <= at && hit.interval > at - window) {
                    behind.add(hit.person);
                }
            }
            return new Said(numbers, behind);
        }

        private Set<Integer> seen() {
            Set<Integer> values = new TreeSet<>();
            for (int one = 0; one < series.size(); one++) {
                hits(one, true).forEach(hit -> values.add(hit.value));
            }
            return values;
        }

        private boolean isOther(List<Integer> shown) {
            return seen().size() > shown.size();
        }

        private List<Integer> shown() {
            if (split == null) {
                return List.of();
            }
            Map<Integer, Double> totals = new HashMap<>();
            String measure = series.get(0).measure;
            for (int value : seen()) {
                List<Hit> hits =
                        hits(0, true).stream().filter(hit -> hit.value == value).toList();
                totals.put(
                        value,
                        switch (measure) {
                            case "unique", "active", "stickiness" -> (double) persons(hits);
                            case "sum" ->
                                amounts(hits).stream().mapToDouble(each -> each).sum();
                            case "sessions", "session_length", "bounce_rate" -> sessions(0, value, "begun", -1);
                            default -> (double) hits.size();
                        });
            }
            return totals.keySet().stream()
                    .sorted(Comparator.comparingDouble((Integer value) -> -totals.get(value))
                            .thenComparing(split::text))
                    .limit(split.limit)
                    .toList();
        }

        private boolean isIn(List<Integer> shown, int row, int value) {
            return split == null || (row < shown.size() ? shown.get(row) == value : !shown.contains(value));
        }

        private void numbers(Map<String, Double> numbers, String name, int one, List<Integer> shown, int row) {
            Series of = series.get(one);
            boolean rolls = of.rolling > 0;
            List<Hit> inRange = hits(one, true).stream()
                    .filter(hit -> isIn(shown, row, hit.value))
                    .toList();
            List<Hit> ever = hits(one, false).stream()
                    .filter(hit -> isIn(shown, row, hit.value))
                    .toList();
            for (int i = 0; i < intervals.size(); i++) {
                int at = i;
                double number;
                if (rolls) {
                    double active = persons(ever, i - of.rolling + 1, i);
                    double sum = 0;
                    for (int k = 0; k < of.rolling; k++) {
                        sum += persons(ever, i - k, i - k);
                    }
                    number = of.measure.equals("active") ? active : sum / of.rolling / active;
                } else {
                    number = isOfSessions(of)
                            ? ofSessions(of.measure, one, shown, row, i)
                            : number(
                                    of.measure,
                                    inRange.stream()
                                            .filter(hit -> hit.interval == at)
                                            .toList());
                }
                put(numbers, name + i, number);
            }
            double total = switch (of.measure) {
                case "active" -> persons(inRange);
                case "stickiness" -> {
                    double sum = 0;
                    for (int i = 0; i < intervals.size(); i++) {
                        sum += persons(inRange, i, i);
                    }
                    yield sum / intervals.size() / persons(inRange);
                }
                case "sessions", "session_length", "bounce_rate" -> ofSessions(of.measure, one, shown, row, -1);
                default -> number(of.measure, inRange);
            };
            put(numbers, name + "total", total);
        }

        private boolean isOfSessions(Series of) {
            return Set.of("sessions", "session_length", "bounce_rate").contains(of.measure);
        }

        private double ofSessions(String measure, int one, List<Integer> shown, int row, int interval) {
            double[] sums = new double[4];
            String[] whats = {
                measure.equals("sessions") && interval >= 0 ? "count" : "begun", "begun", "length", "bounces"
            };
            Set<Integer> all = new TreeSet<>();
            people.forEach(person -> person.events.forEach(event -> all.add(value(person, event))));
            for (int value : split == null ? Set.of(0) : all) {
                if (isIn(shown, row, value) && !isDropped(split, value, bug)) {
                    for (int what = 0; what < whats.length; what++) {
                        sums[what] += sessions(one, value, whats[what], interval);
                    }
                }
            }
            return switch (measure) {
                case "sessions" -> sums[0];
                case "session_length" -> sums[2] / 1000 / sums[1];
                default -> sums[3] / sums[1];
            };
        }

        /** @param interval -1 for all of them */
        private double sessions(int one, int value, String what, int interval) {
            long gap = SessionPlan.DEFAULT_GAP + (bug == Bug.SESSION_GAP_INCLUSIVE ? 1 : 0);
            var plan = new SessionPlan(1, intervals, gap, true, kind(split));
            var reference = new SessionReference(plan, calendar);
            Map<String, Long> sums = new TreeMap<>();
            for (Person person : people) {
                List<Event> own = person.events.stream()
                        .map(event -> new Event(event.at(), event.bits() >> one & 1, event.value(), 0, 0))
                        .toList();
                reference.sum(own, split != null && split.profile ? split.number(person.plan) : 0, sums);
            }
            double sum = 0;
            for (int i = Math.max(0, interval); i < (interval < 0 ? intervals.size() : interval + 1); i++) {
                sum += sums.getOrDefault((split == null ? "" : value + ": ") + i + " " + what, 0L);
            }
            return sum;
        }

        private static long persons(List<Hit> hits) {
            return hits.stream().map(Hit::person).distinct().count();
        }

        private static long persons(List<Hit> hits, int first, int last) {
            return persons(hits.stream()
                    .filter(hit -> hit.interval >= first && hit.interval <= last)
                    .toList());
        }

        private static List<Double> amounts(List<Hit> hits) {
            return hits.stream()
                    .map(Hit::amount)
                    .filter(amount -> !Double.isNaN(amount))
                    .sorted()
                    .toList();
        }

        private static double number(String measure, List<Hit> hits) {
            List<Double> amounts = amounts(hits);
            double sum = amounts.stream().mapToDouble(each -> each).sum();
            int size = amounts.size();
            return switch (measure) {
                case "total" -> hits.size();
                case "unique" -> persons(hits);
                case "per_user" -> hits.size() / (double) persons(hits);
                case "sum" -> sum;
                case "average" -> sum / size;
                case "min" -> size == 0 ? Double.NaN : amounts.get(0);
                case "max" -> size == 0 ? Double.NaN : amounts.get(size - 1);
                default -> size == 0 ? Double.NaN : (amounts.get((size - 1) / 2) + amounts.get(size / 2)) / 2;
            };
        }
    }

    private static void put(Map<String, Double> numbers, String name, double number) {
        if (!Double.isNaN(number)) {
            numbers.put(name, number);
        }
    }

    // Funnel

    private Question funnel() {
        Intervals entries = intervals(unit());
        var attribution = FunnelPlan.Attribution.values()[1 + random.nextInt(4)];
        boolean atStep = attribution == FunnelPlan.Attribution.STEP;
        Split split = split(50, atStep ? "step:1" : key(attribution));
        options.add("chain of " + (split == null ? "everybody" : split.profile ? "a trait" : key(attribution)));
        List<Asked> matchers = new ArrayList<>();
        List<FunnelPlan.Step> steps = new ArrayList<>();
        FunnelPlan.Order order = FunnelPlan.Order.values()[random.nextInt(3)];
        boolean ordered = order != FunnelPlan.Order.ANY;
        json.append(",\"steps\":[");
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            boolean optional = i > 0 && random.nextInt(6) == 0;
            long most = i > 0 && ordered && !optional && random.nextInt(4) == 0 ? (2 + random.nextInt(30)) * HOUR : 0;
            json.append(i == 0 ? "{\"any\":[{" : ",{\"any\":[{");
            int mask = 1 << matchers.size();
            matchers.add(matcher());
            json.append(matchers.get(matchers.size() - 1).json);
            if (random.nextInt(4) == 0) {
                mask |= 1 << matchers.size();
                matchers.add(matcher(false));
                json.append("},{").append(matchers.get(matchers.size() - 1).json);
            }
            json.append("}],\"optional\":").append(optional);
            if (most > 0) {
                options.add("gap");
                json.append(",\"maxGap\":\"").append(most / HOUR).append("h\"");
            }
            json.append('}');
            steps.add(new FunnelPlan.Step(mask, optional, 0, most > 0 ? most : FunnelPlan.NO_LIMIT));
        }
        long window = (1 + random.nextInt(random.nextBoolean() ? 3 : 72)) * HOUR;
        FunnelPlan.Count counting = FunnelPlan.Count.values()[random.nextInt(2)];
        FunnelPlan.ExclusionMode mode = FunnelPlan.ExclusionMode.values()[random.nextInt(2)];
        json.append("],\"window\":\"")
                .append(window / HOUR)
                .append("h\",\"order\":\"")
                .append(key(order));
        json.append("\",\"count\":\"")
                .append(key(counting))
                .append("\",\"exclusionMode\":\"")
                .append(key(mode))
                .append('"');
        List<FunnelPlan.Exclusion> exclusions = new ArrayList<>();
        boolean lastRequired = !steps.get(count - 1).optional();
        if (ordered && lastRequired && random.nextInt(3) == 0) {
            options.add("exclusion");
            exclusions.add(new FunnelPlan.Exclusion(1 << matchers.size(), 1, count));
            matchers.add(matcher(false));
            json.append(",\"exclusions\":[{").append(matchers.get(matchers.size() - 1).json);
            json.append(",\"from\":1,\"to\":").append(count).append("}]");
        }
        int tracked = 0;
        if (order == FunnelPlan.Order.STRICT && random.nextInt(3) == 0) {
            options.add("tracked");
            tracked = 1 << matchers.size();
            matchers.add(matcher(false));
            json.append(",\"tracked\":[{")
                    .append(matchers.get(matchers.size() - 1).json)
                    .append("}]");
        }
        options.add(key(order));
        int step = 1 + random.nextInt(count);
        boolean dropped = step > 1 && random.nextBoolean();
        String point = "{\"step\":" + step + ",\"dropped\":" + dropped + "}";
        int trackedMask = tracked;
        int end = last(steps);
        return question("funnel", point, (seen, bug) -> {
            var plan = new FunnelPlan(
                    steps,
                    window - (bug == Bug.WINDOW_SHORT_BY_ONE ? 1 : 0),
                    order,
                    trackedMask,
                    exclusions,
                    mode,
                    counting,
                    split == null
                            ? FunnelPlan.Attribution.NONE
                            : split.profile ? FunnelPlan.Attribution.PROFILE : attribution,
                    atStep ? 1 : 0,
                    from,
                    to,
                    1,
                    end,
                    entries);
            return funnel(plan, matchers, split, step, dropped, entries, bug);
        });
    }

    private static int last(List<FunnelPlan.Step> steps) {
        int end = steps.size();
        while (end > 1 && steps.get(end - 1).optional()) {
            end--;
        }
        return end;
    }

    private Said funnel(
            FunnelPlan plan,
            List<Asked> matchers,
            @Nullable Split split,
            int step,
            boolean dropped,
            Intervals entries,
            @Nullable Bug bug) {
        var reference = new FunnelReference(plan);
        Map<String, Double> numbers = new TreeMap<>();
        Set<UUID> behind = new HashSet<>();
        List<Long> times = new ArrayList<>();
        LocalCalendar calendar = world.calendar(entries.unit(), bug);
        for (Person person : people(matchers, values(split), bug)) {
            int trait = split == null ? 0 : split.number(person.plan);
            for (var outcome : reference.overall(person.events, trait)) {
                Map<Integer, Long> done = outcome.steps();
                done.keySet().forEach(each -> numbers.merge("|step " + each, 1.0, Double::sum));
                long entry = done.get(1);
                long interval = calendar.number(entry) - calendar.number(entries.start(0));
                boolean converted = outcome.reached() == reference.required.size();
                numbers.merge("entered " + interval, 1.0, Double::sum);
                numbers.merge("converted " + interval, converted ? 1.0 : 0.0, Double::sum);
                if (plan.convertTo() > 1 && done.containsKey(plan.convertTo())) {
                    times.add(done.get(plan.convertTo()) - entry);
                }
                int before = step - 1;
                while (before > 1 && plan.steps().get(before - 1).optional()) {
                    before--;
                }
                if (dropped ? done.containsKey(before) && !done.containsKey(step) : done.containsKey(step)) {
                    behind.add(person.id);
                }
            }
            if (split != null) {
                for (var outcome : reference.byValue(person.events, trait)) {
                    if (!isDropped(split, outcome.value(), bug)) {
                        outcome.steps()
                                .keySet()
                                .forEach(each ->
                                        numbers.merge(split.text(outcome.value()) + "|step " + each, 1.0, Double::sum));
                    }
                }
            }
        }
        put(numbers, "seconds", times.stream().mapToLong(each -> each).average().orElse(Double.NaN) / 1000);
        return new Said(numbers, behind);
    }

    private static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    // Retention

    private Question retention() {
        Unit unit = unit();
        Split split = split(1 + random.nextInt(2), "first");
        Intervals cohorts = intervals(unit);
        Asked start = matcher();
        boolean same = random.nextInt(3) == 0;
        Asked back = same ? start : matcher();
        boolean sameMask = back.json.equals(start.json);
        RetentionPlan.Cohort cohort = RetentionPlan.Cohort.values()[random.nextInt(2)];
        RetentionPlan.Mode mode = RetentionPlan.Mode.values()[random.nextInt(2)];
        boolean rolling = random.nextInt(3) == 0;
        int periods = 1 + random.nextInt(4);
        List<RetentionPlan.Bracket> brackets = random.nextInt(4) == 0
                ? List.of(new RetentionPlan.Bracket(1, 2), new RetentionPlan.Bracket(2, 5))
                : List.of();
        json.append(",\"start\":{").append(start.json).append("},\"return\":{").append(back.json);
        json.append("},\"cohort\":\"")
                .append(key(cohort))
                .append("\",\"mode\":\"")
                .append(key(mode));
        json.append("\",\"clock\":\"")
                .append(rolling ? "rolling24" : "calendar")
                .append("\",\"periods\":")
                .append(periods);
        json.append(brackets.isEmpty() ? "" : ",\"brackets\":[[1,2],[2,5]]");
        options.add(key(cohort));
        options.add(rolling ? "rolling" : "calendar");
        var plan = new RetentionPlan(
                1,
                sameMask ? 1 : 2,
                cohort,
                mode,
                rolling ? RetentionPlan.Clock.ROLLING : RetentionPlan.Clock.CALENDAR,
                cohorts,
                brackets.isEmpty() ? periods : Math.max(periods, 5),
                brackets,
                Long.MAX_VALUE,
                kind(split));
        int row = random.nextInt(cohorts.size());
        int column = random.nextInt(plan.columns() + 1);
        String point = "{\"cohort\":" + row + ",\"period\":" + column + "}";
        List<Asked> matchers = sameMask ? List.of(start) : List.of(start, back);
        return question("retention", point, (seen, bug) -> {
            var reference = new RetentionReference(plan, world.calendar(unit, bug));
            Map<String, Set<UUID>> cells = new TreeMap<>();
            Map<String, Map<String, Set<UUID>>> byValue = new TreeMap<>();
            Map<String, Set<UUID>> starters = new TreeMap<>();
            for (Person person : people(matchers, values(split), bug)) {
                reference.cells(person.events).forEach(cell -> note(cells, cell, person.id));
                if (split != null) {
                    retentionByValue(person, plan, split, reference, byValue, starters, bug);
                }
            }
            Map<String, Double> numbers = new TreeMap<>();
            cells.forEach((cell, people) -> numbers.put("|" + name(cell, plan), (double) people.size()));
            means(numbers, cells, plan);
            if (split != null) {
                List<String> ranked = starters.keySet().stream()
                        .sorted(Comparator.comparingInt(
                                        (String value) -> -starters.get(value).size())
                                .thenComparing(value -> value))
                        .toList();
                Map<String, Map<String, Set<UUID>>> shown = new TreeMap<>();
                byValue.forEach((value, of) -> {
                    String name = ranked.indexOf(value) < split.limit ? value : "other";
                    of.forEach((cell, people) -> people.forEach(
                            person -> note(shown.computeIfAbsent(name, key -> new TreeMap<>()), cell, person)));
                });
                shown.forEach((value, of) -> of.forEach(
                        (cell, people) -> numbers.put(value + "|" + name(cell, plan), (double) people.size())));
            }
            return new Said(numbers, cells.getOrDefault(row + "/" + column, Set.of()));
        });
    }

    private void retentionByValue(
            Person person,
            RetentionPlan plan,
            Split split,
            RetentionReference reference,
            Map<String, Map<String, Set<UUID>>> byValue,
            Map<String, Set<UUID>> starters,
            @Nullable Bug bug) {
        Set<Integer> values = new TreeSet<>();
        if (split.profile) {
            values.add(split.number(person.plan));
        } else {
            person.events.forEach(event -> values.add(event.value()));
        }
        Event start =
                person.events.stream().filter(event -> event.is(1)).findFirst().orElse(null);
        for (int value : values) {
            boolean first = plan.cohort() == RetentionPlan.Cohort.FIRST;
            boolean other = !split.profile && first && (start == null || start.value() != value);
            if (other || isDropped(split, value, bug)) {
                continue;
            }
            List<Event> own = split.profile
                    ? person.events
                    : person.events.stream()
                            .filter(event -> event.value() == value)
                            .toList();
            Map<String, Set<UUID>> of = byValue.computeIfAbsent(split.text(value), key -> new TreeMap<>());
            reference.cells(own).forEach(cell -> note(of, cell, person.id));
            boolean starts = own.stream()
                    .filter(event -> event.is(1))
                    .limit(first ? 1 : Long.MAX_VALUE)
                    .anyMatch(event -> event.at() >= from && event.at() < to);
            if (starts) {
                note(starters, split.text(value), person.id);
            }
        }
    }

    private static void note(Map<String, Set<UUID>> sets, String name, UUID person) {
        sets.computeIfAbsent(name, key -> new HashSet<>()).add(person);
    }

    private static String name(String cell, RetentionPlan plan) {
        String again = "/" + (plan.columns() + 1);
        return cell.endsWith(again) ? cell.substring(0, cell.length() - again.length()) + "/again" : cell;
    }

    private static void means(Map<String, Double> numbers, Map<String, Set<UUID>> cells, RetentionPlan plan) {
        for (int column = 0; column <= plan.columns(); column++) {
            double returned = 0;
            double size = 0;
            for (int cohort = 0; cohort < plan.cohorts().size(); cohort++) {
                returned += cells.getOrDefault(cohort + "/" + column, Set.of()).size();
                size += cells.getOrDefault(cohort + "/0", Set.of()).size();
            }
            put(numbers, "mean " + column, returned / size);
        }
    }

    // Lifecycle and stickiness

    private Question lifecycle() {
        Unit unit = unit();
        Intervals intervals = intervals(unit);
        Asked matcher = matcher();
        boolean created = random.nextBoolean();
        json.append(",\"matcher\":{").append(matcher.json).append("},\"newBy\":\"");
        json.append(created ? "created" : "first_event").append('"');
        options.add(created ? "created" : "first event");
        int interval = random.nextInt(intervals.size());
        var state = LifecyclePlan.State.values()[random.nextInt(4)];
        String point = "{\"state\":\"" + key(state) + "\",\"label\":\"" + intervals.label(interval) + "\"}";
        return question("lifecycle", point, (seen, bug) -> {
            LocalCalendar calendar = world.calendar(unit, bug);
            var reference = new ActivityReference(calendar);
            Map<String, Double> numbers = new TreeMap<>();
            Set<UUID> behind = new HashSet<>();
            for (Person person : people(List.of(matcher), row -> 0, bug)) {
                Event own = person.events.stream()
                        .filter(event -> event.is(1))
                        .findFirst()
                        .orElse(null);
                if (own == null) {
                    continue;
                }
                long known = created ? person.events.get(0).at() : own.at();
                // A matcher of the first event alone is judged in the range that is looked at: one interval before it.
                long number = calendar.number(intervals.start(0));
                for (int i = 0; i < intervals.size(); i++) {
                    var now = reference.state(person.events, known, number + i, number);
                    if (now != null) {
                        numbers.merge(now.name() + " " + i, 1.0, Double::sum);
                    }
                    if (now == state && i == interval) {
                        behind.add(person.id);
                    }
                }
            }
            return new Said(numbers, behind);
        });
    }

    private Question stickiness() {
        Unit unit = unit();
        Intervals intervals = intervals(unit);
        Asked matcher = matcher();
        boolean cumulative = random.nextBoolean();
        json.append(",\"matcher\":{")
                .append(matcher.json)
                .append("},\"cumulative\":")
                .append(cumulative);
        int days = 1 + random.nextInt(intervals.size());
        String point = "{\"intervals\":" + days + "}";
        return question("stickiness", point, (seen, bug) -> {
            LocalCalendar calendar = world.calendar(unit, bug);
            Map<String, Double> numbers = new TreeMap<>();
            Set<UUID> behind = new HashSet<>();
            for (Person person : people(List.of(matcher), row -> 0, bug)) {
                Set<Long> active = new HashSet<>();
                for (Event event : person.events) {
                    if (event.is(1) && event.at() >= from && event.at() < to) {
                        active.add(calendar.number(event.at()));
                    }
                }
                for (int i = 1; i <= intervals.size(); i++) {
                    boolean counts = cumulative ? active.size() >= i : active.size() == i;
                    numbers.merge("on " + i, counts ? 1.0 : 0.0, Double::sum);
                    if (counts && i == days) {
                        behind.add(person.id);
                    }
                }
            }
            return new Said(numbers, behind);
        });
    }

    // Paths

    private Question paths() {
        List<Asked> matchers = new ArrayList<>();
        json.append(",\"include\":[");
        for (int i = random.nextInt(3); i > 0; i--) {
            json.append(matchers.isEmpty() ? "{" : ",{");
            matchers.add(matcher(false));
            json.append(matchers.get(matchers.size() - 1).json).append('}');
        }
        json.append(']');
        if (matchers.isEmpty()) {
            matchers.add(new Asked("", null, (row, plan) -> true, 0));
        }
        int mask = (1 << matchers.size()) - 1;
        int start = random.nextInt(3) == 0 ? 1 << matchers.size() : 0;
        if (start != 0) {
            options.add("start");
            matchers.add(matcher());
            json.append(",\"startAt\":{")
                    .append(matchers.get(matchers.size() - 1).json)
                    .append('}');
        }
        int end = random.nextInt(3) == 0 ? 1 << matchers.size() : 0;
        if (end != 0) {
            options.add("end");
            matchers.add(matcher());
            json.append(",\"endAt\":{")
                    .append(matchers.get(matchers.size() - 1).json)
                    .append('}');
        }
        boolean byProperty = random.nextInt(3) == 0;
        json.append(byProperty ? ",\"by\":\"property\",\"property\":\"country\"" : "");
        int depth = 2 + random.nextInt(3);
        long gap = (1 + random.nextInt(12)) * HOUR;
        double share = random.nextBoolean() ? 0 : 0.35;
        json.append(",\"depth\":").append(depth).append(",\"gap\":\"").append(gap / HOUR);
        json.append("h\",\"minShare\":").append(share);
        var plan = new PathPlan(mask | start | end, start, end, depth, gap, from, to);
        var names = new Split(false, 0);
        Function<Row, Integer> value = row -> byProperty ? names.number(row.country()) : names.number(row.name());
        String pointed = NAMES[random.nextInt(NAMES.length)];
        String point = "{\"step\":2,\"name\":\"" + (byProperty ? "CN" : pointed) + "\"}";
        return question("paths", point, (seen, bug) -> {
            var used = bug != Bug.SESSION_GAP_INCLUSIVE
                    ? plan
                    : new PathPlan(plan.mask(), start, end, depth, gap + 1, from, to);
            var reference = new PathReference(used);
            List<Person> people = people(matchers, value, bug);
            List<List<Event>> events = people.stream().map(Person::events).toList();
            Map<String, Long> all = reference.sums(events, Set.of());
            long walkers = events.stream()
                    .filter(each -> !reference.paths(each).isEmpty())
                    .count();
            Set<String> kept = new HashSet<>();
            boolean every = true;
            for (var sum : all.entrySet()) {
                if (sum.getKey().endsWith(" people") && !sum.getKey().contains(">")) {
                    boolean keeps = sum.getValue() >= share * walkers;
                    every &= keeps;
                    if (keeps) {
                        kept.add(sum.getKey().substring(0, sum.getKey().length() - " people".length()));
                    }
                }
            }
            kept.add("a node of its own");
            Map<String, Long> sums = every ? all : reference.sums(events, kept);
            Map<String, Double> numbers = new TreeMap<>();
            sums.forEach((name, sum) -> {
                int cut = name.lastIndexOf(' ');
                String what = name.substring(cut + 1);
                String of = named(name.substring(0, cut), names);
                double number =
                        what.equals("millis") ? sum / 1000.0 / sums.get(name.substring(0, cut) + " count") : sum;
                numbers.put(of + (what.equals("millis") ? " seconds" : " " + what), number);
            });
            Set<UUID> behind = new HashSet<>();
            String wanted = "2:" + names.number(byProperty ? "CN" : pointed);
            for (Person person : people) {
                if (every || kept.contains(wanted)) {
                    reference
                            .paths(person.events)
                            .forEach(path -> path.stream()
                                    .filter(node -> wanted.equals(node.step() + ":" + node.code()))
                                    .forEach(node -> behind.add(person.id)));
                }
            }
            return new Said(numbers, behind);
        });
    }

    private static String named(String nodes, Split names) {
        var text = new StringBuilder();
        for (String node : nodes.split(">")) {
            String[] parts = node.split(":");
            int code = Integer.parseInt(parts[1]);
            text.append(text.isEmpty() ? "" : ">")
                    .append(parts[0])
                    .append(':')
                    .append(code == PathFold.OTHER ? "other" : names.text(code));
        }
        return text.toString();
    }

    // Attribution

    private Question attribution() {
        List<Asked> matchers = new ArrayList<>(List.of(matcher()));
        json.append(",\"conversion\":{").append(matchers.get(0).json).append("},\"touches\":[");
        int touches = 1 + random.nextInt(2);
        for (int i = 0; i < touches; i++) {
            matchers.add(matcher());
            json.append(i == 0 ? "{" : ",{").append(matchers.get(i + 1).json).append('}');
        }
        int touchMask = (1 << touches + 1) - 2;
        int keyMask = random.nextInt(3) == 0 ? 1 << matchers.size() : 0;
        boolean shared = random.nextBoolean();
        var model = AttributionPlan.Model.values()[random.nextInt(6)];
        long lookback = (1 + random.nextInt(random.nextBoolean() ? 3 : 72)) * HOUR;
        boolean once = random.nextInt(3) == 0;
        json.append("],\"touchProperty\":\"country\",\"revenueProperty\":\"amount\",\"model\":\"")
                .append(key(model));
        json.append("\",\"lookback\":\"").append(lookback / HOUR).append("h\",\"per\":\"");
        json.append(once ? "person\"" : "conversion\"");
        if (keyMask != 0) {
            options.add("key event");
            matchers.add(matcher(false));
            json.append(",\"keyEvent\":{")
                    .append(matchers.get(matchers.size() - 1).json)
                    .append('}');
            json.append(shared ? ",\"keyProperty\":\"item\"" : "");
        }
        options.add(key(model));
        String value = random.nextBoolean() ? "CN" : "(none)";
        String point = "{\"name\":\"" + value + "\"}";
        return question("attribution", point, (seen, bug) -> {
            var plan = new AttributionPlan(
                    1,
                    touchMask,
                    keyMask,
                    shared && keyMask != 0,
                    model,
                    lookback - (bug == Bug.LOOKBACK_SHORT_BY_ONE ? 1 : 0),
                    AttributionPlan.DEFAULT_HALF_LIFE,
                    List.of(0),
                    once,
                    true,
                    from,
                    to);
            var reference = new AttributionReference(plan);
            var names = new Split(false, 0);
            Map<String, Double> numbers = new TreeMap<>();
            Set<UUID> behind = new HashSet<>();
            for (Person person : people(matchers, row -> names.number(row.country()), bug)) {
                Map<String, Double> sums = new TreeMap<>();
                reference.sum(person.events, sums);
                sums.forEach((name, sum) -> {
                    String[] parts = name.split(" ");
                    boolean coded = Character.isDigit(name.charAt(0));
                    String text = coded ? names.text(Integer.parseInt(parts[0])) + " " + parts[1] : name;
                    if (!coded || !isDropped(names, Integer.parseInt(parts[0]), bug)) {
                        numbers.merge(text, sum, Double::sum);
                    }
                    if (sum > 0 && text.equals(value + " share")) {
                        behind.add(person.id);
                    }
                });
            }
            return new Said(numbers, behind);
        });
    }
}
