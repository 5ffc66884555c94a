package io.saddle.lab.bench.training;

import static io.saddle.lab.bench.training.TrainContender.SADDLE_BF16;
import static io.saddle.lab.bench.training.TrainContender.SADDLE_FP32;
import static io.saddle.lab.bench.training.TrainContender.TORCH_BF16;
import static io.saddle.lab.bench.training.TrainContender.TORCH_BF16_TUNED;
import static io.saddle.lab.bench.training.TrainContender.TORCH_FP32;
import static io.saddle.lab.bench.training.TrainContender.TORCH_FP32_TUNED;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.List;
import java.util.Locale;

/** The table of one network. */
final class TrainReport {

    private static final List<String> PARTS = List.of("forward", "backward", "optimizer", "data");
    private static final double MIB = 1024;

    private TrainReport() {}

    static Comparison of(TrainingSubject subject, List<Side> sides) {
        Comparison table = Comparison.of(subject.title(), "ms/step", sides)
                .withRatio(SADDLE_FP32.title(), TORCH_FP32.title(), Goal.atMost(0.8))
                .withRatio(SADDLE_FP32.title(), TORCH_FP32_TUNED.title(), Goal.atMost(0.95))
                .withRatio(SADDLE_BF16.title(), TORCH_BF16.title(), Goal.atMost(0.85))
                .withRatio(SADDLE_BF16.title(), TORCH_BF16_TUNED.title(), null)
                .withFacts(Json.object().put("parameters", subject.parameters()).put("batch", subject.batch()))
                .withNote("where the time goes (medians, ms):      forward   backward  optimizer       data  peak MiB");
        ObjectNode medians = Json.object();
        for (TrainContender contender : TrainContender.values()) {
            Side.Measured side = table.measured(contender.title()).orElse(null);
            if (side != null) {
                table = table.withNote(line(side, medians.putObject(side.name())));
            }
        }
        String peer = table.measured(TORCH_FP32.title())
                .map(side -> side.hello().path("name").asText() + "; BLAS: "
                        + side.hello().path("blas").asText())
                .orElse("not measured");
        return table.withFacts(Json.object().set("parts", medians))
                .withNote("the peer: " + peer)
                .withNote(
                        "optimizer: norm, clipping, AdamW, average of the weights. data: images, noise, plan of the step")
                .withNote("saddle's forward and optimizer are measured apart; backward is the rest of libtorch's time")
                .withNote("Kafka takes no part in this step; what it adds on the real stack: ./saddle bench pipeline");
    }

    private static String line(Side.Measured side, ObjectNode medians) {
        StringBuilder line = new StringBuilder(String.format("  %-37s", side.name()));
        for (String part : PARTS) {
            double median = new Side.Measured(side.name(), side.hello(), part, side.answers())
                    .statistics()
                    .median();
            medians.put(part, median);
            line.append(String.format(Locale.ROOT, "%8.2f   ", median));
        }
        double peak =
                side.answers().get(side.answers().size() - 1).path("peakRssKiB").asDouble() / MIB;
        medians.put("peakRssMiB", peak);
        return line.append(String.format(Locale.ROOT, "%7.0f", peak)).toString();
    }
}
