package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchProgram;

/** Operations of the optimizer on flat vectors of weights, in place and in one call each. */
public final class FlatOps implements AutoCloseable {
    // adamw returns what it changed: libtorch drops in-place operations on lists that nobody reads afterwards.
    private static final String SCRIPT = """
              def norm(self: SELF, x: Tensor) -> Tensor:
                return torch.linalg_vector_norm(x)
              def adamw(self: SELF, h: Tensor, p: Tensor, g: Tensor, m: Tensor, v: Tensor, s: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
                lr = float(torch.select(h, 0, 0))
                b1 = float(torch.select(h, 0, 1))
                b2 = float(torch.select(h, 0, 2))
                e = float(torch.select(h, 0, 3))
                d = float(torch.select(h, 0, 4))
                ps = [p]
                ms = [m]
                vs = [v]
                ss = [s]
                torch._foreach_add_(ss, 1)
                torch._fused_adamw_(ps, [g], ms, vs, annotate(List[Tensor], []), ss, lr=lr, beta1=b1, beta2=b2, weight_decay=d, eps=e, amsgrad=False, maximize=False)
                return (ps[0], ms[0], vs[0], ss[0])
              def assign(self: SELF, a: Tensor, b: Tensor) -> Tensor:
                return torch.copy_(a, b)
              def lerp(self: SELF, h: Tensor, a: Tensor, b: Tensor) -> Tensor:
                _0 = torch.lerp_(a, b, float(torch.select(h, 0, 0)))
                return h
            """.replace("SELF", TorchProgram.SELF);

    private final TorchProgram program = new TorchProgram(SCRIPT);

    /** The Euclidean norm. */
    public double norm(NDArray x) {
        try (NDArray norm = program.call("norm", x).singletonOrThrow()) {
            return norm.getFloat();
        }
    }

    /**
     * One AdamW step on {@code weights} and its moments.
     *
     * @param steps a float32 scalar, the number of steps done; incremented
     */
    void adamW(
            AdamWSettings settings,
            double learningRate,
            NDArray weights,
            NDArray gradient,
            NDArray mean,
            NDArray variance,
            NDArray steps) {
        try (NDManager scope = weights.getManager().newSubManager()) {
            NDArray constants = scope.create(new double[] {
                learningRate, settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay()
            });
            program.call("adamw", constants, weights, gradient, mean, variance, steps);
        }
    }

    /** {@code target = source}, on whatever device the target lies. */
    void assign(NDArray target, HostVector source) {
        program.call("assign", target, source.array()).close();
    }

    /** {@code target += part (source - target)}. */
    public void moveTowards(NDArray target, NDArray source, double part) {
        try (NDManager scope = target.getManager().newSubManager()) {
            program.call("lerp", scope.create(new double[] {part}), target, source);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
