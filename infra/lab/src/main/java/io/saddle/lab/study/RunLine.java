package io.saddle.lab.study;

import java.util.Locale;

/** A finished run in one line for a terminal. */
final class RunLine {

    private RunLine() {}

    static String of(RunResult result) {
        RunResult.Measure first = result.measures().get(0);
        return String.format(
                Locale.ROOT,
                "%s, seed %d: %s%s %.1f, KID %s, %.0f s of training, %.0f s in all",
                result.variant(),
                result.seed(),
                result.rareShare() == null
                        ? ""
                        : String.format(Locale.ROOT, "rare classes %.1f %%, ", 100 * result.rareShare()),
                first.metric(),
                first.frechet(),
                first.kid() == null ? "-" : String.format(Locale.ROOT, "%.4f", first.kid()),
                result.seconds().training(),
                result.seconds().whole());
    }
}
