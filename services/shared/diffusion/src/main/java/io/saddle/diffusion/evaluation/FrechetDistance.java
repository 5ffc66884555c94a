package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;

/**
 * The Frechet distance between two Gaussians (Heusel et al. 2017), in float64:
 * |mu_1 - mu_2|^2 + tr S_1 + tr S_2 - 2 tr (S_1^1/2 S_2 S_1^1/2)^1/2.
 *
 * <p>The last trace is the sum of the roots of the eigenvalues of a symmetric matrix; eigenvalues below 0 are rounding errors
 * and count as 0. This stays exact for singular covariances (fewer samples than dimensions).
 */
public final class FrechetDistance implements AutoCloseable {
    private static final String SCRIPT = """
              def distance(self: SELF, m1: Tensor, s1: Tensor, m2: Tensor, s2: Tensor) -> Tensor:
                e, v, = torch.linalg_eigh(s1, "L")
                r = torch.mul(v, torch.unsqueeze(torch.sqrt(torch.clamp(e, 0)), 0))
                root = torch.matmul(r, torch.transpose(v, 0, 1))
                inner = torch.matmul(torch.matmul(root, s2), root)
                even = torch.div(torch.add(inner, torch.transpose(inner, 0, 1)), 2)
                w = torch.linalg_eigvalsh(even, "L")
                cross = torch.sum(torch.sqrt(torch.clamp(w, 0)))
                d = torch.sub(m1, m2)
                traces = torch.add(torch.trace(s1), torch.trace(s2))
                return torch.add(torch.sum(torch.mul(d, d)), torch.sub(traces, torch.mul(cross, 2)))
            """.replace("SELF", TorchProgram.SELF);

    private final TorchProgram program = new TorchProgram(SCRIPT);

    /**
     * The distance, >= 0.
     *
     * @throws IllegalArgumentException if the features' dimensions differ
     */
    public double between(FeatureStatistics a, FeatureStatistics b) {
        if (a.dimensions() != b.dimensions()) {
            throw new IllegalArgumentException(
                    "features of " + a.dimensions() + " and " + b.dimensions() + " dimensions cannot be compared");
        }
        int size = a.dimensions();
        Shape square = new Shape(size, size);
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray distance = program.call(
                            "distance",
                            manager.create(a.mean()),
                            manager.create(a.covariance(), square),
                            manager.create(b.mean()),
                            manager.create(b.covariance(), square))
                    .singletonOrThrow();
            return Math.max(0, distance.getDouble());
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
