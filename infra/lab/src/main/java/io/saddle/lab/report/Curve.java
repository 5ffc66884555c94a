package io.saddle.lab.report;

import java.util.List;
import java.util.Map;

/**
 * Several series over the same primal steps; a gap is null.
 *
 * @param series values by name, each as long as {@code steps}
 */
public record Curve(List<Long> steps, Map<String, List<Double>> series) {}
