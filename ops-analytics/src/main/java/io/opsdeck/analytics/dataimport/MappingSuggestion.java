package io.opsdeck.analytics.dataimport;

import io.opsdeck.analytics.dataimport.ImportField.Place;
import io.opsdeck.analytics.dataimport.ImportField.Type;
import io.opsdeck.analytics.dataimport.ImportMapping.Kind;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Guesses a mapping from the names of the columns and the first {@value TableFile#SAMPLE} rows. */
final class MappingSuggestion {

    private static final Set<String> USER = Set.of(
            "userid",
            "uid",
            "user",
            "customerid",
            "customer",
            "memberid",
            "householdid",
            "externalid",
            "accountid",
            "用户id",
            "用户编号",
            "会员id",
            "会员号",
            "客户id",
            "客户编号");
    private static final Set<String> ANONYMOUS =
            Set.of("anonymousid", "deviceid", "visitorid", "distinctid", "设备id", "访客id");
    private static final Set<String> EVENT = Set.of("event", "eventname", "action", "事件", "事件名", "事件名称", "行为");
    private static final Set<String> TIME = Set.of(
            "timestamp",
            "time",
            "datetime",
            "eventtime",
            "occurredat",
            "date",
            "createdat",
            "ordertime",
            "orderdate",
            "transactiontimestamp",
            "redemptiondate",
            "时间",
            "日期",
            "发生时间",
            "下单时间",
            "创建时间");
    private static final Set<String> MESSAGE = Set.of("messageid", "eventid", "insertid");
    private static final Set<String> GROUP =
            Set.of("orderid", "basketid", "ordernumber", "transactionid", "订单号", "订单编号", "订单id");

    private final TableFile file;

    MappingSuggestion(TableFile file) {
        this.file = file;
    }

    /** A mapping that is at least complete in form; where no column looks like a person, the first one is taken. */
    ImportMapping suggest(ZoneId zone, String fileName) {
        Map<String, ImportField> fields = new LinkedHashMap<>();
        Set<Place> taken = new HashSet<>();
        file.header().forEach(column -> {
            Place place = place(column, taken);
            if (place != null) {
                taken.add(place);
                fields.put(column, new ImportField(place, "", Type.AUTO));
            }
        });
        Kind kind = taken.contains(Place.TIMESTAMP) || taken.contains(Place.EVENT) ? Kind.EVENTS : Kind.PROFILES;
        if (!taken.contains(Place.USER_ID) && !taken.contains(Place.ANONYMOUS_ID)) {
            fields.put(file.header().get(0), new ImportField(Place.USER_ID, "", Type.AUTO));
        }
        String group = kind == Kind.EVENTS ? group(fields) : null;
        var columns = new LinkedHashMap<String, List<ImportField>>();
        for (String column : file.header()) {
            ImportField field = fields.get(column);
            columns.put(column, List.of(field == null ? property(column, kind, group) : field));
        }
        String event = kind == Kind.PROFILES || taken.contains(Place.EVENT) ? null : eventName(fileName, group);
        return new ImportMapping(kind, columns, event, group, "products", zone, null);
    }

    private static @Nullable Place place(String column, Set<Place> taken) {
        String name = plain(column);
        Map<Place, Set<String>> known = new LinkedHashMap<>();
        known.put(Place.USER_ID, USER);
        known.put(Place.ANONYMOUS_ID, ANONYMOUS);
        known.put(Place.EVENT, EVENT);
        known.put(Place.TIMESTAMP, TIME);
        known.put(Place.MESSAGE_ID, MESSAGE);
        for (var candidate : known.entrySet()) {
            if (candidate.getValue().contains(name) && !taken.contains(candidate.getKey())) {
                return candidate.getKey();
            }
        }
        return null;
    }

    /** The column that looks like an order and whose values come again. */
    private @Nullable String group(Map<String, ImportField> fields) {
        for (String column : file.header()) {
            if (!fields.containsKey(column) && GROUP.contains(plain(column))) {
                List<String> values = values(column);
                if (new HashSet<>(values).size() < values.size()) {
                    return column;
                }
            }
        }
        return null;
    }

    private ImportField property(String column, Kind kind, @Nullable String group) {
        Type type = type(column);
        if (kind == Kind.PROFILES) {
            return new ImportField(Place.TRAIT, column, type);
        }
        boolean item = group != null && !column.equals(group) && !sameWithin(group, column);
        return new ImportField(item ? Place.ITEM : Place.PROPERTY, column, type);
    }

    private boolean sameWithin(String group, String column) {
        int by = file.header().indexOf(group);
        int index = file.header().indexOf(column);
        Map<String, String> first = new LinkedHashMap<>();
        for (List<String> row : file.sample()) {
            if (row.size() <= Math.max(by, index)) {
                continue;
            }
            String before = first.putIfAbsent(row.get(by), row.get(index));
            if (before != null && !before.equals(row.get(index))) {
                return false;
            }
        }
        return true;
    }

    private Type type(String column) {
        String name = plain(column);
        boolean code = name.endsWith("id")
                || name.endsWith("code")
                || name.endsWith("phone")
                || name.endsWith("zip")
                || name.endsWith("upc")
                || name.endsWith("编号")
                || name.endsWith("手机号");
        List<String> values = values(column);
        if (code || values.isEmpty()) {
            return Type.TEXT;
        }
        if (most(values, RowReader::readsAsNumber)) {
            return Type.NUMBER;
        }
        if (most(values, value -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false"))) {
            return Type.BOOLEAN;
        }
        return most(values, RowReader::looksLikeTime) ? Type.TIME : Type.TEXT;
    }

    /** Nine of ten: the odd one is a mistake that the report shows. */
    private static boolean most(List<String> values, Predicate<String> test) {
        return values.stream().filter(test).count() * 10 >= values.size() * 9L;
    }

    private List<String> values(String column) {
        int index = file.header().indexOf(column);
        var values = new ArrayList<String>();
        for (List<String> row : file.sample()) {
            if (row.size() > index && !row.get(index).isBlank()) {
                values.add(row.get(index).strip());
            }
        }
        return values;
    }

    private static String eventName(String fileName, @Nullable String group) {
        if (group != null) {
            return "Order Completed";
        }
        int dot = fileName.indexOf('.');
        String base = (dot < 0 ? fileName : fileName.substring(0, dot))
                .replaceAll("[_-]+", " ")
                .strip();
        return base.isEmpty() ? "Imported" : base;
    }

    private static String plain(String column) {
        return column.toLowerCase(Locale.ROOT).replaceAll("[\\s_.-]", "");
    }
}
