package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.torch.HostVector;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A step's gradient split by source.
 *
 * @param gradient the gradient of the step's loss
 * @param norms for each source the norm of the gradient of its mean loss; NaN without rows
 * @param cosines for each source the cosine between its gradient and the objective's; NaN without rows
 * @param blockNorms for each block of the network the norm of its part of {@code gradient}
 */
record StepDiagnostics(NDArray gradient, double[] norms, double[] cosines, Map<String, Double> blockNorms) {

    /**
     * Takes one source after the other: beside the gradient of one, the objective's and the sum are held, however many sources
     * there are.
     *
     * @param gradients gives the gradient of a source's mean loss, null without rows; it is overwritten or closed before the next
     *     is asked for
     * @param totals weight of each source's mean loss in the step's loss
     */
    static StepDiagnostics of(IntFunction<NDArray> gradients, double[] totals, FlatLayout layout) {
        double[] norms = new double[totals.length];
        double[] cosines = new double[totals.length];
        Arrays.fill(norms, Double.NaN);
        Arrays.fill(cosines, Double.NaN);
        NDArray sum = null;
        NDArray first = gradients.apply(0);
        try (HostVector objective = first == null ? null : HostVector.copyOf(first)) {
            for (int i = 0; i < totals.length; i++) {
                NDArray gradient = i == 0 ? first : gradients.apply(i);
                if (gradient == null) {
                    continue;
                }
                try (HostVector values = HostVector.viewOf(gradient)) {
                    norms[i] = values.norm();
                    cosines[i] = objective == null ? Double.NaN : FlatVectors.cosine(values, objective);
                }
                if (totals[i] > 0 && sum == null) {
                    sum = gradient.muli(totals[i]);
                } else {
                    if (totals[i] > 0) {
                        sum.addi(gradient.muli(totals[i]));
                    }
                    gradient.close();
                }
            }
        }
        try (HostVector values = HostVector.viewOf(sum)) {
            return new StepDiagnostics(sum, norms, cosines, FlatVectors.blockNorms(layout, values));
        }
    }
}
