package io.saddle.lab.experiment.slot;

import io.saddle.lab.study.Interval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The content of {@code result.json}.
 *
 * @param batch rows of a slot's step
 * @param trainings seed by seed; at least one, all after as many images and with one judge
 */
record SlotsResult(Instant createdAt, int batch, List<SlotCurve> trainings) {

    SlotsResult {
        trainings = List.copyOf(trainings);
    }

    /** Images that each training saw. */
    long images() {
        return trainings.get(0).last().images();
    }

    /** Whose features the distances are of. */
    String judge() {
        return trainings.get(0).judge();
    }

    /** Trainings of a variant over seeds, by its name, in the order in which they were made. */
    Map<String, List<SlotCurve>> byName() {
        Map<String, List<SlotCurve>> byName = new LinkedHashMap<>();
        trainings.forEach(curve ->
                byName.computeIfAbsent(curve.name(), name -> new ArrayList<>()).add(curve));
        return byName;
    }

    /** What a variant ends with beyond what another one of the same seed ends with; empty where none has both. */
    Optional<Interval> difference(String name, String other, ToDoubleFunction<SlotCurve.Point> figure) {
        List<Double> differences = new ArrayList<>();
        for (SlotCurve curve : byName().getOrDefault(name, List.of())) {
            byName().getOrDefault(other, List.of()).stream()
                    .filter(candidate -> candidate.seed() == curve.seed())
                    .findFirst()
                    .ifPresent(candidate -> differences.add(
                            figure.applyAsDouble(curve.last()) - figure.applyAsDouble(candidate.last())));
        }
        return Interval.ofMean(differences);
    }
}
