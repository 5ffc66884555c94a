package io.saddle.primaltrainer.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.HashMap;
import java.util.Map;

/**
 * A dual point whose snapshot was announced.
 *
 * @param step primal steps done
 * @param dualStep the dual step that comes before the one that is made of it
 * @param windows the losses seen since the dual point before, by source
 * @param probes what was measured there of sources without rows, by constraint and source; in a checkpoint they have a file of their own
 */
public record DualPoint(
        long step,
        long dualStep,
        Map<String, LossWindow> windows,
        @JsonIgnore Map<String, LossProbeResult> probes) {

    public DualPoint {
        probes = probes == null ? Map.of() : Map.copyOf(probes);
    }

    /** One of which nothing was probed yet. */
    public DualPoint(long step, long dualStep, Map<String, LossWindow> windows) {
        this(step, dualStep, windows, Map.of());
    }

    /** The same, whose vector comes after another one. */
    public DualPoint after(long otherDualStep) {
        return new DualPoint(step, otherDualStep, windows, probes);
    }

    /** The same, with what was probed. */
    public DualPoint with(Map<String, LossProbeResult> probed) {
        return new DualPoint(step, dualStep, windows, probed);
    }

    /** The same, with one more result. */
    public DualPoint with(String name, LossProbeResult probed) {
        Map<String, LossProbeResult> all = new HashMap<>(probes);
        all.put(name, probed);
        return with(all);
    }
}
