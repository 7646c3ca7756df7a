package io.opsdeck.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Merges of merges, against following each chain. */
class MergedPersonsTest {

    private static final int PERSONS = 60;

    @Test
    void everybodyNamesTheEndOfTheChain() {
        var random = new Random(11);
        int chains = 0;
        for (int round = 0; round < 500; round++) {
            var merged = new MergedPersons();
            Map<Integer, Integer> next = new HashMap<>();
            Map<Integer, Integer> numbers = new HashMap<>();
            for (int i = 0; i < random.nextInt(50); i++) {
                int person = random.nextInt(PERSONS);
                int into = random.nextInt(PERSONS);
                boolean apart = !next.containsKey(person) && end(next, into) != person;
                if (!apart && end(next, person) != end(next, into)) {
                    continue;
                }
                int number = merged.merge(person, into);
                assertThat(number > 0).isEqualTo(apart);
                if (apart) {
                    next.put(person, into);
                    numbers.put(person, number);
                }
                if (random.nextInt(3) == 0 && merged.settle()) {
                    chains++;
                }
            }
            merged.settle();
            Merges merges = merged.merges();
            assertThat(merged.count()).isEqualTo(next.size());
            assertThat(merges.newest()).isEqualTo(next.size());
            int members = 0;
            for (int person = 0; person < PERSONS; person++) {
                assertThat(merges.canonical(person)).isEqualTo(end(next, person));
                for (int i = 0; i < merges.members(person); i++) {
                    int member = merges.member(person, i);
                    assertThat(end(next, member)).isEqualTo(person);
                    assertThat(merges.number(person, i)).isEqualTo(numbers.get(member));
                    members++;
                }
            }
            assertThat(members).isEqualTo(next.size());
        }
        assertThat(chains).as("merges of merged persons").isGreaterThan(100);
    }

    private static int end(Map<Integer, Integer> next, int person) {
        int now = person;
        while (next.containsKey(now)) {
            now = next.get(now);
        }
        return now;
    }
}
