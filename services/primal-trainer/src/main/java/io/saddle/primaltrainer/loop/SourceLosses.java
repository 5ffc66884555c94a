package io.saddle.primaltrainer.loop;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.SourceReport;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.checkpoint.DualPoint;
import io.saddle.primaltrainer.checkpoint.LossProbeResult;
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
     * The dual point with all that its estimates of a constraint need. What the steps drew no row of is probed, once: announced again later,
     * it is what it was.
     */
    DualPoint measured(ConstraintDefinition definition, DualPoint point) throws IOException {
        DualPoint measured = probed(definition, definition.getConstraintId(), point);
        return countsFromObjective(definition) ? probed(definition, TrainedSources.OBJECTIVE, measured) : measured;
    }

    private DualPoint probed(ConstraintDefinition definition, String source, DualPoint point) throws IOException {
        if (seen(source, point).rows() > 0 || isProbed(definition, source, point)) {
            return point;
        }
        Source data = source.equals(TrainedSources.OBJECTIVE) ? sources.objective() : sources.source(definition);
        try (HostVector weights = descent.viewOfWeights()) {
            LossEstimateResult result = probe.measure(definition, weights, data.data());
            return point.with(name(definition, source), new LossProbeResult(definition.getVersion(), result));
        }
    }

    private static boolean isProbed(ConstraintDefinition definition, String source, DualPoint point) {
        LossProbeResult known = point.probes().get(name(definition, source));
        return known != null && known.version() == definition.getVersion();
    }

    /** The objective is probed by the draws of the constraint that counts from it. */
    private static String name(ConstraintDefinition definition, String source) {
        return definition.getConstraintId() + "/" + source;
    }

    private static LossWindow seen(String source, DualPoint point) {
        return point.windows().getOrDefault(source, LossWindow.EMPTY);
    }

    private static boolean countsFromObjective(ConstraintDefinition definition) {
        return definition.getThresholdKind() == ThresholdKind.RELATIVE_TO_OBJECTIVE;
    }

    /**
     * The loss of a constraint's source up to a dual point.
     *
     * @param point {@link #measured}
     */
    LossEstimateResult of(ConstraintDefinition definition, DualPoint point) {
        return of(definition, definition.getConstraintId(), point);
    }

    /** The objective's loss in the same steps, where the threshold counts from it; else null. */
    Double reference(ConstraintDefinition definition, DualPoint point) {
        return countsFromObjective(definition)
                ? of(definition, TrainedSources.OBJECTIVE, point).loss()
                : null;
    }

    private static LossEstimateResult of(ConstraintDefinition definition, String source, DualPoint point) {
        LossWindow window = seen(source, point);
        return window.rows() > 0
                ? window.estimate()
                : point.probes().get(name(definition, source)).result();
    }

    @Override
    public void close() {
        probe.close();
    }
}
