package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.pytorch.AgainstFastest;
import io.saddle.lab.bench.pytorch.VariantTrials;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The table of one network in one precision.
 *
 * @param product what the machine's matrix products reach at this precision
 * @param trials of the peer's variants
 */
record TrainReport(TrainingSubject subject, Precision precision, MatrixProduct product, VariantTrials trials) {

    private static final Goal SMALL = Goal.atMost(0.75);
    private static final Goal LARGER = Goal.atMost(0.8);
    /** Parameters from which on a network is a larger one. */
    private static final int MILLION = 1_000_000;

    private static final List<String> PARTS = List.of("forward", "backward", "optimizer", "data");
    private static final double GIGA = 1e9;
    private static final double PERCENT = 100;

    /**
     * @param sides saddle's first, then the peer's
     * @param saddleParts saddle's answer to being asked for the parts of a step
     */
    Comparison of(List<Side> sides, ObjectNode saddleParts) {
        String title = subject.title() + ", " + subject.heads() + ", " + inWords(precision);
        Comparison table = Comparison.of(title, "ms/step", sides);
        List<Side.Measured> measured = sides.stream()
                .filter(Side.Measured.class::isInstance)
                .map(Side.Measured.class::cast)
                .toList();
        Side.Measured saddle = measured.get(0);
        Optional<AgainstFastest> against = AgainstFastest.of(sides, true);
        if (against.isPresent()) {
            table = against.get()
                    .in(
                            table,
                            subject.parameters() < MILLION ? SMALL : LARGER,
                            "takes %.2fx of the fastest variant's time");
        }
        ObjectNode rows = Json.object();
        table = table.withNote(String.format(
                        Locale.ROOT,
                        "a step is %.1f GFLOP; square matrix products reach %s",
                        flops() / GIGA,
                        product.words()))
                .withNote(String.format(
                        "%-76s%9s%9s%10s%6s%10s%9s%8s",
                        "medians (ms):", "forward", "backward", "optimizer", "data", "GFLOP/s", "share %", "MiB"));
        for (Side.Measured side : measured) {
            Side.Measured parts = side == saddle
                    ? new Side.Measured(saddle.name(), saddle.hello(), saddle.field(), List.of(saddleParts))
                    : side;
            table = table.withNote(line(side, parts, rows.putObject(side.name())));
        }
        ObjectNode facts = Json.object()
                .put("parameters", subject.parameters())
                .put("batch", subject.batch())
                .put("flops", flops());
        facts.set("matrixProducts", product.toJson());
        facts.set("rows", rows);
        facts.setAll(trials.toJson());
        return table.withFacts(facts)
                .withNote("the peer: "
                        + against.map(AgainstFastest::fastest)
                                .map(side -> side.hello().path("name").asText() + "; BLAS: "
                                        + side.hello().path("blas").asText() + "; " + trials.summary())
                                .orElse("not measured"))
                .withNote(
                        "GFLOP: convolutions, linear layers and attention, backward as twice forward. share: of the matrix"
                                + " products. MiB: the process's resident memory at its peak")
                .withNote(
                        "optimizer: norm, clipping, AdamW, average of the weights. data: images, noise, plan of the step")
                .withNote(
                        "saddle's forward is a prediction's, in fp32 by other layers than the step's, and measured apart as the"
                                + " optimizer is; backward is the rest of libtorch's time")
                .withNote("Kafka takes no part in this step; what it adds on the real stack: ./saddle bench pipeline");
    }

    private String line(Side.Measured side, Side.Measured parts, ObjectNode row) {
        StringBuilder line = new StringBuilder(String.format("  %-74s", side.name()));
        for (String part : PARTS) {
            double millis = new Side.Measured(parts.name(), parts.hello(), part, parts.answers())
                    .statistics()
                    .median();
            row.put(part, millis);
            line.append(String.format(Locale.ROOT, part.equals("data") ? "%6.2f" : "%9.2f", millis));
        }
        double gflops = flops() / median(side) / 1e6;
        double share = PERCENT * gflops / product.best().gflops();
        row.put("gflopsPerSecond", gflops)
                .put("percentOfMatrixProduct", share)
                .put("peakRssMiB", AgainstFastest.peakMiB(side));
        return line.append(String.format(Locale.ROOT, "%11.1f%9.1f%8.0f", gflops, share, AgainstFastest.peakMiB(side)))
                .toString();
    }

    static String inWords(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    private long flops() {
        return NetworkFlops.step(subject.settings().network(), subject.batch());
    }

    private static double median(Side.Measured side) {
        return side.statistics().median();
    }
}
