package io.saddle.run.dual;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers for people: so many digits that count, no trailing zeros, no exponent. */
public final class SignificantDigits {

    private SignificantDigits() {}

    /** Rounded to the nearest. */
    public static String of(double value, int digits) {
        return of(value, digits, RoundingMode.HALF_EVEN);
    }

    /** Rounded by {@code mode}; what is not finite as Java writes it. */
    public static String of(double value, int digits, RoundingMode mode) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        return new BigDecimal(value)
                .round(new MathContext(digits, mode))
                .stripTrailingZeros()
                .toPlainString();
    }
}
