package io.saddle.lab.bench.fid;

import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.Locale;
import java.util.Optional;

/** The check that both sides computed the same number. */
final class FidAgreement {

    /** Names of the two sides. */
    static final String OURS = "saddle";

    static final String THEIRS = "scipy sqrtm";

    static final double LARGEST_RELATIVE = 1e-6;

    private FidAgreement() {}

    /** With both distances and their relative difference as facts and a note; unchanged while one side is missing. */
    static Comparison of(Comparison table) {
        Optional<Double> ours = table.measured(OURS).map(FidAgreement::distance);
        Optional<Double> theirs = table.measured(THEIRS).map(FidAgreement::distance);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return table;
        }
        double difference = Math.abs(ours.get() - theirs.get()) / Math.abs(theirs.get());
        boolean met = difference <= LARGEST_RELATIVE;
        return table.withFacts(Json.object()
                        .put("distance", ours.get())
                        .put("peerDistance", theirs.get())
                        .put("relativeDifference", difference)
                        .put("relativeDifferenceGoalAtMost", LARGEST_RELATIVE)
                        .put("relativeDifferenceMet", met))
                .withNote(String.format(
                        Locale.ROOT,
                        "%.10g and %.10g: relative difference %.1e, goal <= %.0e: %s",
                        ours.get(),
                        theirs.get(),
                        difference,
                        LARGEST_RELATIVE,
                        met ? "met" : "missed"));
    }

    private static double distance(Side.Measured side) {
        return side.answers().get(0).path("distance").asDouble(Double.NaN);
    }
}
