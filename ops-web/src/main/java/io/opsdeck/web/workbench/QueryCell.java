package io.opsdeck.web.workbench;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** One value of an answer as text: numbers without exponent, everything else as it came. */
final class QueryCell {

    private QueryCell() {}

    static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof Double || value instanceof BigDecimal) {
            BigDecimal number = new BigDecimal(value.toString());
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return value.toString();
    }
}
