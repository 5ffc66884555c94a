package io.saddle.lab.bench.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The tables of {@code bench run}.
 *
 * @param features whose features the distances are of
 * @param script empty where the peer is not installed
 */
record QualityReport(RunTask task, String features, QualityCurve stack, Optional<QualityCurve> script) {

    static final String STACK = "saddle, the whole stack";
    static final String SCRIPT = "PyTorch, a plain script";
    private static final Goal TIME = Goal.atMost(0.6);

    /**
     * Time, and energy where it was counted.
     *
     * @param wanted null: the best distance that both sides reach
     * @param missing the row of a peer that is not there
     */
    List<Comparison> tables(Double wanted, Side.Missing missing) {
        double distance = wanted != null
                ? wanted
                : script.map(curve -> Math.max(curve.best(), stack.best())).orElse(stack.best());
        String quality = String.format(
                Locale.ROOT,
                "to a Frechet distance of %.2f, N = %d, %s, batch %d, %s",
                distance,
                task.images(),
                task.spec().name(),
                task.spec().training().batchSize(),
                task.precision().name().toLowerCase(Locale.ROOT));
        List<Comparison> tables = new ArrayList<>();
        tables.add(table("time " + quality, "s", distance, point -> OptionalDouble.of(point.seconds()), missing, TIME)
                .withFacts(facts(distance))
                .withNote(
                        "from the start of the first process to the images of that quality, those of saddle also judged; seeing"
                                + " happens every " + task.every() + " steps of " + task.steps())
                .withNote("features: " + features + ", not Inception-v3: compares with these rows only"));
        if (stack.points().stream().anyMatch(point -> point.joules().isPresent())) {
            tables.add(table("energy " + quality, "J", distance, QualityCurve.Point::joules, missing, null)
                    .withNote("of the machine's processors, whatever ran on them (RAPL)"));
        } else {
            tables.set(
                    0,
                    tables.get(0)
                            .withNote("energy: no counters of RAPL under /sys/class/powercap that may be read here"));
        }
        return tables;
    }

    private Comparison table(
            String title,
            String unit,
            double distance,
            Function<QualityCurve.Point, OptionalDouble> figure,
            Side.Missing missing,
            Goal goal) {
        List<Side> sides = new ArrayList<>();
        sides.add(side(STACK, stack, distance, figure));
        sides.add(script.map(curve -> side(SCRIPT, curve, distance, figure)).orElse(missing));
        return Comparison.of(title, unit, sides).withRatio(STACK, SCRIPT, goal);
    }

    private static Side side(
            String name, QualityCurve curve, double distance, Function<QualityCurve.Point, OptionalDouble> figure) {
        Optional<QualityCurve.Point> reached = curve.to(distance);
        if (reached.isEmpty()) {
            return new Side.Missing(name, String.format(Locale.ROOT, "not reached, the best was %.2f", curve.best()));
        }
        OptionalDouble value = figure.apply(reached.get());
        if (value.isEmpty()) {
            return new Side.Missing(name, "not counted");
        }
        ObjectNode answer = Json.object().put("step", reached.get().step());
        answer.set("figure", Json.array(value.getAsDouble()));
        return new Side.Measured(name, Json.object(), "figure", List.of(answer));
    }

    private ObjectNode facts(double distance) {
        ObjectNode facts = Json.object()
                .put("distance", distance)
                .put("images", task.images())
                .put("steps", task.steps())
                .put("features", features);
        facts.set("stack", stack.toJson());
        script.ifPresent(curve -> facts.set("script", curve.toJson()));
        return facts;
    }
}
