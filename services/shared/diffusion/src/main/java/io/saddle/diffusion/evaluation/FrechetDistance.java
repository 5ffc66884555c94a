package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Arrays;

/**
 * The Frechet distance between two Gaussians (Dowson and Landau 1982; Heusel et al. 2017), in float64:
 * |mu_1 - mu_2|^2 + tr S_1 + tr S_2 - 2 tr (S_1 S_2)^1/2.
 *
 * <p>With any R_i for which S_i = R_i R_i^T, the last trace is the sum of the singular values of R_1^T R_2, and of the roots of
 * the eigenvalues of R_1^T S_2 R_1. R is the Cholesky factor where the covariance has full rank; else, with fewer samples than
 * dimensions or constant features, its eigenvectors of eigenvalues above rounding (D x rank), so that no roots of rounding
 * errors add up. Against scipy's {@code sqrtm(S_1 S_2)}, a Schur decomposition of a matrix that is not symmetric, this takes a
 * twentieth of the time, and it keeps about 12 digits where that keeps 6 (condition 1e10).
 *
 * <p>libtorch's LAPACK runs in the threads of {@link TorchRuntime} (1 unless set): on two busy cores two threads wait for each
 * other longer than they gain.
 */
public final class FrechetDistance implements AutoCloseable {
    /** Fewer dimensions gain nothing from {@code triangleAndCovariance}. */
    private static final int SMALLEST_IN_BLOCKS = 256;

    // triangleAndCovariance: the columns of R^T S R for a lower triangular R, block by block, on and below the diagonal
    // blocks only. Above them nobody reads, and the zeros of R cancel what lies above in R and left in S: 40 % of the
    // multiplications, three quarters of the time in all for 2,048 dimensions. More than 8 blocks make each less
    // efficient.
    //
    // triangle: the Cholesky factor, without rows where there is none, or a pivot as small as rounding: noise, that
    // covariance is singular, too.
    //
    // traceOfFull: all of it in one call, without rows where a covariance is singular. With 64 dimensions the time goes
    // to calls as much as to arithmetic.
    private static final String SCRIPT = """
              def triangle(self: SELF, s: Tensor) -> Tensor:
                r, info, = torch.linalg_cholesky_ex(s, upper=False, check_errors=False)
                smallest = torch.min(torch.diagonal(r))
                rounding = torch.mul(torch.max(torch.diagonal(s)), torch.mul(torch.size(s, 0), EPSILON))
                if bool(torch.logical_and(torch.eq(info, 0), torch.gt(torch.mul(smallest, smallest), rounding))):
                  triangle = r
                else:
                  triangle = torch.slice(r, 0, 0, 0)
                return triangle
              def traceOfFull(self: SELF, s1: Tensor, s2: Tensor) -> Tensor:
                r1 = (self).triangle(s1)
                r2 = (self).triangle(s2)
                if torch.eq(torch.mul(torch.size(r1, 0), torch.size(r2, 0)), 0):
                  trace = torch.slice(s1, 0, 0, 0)
                else:
                  if torch.ge(torch.size(s1, 0), SMALLEST_IN_BLOCKS):
                    trace = (self).triangleAndCovariance(r2, s1)
                  else:
                    trace = (self).rootAndCovariance(r2, s1)
                return trace
              def spectrum(self: SELF, s: Tensor) -> Tuple[Tensor, Tensor]:
                e, v, = torch.linalg_eigh(s, "L")
                return (e, v)
              def root(self: SELF, e: Tensor, v: Tensor) -> Tensor:
                return torch.mul(v, torch.unsqueeze(torch.sqrt(e), 0))
              def rootAndCovariance(self: SELF, r: Tensor, s: Tensor) -> Tensor:
                inner = torch.matmul(torch.matmul(torch.transpose(r, 0, 1), s), r)
                return torch.sum(torch.sqrt(torch.clamp(torch.linalg_eigvalsh(inner, "L"), 0)))
              def triangleAndCovariance(self: SELF, r: Tensor, s: Tensor) -> Tensor:
                n = torch.size(r, 0)
                columns = annotate(List[Tensor], [])
                for block in range(8):
                  begin = torch.floordiv(torch.mul(n, block), 8)
                  end = torch.floordiv(torch.mul(n, torch.add(block, 1)), 8)
                  corner = torch.slice(torch.slice(r, 0, begin), 1, begin)
                  rest = torch.slice(torch.slice(s, 0, begin), 1, begin)
                  right = torch.matmul(rest, torch.slice(corner, 1, 0, torch.sub(end, begin)))
                  below = torch.matmul(torch.transpose(corner, 0, 1), right)
                  _0 = torch.append(columns, torch.constant_pad_nd(below, [0, 0, begin, 0]))
                inner = torch.cat(columns, 1)
                return torch.sum(torch.sqrt(torch.clamp(torch.linalg_eigvalsh(inner, "L"), 0)))
              def deviations(self: SELF, a: Tensor) -> Tuple[Tensor, Tensor]:
                mean = torch.mean(a, [0], True)
                root = torch.div(torch.sub(a, mean), torch.sqrt(torch.sub(torch.size(a, 0), 1)))
                return (mean, root)
              def fewRows(self: SELF, a: Tensor, b: Tensor) -> Tensor:
                m, r, = (self).deviations(a)
                n, s, = (self).deviations(b)
                d = torch.sub(m, n)
                rest = torch.add(torch.add(torch.sum(torch.mul(d, d)), torch.sum(torch.mul(r, r))), torch.sum(torch.mul(s, s)))
                trace = torch.sum(torch.linalg_svdvals(torch.matmul(r, torch.transpose(s, 0, 1))))
                return torch.sub(rest, torch.mul(trace, 2))
              def rootAndRoot(self: SELF, r1: Tensor, r2: Tensor) -> Tensor:
                return torch.sum(torch.linalg_svdvals(torch.matmul(torch.transpose(r1, 0, 1), r2)))
            """.replace("SELF", TorchProgram.SELF)
            .replace("EPSILON", Double.toString(Math.ulp(1.0)))
            .replace("SMALLEST_IN_BLOCKS", Integer.toString(SMALLEST_IN_BLOCKS));
    private static final double EPSILON = Math.ulp(1.0);
    private static final double NEGATIVE = -1e-3;

