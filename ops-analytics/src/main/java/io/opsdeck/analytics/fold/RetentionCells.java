package io.opsdeck.analytics.fold;

import java.util.Arrays;

/** The cells of a retention table that one person is in: three ints each in arrays that only grow. */
final class RetentionCells {

    int size;
    int[] code = new int[16];
    int[] cohort = new int[16];
    int[] column = new int[16];

    void clear() {
        size = 0;
    }

    void add(int value, int inCohort, int inColumn) {
        if (size == code.length) {
            code = Arrays.copyOf(code, size * 2);
            cohort = Arrays.copyOf(cohort, size * 2);
            column = Arrays.copyOf(column, size * 2);
        }
        code[size] = value;
        cohort[size] = inCohort;
        column[size++] = inColumn;
    }

    boolean has(int inCohort, int inColumn) {
        for (int i = 0; i < size; i++) {
            if (cohort[i] == inCohort && column[i] == inColumn) {
                return true;
            }
        }
        return false;
    }

    boolean has(int value, int inCohort, int inColumn) {
        for (int i = 0; i < size; i++) {
            if (code[i] == value && cohort[i] == inCohort && column[i] == inColumn) {
                return true;
            }
        }
        return false;
    }
}
