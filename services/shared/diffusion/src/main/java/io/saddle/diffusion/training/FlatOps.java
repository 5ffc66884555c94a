package io.saddle.diffusion.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchProgram;
import java.util.List;
import java.util.stream.Stream;

/** Operations of the optimizer on flat vectors of weights, in place and in one call each. */
public final class FlatOps implements AutoCloseable {
    // adamw returns what it changed: libtorch drops in-place operations on lists that nobody reads afterwards.
    private static final String SCRIPT = """
              def norm(self: SELF, g: List[Tensor]) -> Tensor:
                return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)))
              def scale(self: SELF, h: Tensor, g: List[Tensor]) -> List[Tensor]:
                torch._foreach_mul_(g, float(torch.select(h, 0, 0)))
                return g
              def add(self: SELF, g: List[Tensor]) -> List[Tensor]:
                n = torch.floordiv(torch.len(g), 2)
                target = torch.slice(g, 0, n)
                torch._foreach_add_(target, torch.slice(g, n))
                return target
              def adamw(self: SELF, h: Tensor, p: Tensor, m: Tensor, v: Tensor, s: Tensor, g: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
                lr = float(torch.select(h, 0, 0))
                b1 = float(torch.select(h, 0, 1))
                b2 = float(torch.select(h, 0, 2))
                e = float(torch.select(h, 0, 3))
                d = float(torch.select(h, 0, 4))
                sizes = annotate(List[int], [])
                ss = annotate(List[Tensor], [])
                for i in range(torch.len(g)):
                  _0 = torch.append(sizes, torch.numel(g[i]))
                  _1 = torch.append(ss, s)
                ps = torch.split_with_sizes(p, sizes)
                ms = torch.split_with_sizes(m, sizes)
                vs = torch.split_with_sizes(v, sizes)
                t = torch.add_(s, 1)
                torch._fused_adamw_(ps, g, ms, vs, annotate(List[Tensor], []), ss, lr=lr, beta1=b1, beta2=b2, weight_decay=d, eps=e, amsgrad=False, maximize=False)
                return (ps[0], ms[0], vs[0], t)
              def copy(self: SELF, a: Tensor, g: List[Tensor]) -> List[Tensor]:
                sizes = annotate(List[int], [])
                for i in range(torch.len(g)):
                  _0 = torch.append(sizes, torch.numel(g[i]))
                parts = torch.split_with_sizes(a, sizes)
                torch._foreach_copy_(parts, g)
                return parts
              def assign(self: SELF, a: Tensor, b: Tensor) -> Tensor:
                return torch.copy_(a, b)
              def lerp(self: SELF, h: Tensor, a: Tensor, b: Tensor) -> Tensor:
                _0 = torch.lerp_(a, b, float(torch.select(h, 0, 0)))
                return h
            """.replace("SELF", TorchProgram.SELF);

    private final TorchProgram program = new TorchProgram(SCRIPT);

    /** The Euclidean norm of a vector that lies in these parts. */
    public double norm(List<NDArray> parts) {
        try (NDArray norm = program.call("norm", parts).singletonOrThrow()) {
            return norm.getFloat();
        }
    }

    /** Multiplies a vector that lies in these parts. */
    public void scale(List<NDArray> parts, double factor) {
        try (NDManager scope = parts.get(0).getManager().newSubManager()) {
            program.call("scale", parts, scope.create(new double[] {factor}));
        }
    }

    /** {@code target += source} of two vectors that lie in parts of the same sizes. */
    void add(List<NDArray> target, List<NDArray> source) {
        program.call("add", Stream.concat(target.stream(), source.stream()).toList())
                .close();
    }

    /**
     * One AdamW step on {@code weights} and its moments.
     *
     * @param gradient in parts, in the order of {@code weights}
     * @param steps a float32 scalar, the number of steps done; incremented
     */
    void adamW(
            AdamWSettings settings,
            double learningRate,
            NDArray weights,
            List<NDArray> gradient,
            NDArray mean,
            NDArray variance,
            NDArray steps) {
        try (NDManager scope = weights.getManager().newSubManager()) {
            NDArray constants = scope.create(new double[] {
                learningRate, settings.beta1(), settings.beta2(), settings.epsilon(), settings.weightDecay()
            });
            program.call("adamw", gradient, constants, weights, mean, variance, steps);
        }
    }

    /** {@code target = source}, on whatever device the target lies. */
    void assign(NDArray target, HostVector source) {
        assign(target, source.array());
    }

    /** {@code target = source}, on whatever devices the two lie. */
    void assign(NDArray target, NDArray source) {
        program.call("assign", target, source).close();
    }

    /**
     * {@code target = source} of a vector that lies in parts, on whatever devices the two lie.
     *
     * @return the target in parts of the same sizes: views of it, which the caller closes
     */
    NDList copy(NDArray target, List<NDArray> source) {
        return program.call("copy", source, target);
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