    private final TorchProgram program = new TorchProgram(SCRIPT);

    /**
     * The distance, >= 0.
     *
     * @throws IllegalArgumentException if the dimensions differ, or a covariance has a clearly negative eigenvalue
     */
    public double between(FeatureGaussian a, FeatureGaussian b) {
        if (a.dimensions() != b.dimensions()) {
            throw new IllegalArgumentException(
                    "features of " + a.dimensions() + " and " + b.dimensions() + " dimensions cannot be compared");
        }
        int size = a.dimensions();
        double rest = 0;
        for (int i = 0; i < size; i++) {
            double difference = a.mean()[i] - b.mean()[i];
            rest += difference * difference + a.covariance()[i * size + i] + b.covariance()[i * size + i];
        }
        return Math.max(0, rest - 2 * traceOfRoot(a, b));
    }

    /**
     * As {@link #between(FeatureGaussian, FeatureGaussian)}, of rows of which there are few: their deviations from the mean are a root of the
     * covariance, so that no D x D matrix is taken apart where both have fewer rows than D.
     *
     * @throws IllegalArgumentException if the dimensions differ, or there are fewer than two rows
     */
    public double between(FeatureRows a, FeatureRows b) {
        int least = Math.min(a.count(), b.count());
        if (least < 2 || a.dimensions() != b.dimensions() || Math.max(a.count(), b.count()) >= a.dimensions()) {
            return between(a.gaussian(), b.gaussian());
        }
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDList parts = program.call("fewRows", array(manager, a), array(manager, b));
            return Math.max(0, parts.get(0).getDouble());
        }
    }

    private static NDArray array(NDManager manager, FeatureRows rows) {
        return manager.create(
                        Arrays.copyOf(rows.values(), rows.count() * rows.dimensions()),
                        new Shape(rows.count(), rows.dimensions()))
                .toType(DataType.FLOAT64, true);
    }

    /** As {@link #between(FeatureGaussian, FeatureGaussian)}, of two streams. */
    public double between(FeatureStatistics a, FeatureStatistics b) {
        return between(a.gaussian(), b.gaussian());
    }

    @Override
    public void close() {
        program.close();
    }

    private double traceOfRoot(FeatureGaussian a, FeatureGaussian b) {
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray s1 = covariance(manager, a);
            NDArray s2 = covariance(manager, b);
            if (!a.hasFewerSamplesThanDimensions() && !b.hasFewerSamplesThanDimensions()) {
                NDArray trace = program.call("traceOfFull", s1, s2).singletonOrThrow();
                if (!trace.isEmpty()) {
                    return trace.getDouble();
                }
            }
            Factor first = factor(manager, a, s1);
            Factor second = factor(manager, b, s2);
            if (first.rank() == 0 || second.rank() == 0) {
                return 0;
            }
            NDList trace;
            if (first.full()) {
                trace = program.call("rootAndCovariance", second.root(), first.covariance());
            } else if (second.full()) {
                trace = program.call("rootAndCovariance", first.root(), second.covariance());
            } else {
                trace = program.call("rootAndRoot", first.root(), second.root());
            }
            return trace.singletonOrThrow().getDouble();
        }
    }

    private static NDArray covariance(NDManager manager, FeatureGaussian gaussian) {
        return manager.create(gaussian.covariance(), new Shape(gaussian.dimensions(), gaussian.dimensions()));
    }

    /** S = R R^T with R of D x rank. */
    private record Factor(NDArray covariance, NDArray root) {
        boolean full() {
            return rank() == covariance.size(0);
        }

        long rank() {
            return root.size(1);
        }
    }

    private Factor factor(NDManager manager, FeatureGaussian gaussian, NDArray covariance) {
        int size = gaussian.dimensions();
        if (!gaussian.hasFewerSamplesThanDimensions()) {
            NDArray triangle = program.call("triangle", covariance).singletonOrThrow();
            if (!triangle.isEmpty()) {
                return new Factor(covariance, triangle);
            }
        }
        NDList spectrum = program.call("spectrum", covariance);
        double[] eigenvalues = spectrum.get(0).toDoubleArray();
        double largest = eigenvalues[size - 1];
        if (eigenvalues[0] < NEGATIVE * Math.abs(largest)) {
            throw new IllegalArgumentException("this is no covariance: it has the eigenvalue " + eigenvalues[0]
                    + " beside the largest, " + largest);
        }
        int first = 0;
        while (first < size && eigenvalues[first] <= size * EPSILON * largest) {
            first++;
        }
        if (first == size) {
            return new Factor(covariance, manager.create(new Shape(size, 0)));
        }
        NDArray kept = spectrum.get(0).get(new NDIndex("{}:", first));
        NDArray vectors = spectrum.get(1).get(new NDIndex(":, {}:", first));
        return new Factor(covariance, program.call("root", kept, vectors).singletonOrThrow());
    }
}
