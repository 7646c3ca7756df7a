package io.opsdeck.web.insight;

import io.opsdeck.analytics.fold.FunnelPlan;
import io.opsdeck.analytics.insight.Filter.Operator;
import io.opsdeck.analytics.insight.PeopleRule;
import io.opsdeck.analytics.insight.PeopleRule.Compared;
import io.opsdeck.analytics.insight.QueryRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says who is meant by a rule, in words that follow "people". */
final class RuleWords {

    private final Words words;
    private final QueryWords queries;

    RuleWords(Words words, QueryWords queries) {
        this.words = words;
        this.queries = queries;
    }

    String rule(PeopleRule rule) {
        return rule(rule, false);
    }

    private String rule(PeopleRule rule, boolean inner) {
        if (rule instanceof PeopleRule.All all) {
            return some(all.rules(), "insight.rule.and", inner);
        }
        if (rule instanceof PeopleRule.Any any) {
            return some(any.rules(), "insight.rule.or", inner);
        }
        if (rule instanceof PeopleRule.Not not) {
            return words.text("insight.rule.not", rule(not.rule(), true));
        }
        if (rule instanceof PeopleRule.Trait trait) {
            return words.text("insight.rule.trait", queries.condition(trait.filter()));
        }
        if (rule instanceof PeopleRule.Persons persons) {
            return words.text(
                    "insight.rule.persons", words.number(persons.people().size()));
        }
        if (rule instanceof PeopleRule.Sequence sequence) {
            return sequence(sequence);
        }
        return did((PeopleRule.Did) rule);
    }

    private String some(List<PeopleRule> rules, String between, boolean inner) {
        String all = String.join(
                words.text(between),
                rules.stream().map(rule -> rule(rule, rules.size() > 1)).toList());
        return inner && rules.size() > 1 ? words.text("insight.rule.group", all) : all;
    }

    private String did(PeopleRule.Did did) {
        String event = queries.matcher(did.matcher());
        String within = within(did.within());
        PeopleRule.Measured measure = did.measure();
        String sum = measure == null
                ? ""
                : words.text(
                        "insight.rule.measure." + QueryWords.lower(measure.as()),
                        QueryWords.name(measure.property()),
                        compared(measure.compared()));
        Compared times = did.times();
        if (times.operator() == Operator.EQ && times.value() == 0) {
            return words.text("insight.rule.never", event, within, sum);
        }
        boolean once = times.operator() == Operator.GTE && times.value() == 1;
        String often = once ? "" : words.text("insight.rule.times", compared(times));
        return words.text("insight.rule.did", event, often, within, sum);
    }

    private String sequence(PeopleRule.Sequence sequence) {
        var parts = new StringBuilder();
        for (PeopleRule.Part part : sequence.parts()) {
            String event = queries.matcher(part.matcher());
            if (part.not()) {
                parts.append(words.text("insight.rule.without", event));
            } else {
                parts.append(parts.isEmpty() ? event : words.text("insight.rule.then", event));
            }
        }
        String gap =
                sequence.gap() >= FunnelPlan.NO_LIMIT ? "" : words.text("insight.rule.gap", words.span(sequence.gap()));
        return words.text("insight.rule.did", parts.toString(), gap, within(sequence.within()), "");
    }

    private String within(PeopleRule.@Nullable Within within) {
        if (within == null) {
            return "";
        }
        if (within.before() && within.range() instanceof QueryRange.Last last) {
            return words.text("insight.rule.before", words.units(last));
        }
        return words.text("insight.rule.within", queries.range(within.range()));
    }

    private String compared(Compared compared) {
        String number = compared.operator() == Operator.BETWEEN
                ? words.text("people.op.between.values", words.number(compared.value()), words.number(compared.upTo()))
                : words.number(compared.value());
        return words.text("insight.number." + QueryWords.lower(compared.operator()), number);
    }
}
