package io.saddle.primaltrainer.checkpoint;

import java.util.Map;

/**
 * A dual point whose snapshot was announced.
 *
 * @param step primal steps done
 * @param dualStep the dual step that comes before the one that is made of it
 * @param windows the losses seen since the dual point before, by source
 */
public record DualPoint(long step, long dualStep, Map<String, LossWindow> windows) {}
