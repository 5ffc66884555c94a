package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.torch.HostVector;
import java.util.Arrays;
import java.util.Map;

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
     * @param gradients of each source's mean loss, null without rows; overwritten
     * @param totals weight of each source's mean loss in the step's loss
     */
    static StepDiagnostics of(NDArray[] gradients, double[] totals, FlatLayout layout) {
        double[] norms = new double[gradients.length];
        double[] cosines = new double[gradients.length];
        Arrays.fill(norms, Double.NaN);
        Arrays.fill(cosines, Double.NaN);
        NDArray sum = null;
        try (HostVector objective = gradients[0] == null ? null : HostVector.copyOf(gradients[0])) {
            for (int i = 0; i < gradients.length; i++) {
                if (gradients[i] == null) {
                    continue;
                }
                try (HostVector values = HostVector.viewOf(gradients[i])) {
                    norms[i] = values.norm();
                    cosines[i] = objective == null ? Double.NaN : FlatVectors.cosine(values, objective);
                }
                if (totals[i] > 0) {
                    gradients[i].muli(totals[i]);
                    sum = sum == null ? gradients[i] : sum.addi(gradients[i]);
                }
            }
        }
        try (HostVector values = HostVector.viewOf(sum)) {
            return new StepDiagnostics(sum, norms, cosines, FlatVectors.blockNorms(layout, values));
        }
    }
}
