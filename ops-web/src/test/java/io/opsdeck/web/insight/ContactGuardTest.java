package io.opsdeck.web.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.PeopleRule;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.user.profile.ProfileError;
import io.opsdeck.web.testing.WebTest;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** Whoever may not see contact data asks by no field of a question after it: each that the model has is tried. */
class ContactGuardTest extends WebTest {

    private static final List<String> CONTACT = List.of("profile", "workEmail");
    private static final String NAME = "[\"profile\",\"workEmail\"]";
    private static final String TREND = "\"kind\":\"trend\",\"series\":[{\"event\":\"Paid\"}]";

    /** The one list of texts that names no property. */
    private static final String VALUES = "Filter.values";

    @Autowired
    ContactGuard guard;

    @Autowired
    QueryReader reader;

    @Autowired
    JsonMapper json;

    private static final List<String> QUESTIONS = List.of(
            TREND + ",\"filters\":[{\"property\":@,\"op\":\"is_set\"}]",
            TREND + ",\"filters\":[{\"source\":\"profile\",\"property\":@,\"op\":\"is_set\"}]",
            TREND + ",\"breakdown\":{\"property\":@}",
            TREND + ",\"breakdown\":{\"source\":\"profile\",\"property\":@}",
            "\"kind\":\"trend\",\"series\":[{\"event\":\"Paid\",\"measure\":\"max\",\"property\":@}]",
            "\"kind\":\"paths\",\"by\":\"property\",\"property\":@",
            "\"kind\":\"attribution\",\"conversion\":{\"event\":\"Paid\"},\"touches\":[{\"event\":\"Visit\"}],\"touchProperty\":@",
            "\"kind\":\"attribution\",\"conversion\":{\"event\":\"Paid\"},\"touches\":[{\"event\":\"Visit\"}],\"touchProperty\":\"utm\","
                    + "\"revenueProperty\":@",
            "\"kind\":\"attribution\",\"conversion\":{\"event\":\"Paid\"},\"touches\":[{\"event\":\"Visit\"}],\"touchProperty\":\"utm\","
                    + "\"keyEvent\":{\"event\":\"Cart\"},\"keyProperty\":@",
            TREND + ",\"people\":{\"any\":[{\"not\":{\"trait\":@,\"op\":\"is_set\"}}]}",
            TREND + ",\"people\":{\"event\":\"Paid\",\"measure\":{\"of\":@,\"value\":1}}");

    @Test
    void eachFieldThatNamesAPropertyIsGuarded() {
        Set<String> tried = new TreeSet<>();
        for (String question : QUESTIONS) {
            var query = json.readTree("{\"range\":{\"last\":\"7d\"}," + question.replace("@", NAME) + "}");
            named(reader.read(query), tried);
            assertThatThrownBy(() -> guard.checkForStrangers(query))
                    .as(question)
                    .isInstanceOfSatisfying(
                            OpsdeckException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ProfileError.CONTACT_FILTER_HIDDEN));
            guard.checkForStrangers(json.readTree(query.toString().replace("workEmail", "plan")));
        }
        Set<String> all = new TreeSet<>();
        Set<Class<?>> seen = new HashSet<>();
        paths(InsightQuery.class, all, seen);
        assertThat(seen).contains(PeopleRule.Did.class);
        all.remove(VALUES);
        assertThat(tried)
                .as("a question here for each list of texts that the model has, as such lists name properties")
                .isEqualTo(all);
    }

    /** Which components of a question hold the name of contact data. */
    private static void named(@Nullable Object value, Set<String> found) {
        if (value instanceof Collection<?> several) {
            several.forEach(each -> named(each, found));
        }
        if (value == null || !value.getClass().isRecord()) {
            return;
        }
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            Object inner = read(component, value);
            if (CONTACT.equals(inner)) {
                found.add(name(value.getClass(), component));
            }
            named(inner, found);
        }
    }

    private static @Nullable Object read(RecordComponent component, Object of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The components of the model that are lists of texts. */
    private static void paths(Class<?> type, Set<String> found, Set<Class<?>> seen) {
        if (!type.getName().startsWith("io.opsdeck.") || !seen.add(type)) {
            return;
        }
        if (type.isSealed()) {
            Arrays.stream(type.getPermittedSubclasses()).forEach(each -> paths(each, found, seen));
        }
        if (!type.isRecord()) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            List<Class<?>> inside = classes(component.getGenericType()).toList();
            if (Collection.class.isAssignableFrom(component.getType()) && inside.contains(String.class)) {
                found.add(name(type, component));
            }
            inside.forEach(each -> paths(each, found, seen));
        }
    }

    private static Stream<Class<?>> classes(Type type) {
        if (type instanceof ParameterizedType generic) {
            return Arrays.stream(generic.getActualTypeArguments()).flatMap(ContactGuardTest::classes);
        }
        return type instanceof Class<?> plain ? Stream.of(plain) : Stream.of();
    }

    private static String name(Class<?> type, RecordComponent component) {
        return type.getSimpleName() + "." + component.getName();
    }
}
