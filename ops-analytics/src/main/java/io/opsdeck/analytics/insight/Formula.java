package io.opsdeck.analytics.insight;

import java.util.function.IntToDoubleFunction;

/**
 * Arithmetic over series: letters from A on, numbers, the four operators, a sign and parentheses. Dividing by zero gives
 * no number. Parsed once, by descent; nothing of it is ever run as code.
 */
public final class Formula {

    private static final int DEEPEST = 40;

    private final String text;
    private final Node root;

    private Formula(String text, Node root) {
        this.text = text;
        this.root = root;
    }

    private interface Node {
        double value(IntToDoubleFunction series);
    }

    /** @throws io.opsdeck.core.error.OpsdeckException {@link InsightError#FORMULA_INVALID} at {@code /formula} */
    static Formula of(String text, int series) {
        var parser = new Parser(text, series);
        Node root = parser.sum(0);
        parser.end();
        return new Formula(text, root);
    }

    /** NaN where a division by zero is part of it. */
    double value(IntToDoubleFunction series) {
        double value = root.value(series);
        return Double.isInfinite(value) ? Double.NaN : value;
    }

    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Formula formula && formula.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    private static final class Parser {

        private final String text;
        private final int series;
        private int next;

        Parser(String text, int series) {
            this.text = text;
            this.series = series;
        }

        Node sum(int depth) {
            Node left = product(depth);
            while (true) {
                char sign = peek();
                if (sign != '+' && sign != '-') {
                    return left;
                }
                next++;
                Node a = left;
                Node b = product(depth);
                left = sign == '+'
                        ? values -> a.value(values) + b.value(values)
                        : values -> a.value(values) - b.value(values);
            }
        }

        private Node product(int depth) {
            Node left = factor(depth);
            while (true) {
                char sign = peek();
                if (sign != '*' && sign != '/') {
                    return left;
                }
                next++;
                Node a = left;
                Node b = factor(depth);
                left = sign == '*'
                        ? values -> a.value(values) * b.value(values)
                        : values -> a.value(values) / b.value(values);
            }
        }

        private Node factor(int depth) {
            if (depth > DEEPEST) {
                throw wrong();
            }
            char c = peek();
            if (c == '(') {
                next++;
                Node inner = sum(depth + 1);
                if (peek() != ')') {
                    throw wrong();
                }
                next++;
                return inner;
            }
            if (c == '-') {
                next++;
                Node inner = factor(depth + 1);
                return values -> -inner.value(values);
            }
            char letter = Character.toUpperCase(c);
            if (letter >= 'A' && letter < 'A' + series) {
                next++;
                int index = letter - 'A';
                return values -> values.applyAsDouble(index);
            }
            return number();
        }

        private Node number() {
            int from = next;
            while (next < text.length() && "0123456789.".indexOf(text.charAt(next)) >= 0) {
                next++;
            }
            try {
                double value = Double.parseDouble(text.substring(from, next));
                return values -> value;
            } catch (NumberFormatException e) {
                throw wrong();
            }
        }

        void end() {
            if (peek() != 0) {
                throw wrong();
            }
        }

        private char peek() {
            while (next < text.length() && text.charAt(next) == ' ') {
                next++;
            }
            return next < text.length() ? text.charAt(next) : 0;
        }

        private RuntimeException wrong() {
            return InsightError.FORMULA_INVALID.at("/formula", text);
        }
    }
}
