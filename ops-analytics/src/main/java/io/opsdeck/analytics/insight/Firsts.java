package io.opsdeck.analytics.insight;

import io.opsdeck.analytics.fold.PersonSlice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes from a person's events what only counts the first time. The slice holds all history then; afterwards it holds
 * what the fold asked for and nothing else. Shared by threads.
 */
final class Firsts {

    /** A matcher whose later events do not count: {@code bare} says which event is the first. */
    private record Rule(int bit, int bare) {}

    private final List<Rule> rules;
    private final int own;
    private final long from;
    private final long until;
    private final boolean everyEvent;

    private Firsts(List<Rule> rules, int own, long from, long until, boolean everyEvent) {
        this.rules = rules;
        this.own = own;
        this.from = from;
        this.until = until;
        this.everyEvent = everyEvent;
    }

    /**
     * What is to be taken away, or null for nothing.
     *
     * @param extra receives the matchers that are needed beside {@code matchers}, behind them
     * @param created whether the very first event of any name is needed too
     */
    static @Nullable Firsts of(
            List<Matcher> matchers, boolean created, long from, long until, boolean everyEvent, List<Matcher> extra) {
        List<Rule> rules = new ArrayList<>();
        for (int k = 0; k < matchers.size(); k++) {
            Matcher matcher = matchers.get(k);
            switch (matcher.occurrence()) {
                case EVERY -> {}
                case FIRST_MATCHING -> rules.add(new Rule(1 << k, 1 << k));
                case FIRST_EVER -> {
                    rules.add(new Rule(1 << k, 1 << (matchers.size() + extra.size())));
                    extra.add(new Matcher(matcher.event(), List.of()));
                }
            }
        }
        if (created) {
            extra.add(new Matcher(null, List.of()));
        }
        if (rules.isEmpty() && extra.isEmpty()) {
            return null;
        }
        return new Firsts(List.copyOf(rules), (int) ((1L << matchers.size()) - 1), from, until, everyEvent);
    }

    void narrow(PersonSlice slice) {
        for (Rule rule : rules) {
            boolean later = false;
            for (int i = 0; i < slice.size; i++) {
                if (later) {
                    slice.bits[i] &= ~rule.bit;
                }
                later |= (slice.bits[i] & rule.bare) != 0;
            }
        }
        int kept = 0;
        for (int i = 0; i < slice.size; i++) {
            int bits = slice.bits[i] & own;
            boolean wanted = (bits != 0 || everyEvent) && slice.at[i] >= from && slice.at[i] < until;
            if (wanted) {
                slice.move(i, kept);
                slice.bits[kept++] = bits;
            }
        }
        slice.size = kept;
    }
}
