package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.SourceReport;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.checkpoint.LossWindow;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ThresholdKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sources' losses in the steps since the last dual step, and of a source that the mixture drew no row of, that of a probe. */
final class SourceLosses implements AutoCloseable {

    private final Descent descent;
    private final TrainedSources sources;
    private final LossProbe probe;
    private final Map<String, LossWindow> windows = new HashMap<>();

    SourceLosses(Descent descent, TrainedSources sources, LossProbe probe) {
        this.descent = descent;
        this.sources = sources;
        this.probe = probe;
    }

    /** Goes on from what a checkpoint has. */
    void putAll(Map<String, LossWindow> kept) {
        windows.putAll(kept);
    }

    Map<String, LossWindow> windows() {
        return Map.copyOf(windows);
    }

    void clear() {
        windows.clear();
    }

    void add(List<SourceReport> step) {
        for (SourceReport source : step) {
            windows.merge(source.id(), LossWindow.EMPTY.plus(source.rows(), source.loss()), LossWindow::plus);
        }
    }

    /**
     * The loss of a constraint's source up to a dual point.
     *
     * @param seen {@link #windows()} there
     */
    LossEstimateResult of(ConstraintDefinition definition, Map<String, LossWindow> seen) throws IOException {
        return of(definition.getConstraintId(), sources.source(definition), definition, seen);
    }

    /** The objective's loss in the same steps, where the threshold counts from it; else null. */
    Double reference(ConstraintDefinition definition, Map<String, LossWindow> seen) throws IOException {
        return definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_OBJECTIVE
                ? of(TrainedSources.OBJECTIVE, sources.objective(), definition, seen)
                        .loss()
                : null;
    }

    private LossEstimateResult of(
            String name, Source source, ConstraintDefinition definition, Map<String, LossWindow> seen) {
        LossWindow window = seen.getOrDefault(name, LossWindow.EMPTY);
        if (window.rows() > 0) {
            return window.estimate();
        }
        try (HostVector weights = descent.viewOfWeights()) {
            return probe.measure(definition, weights, source.data());
        }
    }

    @Override
    public void close() {
        probe.close();
    }
}
