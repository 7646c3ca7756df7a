package io.opsdeck.web.insight;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.insight.QueryReader;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.WebTest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A question that is opened in the builder and applied as it is stays the same question, whatever it asks. */
class QuestionFormTest extends WebTest {

    private static final int IN_ADDRESSES = 800;
    private static final int ON_PAGES = 8;

    private static final Pattern CONTROL =
            Pattern.compile("<input\\b([^>]*)>|<select\\b([^>]*)>(.*?)</select>", Pattern.DOTALL);
    private static final Pattern OPTION = Pattern.compile("<option\\b([^>]*)>");
    private static final Pattern QUERY = Pattern.compile("name=\"query\" value=\"([^\"]*)\"");

    @Autowired
    QueryReader reader;

    @Autowired
    JsonMapper json;

    @Test
    void anAddressHoldsAllOfAQuestion() {
        var questions = new RandomQuestions(3, reader);
        for (InsightKind kind : InsightKind.values()) {
            for (int i = 0; i < IN_ADDRESSES; i++) {
                ObjectNode query = questions.valid(kind);
                String address = QueryForm.address(QueryForm.kept(query).query());
                ObjectNode back = QueryForm.of(parameters(address)).query();
                FirstQuestion.complete(back, kind);
                assertThat(reader.read(back)).as("%s by %s", query, address).isEqualTo(reader.read(query));
            }
        }
    }

    @Test
    void aFormThatIsSentAsItIsAsksTheSame() {
        var questions = new RandomQuestions(4, reader);
        Browser owner = browserOf(team().owner());
        owner.get("/insights");
        for (InsightKind kind : InsightKind.values()) {
            for (int i = 0; i < ON_PAGES; i++) {
                ObjectNode query = questions.valid(kind);
                String place = owner.post("/insights", Map.of("name", "One", "query", query.toString()))
                        .location()
                        .replaceAll("[?].*", "");
                String page = owner.get(place).body();
                Map<String, List<String>> fields = fields(page);
                assertThat(fields).as("the form of %s", query).containsKey("kind");
                String sent = owner.get(place + "?" + address(fields)).body();
                assertThat(sent).as("%s is not changed", query).doesNotContain(place + "/question\"");
                assertThat(reader.read(question(sent, fields)))
                        .as("%s, sent as %s", query, fields)
                        .isEqualTo(reader.read(query));
                owner.post(place + "/delete", Map.of());
            }
        }
    }

    /** The question that the page would keep. */
    private ObjectNode question(String page, Map<String, List<String>> of) {
        Matcher query = QUERY.matcher(page);
        assertThat(query.find()).as("a question on the page of %s", of).isTrue();
        return (ObjectNode) json.readTree(HtmlUtils.htmlUnescape(query.group(1)));
    }

    /** What a browser would send of the builder's form. */
    private static Map<String, List<String>> fields(String page) {
        int from = page.indexOf("<form class=\"config\"");
        String form = page.substring(from, page.indexOf("</form>", from));
        Map<String, List<String>> fields = new LinkedHashMap<>();
        Matcher control = CONTROL.matcher(form);
        while (control.find()) {
            if (control.group(1) != null) {
                String input = control.group(1);
                boolean sent = !input.contains("type=\"checkbox\"") || input.contains("checked");
                if (sent && input.contains(" name=")) {
                    add(fields, attribute(input, "name"), attribute(input, "value"));
                }
                continue;
            }
            choose(fields, control.group(2), control.group(3));
        }
        return fields;
    }

    private static void choose(Map<String, List<String>> fields, String select, String inside) {
        List<String> chosen = new ArrayList<>();
        String first = null;
        Matcher option = OPTION.matcher(inside);
        while (option.find()) {
            first = first == null ? attribute(option.group(1), "value") : first;
            if (option.group(1).contains(" selected")) {
                chosen.add(attribute(option.group(1), "value"));
            }
        }
        if (select.contains("multiple")) {
            chosen.forEach(value -> add(fields, attribute(select, "name"), value));
        } else if (first != null) {
            add(fields, attribute(select, "name"), chosen.isEmpty() ? first : chosen.get(chosen.size() - 1));
        }
    }

    private static void add(Map<String, List<String>> fields, String name, String value) {
        fields.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }

    private static String attribute(String tag, String name) {
        Matcher attribute = Pattern.compile("\\s" + name + "=\"([^\"]*)\"").matcher(tag);
        return attribute.find() ? HtmlUtils.htmlUnescape(attribute.group(1)) : "";
    }

    private static String address(Map<String, List<String>> fields) {
        List<String> parts = new ArrayList<>();
        fields.forEach((name, values) ->
                values.forEach(value -> parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8))));
        return String.join("&", parts);
    }

    private static Map<String, String[]> parameters(String address) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String part : address.split("&")) {
            int equals = part.indexOf('=');
            add(
                    fields,
                    part.substring(0, equals),
                    URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
        }
        Map<String, String[]> parameters = new LinkedHashMap<>();
        fields.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
        return parameters;
    }
}
