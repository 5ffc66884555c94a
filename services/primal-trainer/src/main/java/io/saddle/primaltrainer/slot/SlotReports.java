package io.saddle.primaltrainer.slot;

import io.saddle.diffusion.training.SourceReport;
import io.saddle.diffusion.training.StepReport;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.SourceSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The steps of a round in the run's eyes: each is what the slots did at that step, together. Pure. */
final class SlotReports {

    private SlotReports() {}

    /**
     * @param slots the summaries of each slot's steps, in the order of the slots: the same steps of the same sources
     * @param roundMillis wall-clock time of the round, of which each step has the same part
     * @return rows are sums, losses their means over all rows, norms and cosines means over the slots
     */
    static List<StepReport> merged(List<List<GradientSummary>> slots, double roundMillis) {
        int steps = slots.get(0).size();
        List<StepReport> reports = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            List<GradientSummary> together = new ArrayList<>();
            for (List<GradientSummary> slot : slots) {
                together.add(slot.get(step));
            }
            reports.add(step(together, roundMillis / steps));
        }
        return reports;
    }

    private static StepReport step(List<GradientSummary> slots, double millis) {
        GradientSummary first = slots.get(0);
        List<SourceReport> sources = new ArrayList<>();
        for (int i = 0; i < first.getSources().size(); i++) {
            List<SourceSummary> source = new ArrayList<>();
            for (GradientSummary slot : slots) {
                source.add(slot.getSources().get(i));
            }
            sources.add(source(source));
        }
        int rows = sources.stream().mapToInt(SourceReport::rows).sum();
        return new StepReport(
                first.getStep(),
                mean(slots, GradientSummary::getLagrangianLoss),
                sources,
                mean(slots, GradientSummary::getGradientNorm),
                blocks(slots),
                slots.stream().anyMatch(GradientSummary::getClipped),
                first.getLearningRate(),
                millis,
                Math.min(millis, known(slots, GradientSummary::getLibtorchMillis)),
                rows / Math.max(millis, 1e-3) * 1e3,
                true);
    }

    private static SourceReport source(List<SourceSummary> slots) {
        SourceSummary first = slots.get(0);
        int rows = 0;
        double sum = 0;
        for (SourceSummary slot : slots) {
            rows += slot.getRows();
            sum += slot.getRows() == 0 ? 0 : slot.getRows() * slot.getLoss();
        }
        return new SourceReport(
                first.getSource(),
                rows,
                sum / rows,
                first.getMultiplier(),
                known(slots, SourceSummary::getGradientNorm),
                known(slots, SourceSummary::getCosineToObjective));
    }

    private static Map<String, Double> blocks(List<GradientSummary> slots) {
        Map<String, Double> blocks = new LinkedHashMap<>();
        for (String block : slots.get(0).getBlockGradientNorms().keySet()) {
            blocks.put(block, mean(slots, slot -> slot.getBlockGradientNorms().getOrDefault(block, Double.NaN)));
        }
        return blocks;
    }

    private static <T> double mean(List<T> slots, ToDoubleFunction<T> value) {
        return slots.stream().mapToDouble(value).average().orElseThrow();
    }

    /** The mean over the slots that know it: one that drew no row of a source does not. */
    private static <T> double known(List<T> slots, Function<T, Double> value) {
        return slots.stream()
                .map(value)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
    }
}
