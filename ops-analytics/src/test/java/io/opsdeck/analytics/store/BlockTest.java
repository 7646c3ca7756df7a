package io.opsdeck.analytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockTest {

    @Test
    void findsAPersonHoweverPersonsAreSpread() {
        var random = new Random(3);
        for (int round = 0; round < 400; round++) {
            int most = 1 + random.nextInt(round % 2 == 0 ? 200 : Block.PERSONS - 1);
            int first = random.nextInt(Block.PERSONS - most);
            int share = 1 + random.nextInt(40);
            int[] persons = IntStream.range(first, first + most)
                    .filter(person -> random.nextInt(share) == 0)
                    .toArray();
            var block = new Block(
                    characters(persons), new int[persons.length + 1], 0, new int[0], new long[0], new short[0]);
            for (int i = 0; i < 50; i++) {
                int wanted = i % 2 == 0 || persons.length == 0
                        ? random.nextInt(Block.PERSONS + 1)
                        : persons[random.nextInt(persons.length)] + random.nextInt(2);
                int place = (int)
                        IntStream.of(persons).filter(person -> person < wanted).count();
                assertThat(block.from(wanted)).isEqualTo(place);
            }
        }
    }

    private static char[] characters(int[] persons) {
        char[] characters = new char[persons.length];
        for (int i = 0; i < persons.length; i++) {
            characters[i] = (char) persons[i];
        }
        return characters;
    }
}
