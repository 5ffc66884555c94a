package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.torch.HostTensor;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;

/**
 * Distances between generated and real images that need fewer of them than the Frechet distance, in float64. Memory is that of the
 * features in float64 and of {@value #BLOCK} rows' distances to all.
 */
public final class FeatureDistances implements AutoCloseable {

    /** With {@value FeatureRows#MOST} rows 20 MB: what is larger than 32 MB malloc takes anew from the kernel each time, a page at a time. */
    private static final int BLOCK = 256;
    /** Of standard errors, at the least. */
    private static final int LEAST_BLOCKS = 4;
    /** At the most. */
    private static final int BLOCK_ROWS = 1000;

    private static final String SCRIPT = """
              def kernels(self: SELF, a: Tensor, b: Tensor) -> Tensor:
                d = torch.size(a, 1)
                return torch.sum(torch.pow(torch.add(torch.div(torch.matmul(a, torch.transpose(b, 0, 1)), d), 1), 3))
              def own(self: SELF, a: Tensor) -> Tensor:
                d = torch.size(a, 1)
                return torch.sum(torch.pow(torch.add(torch.div(torch.sum(torch.mul(a, a), [1]), d), 1), 3))
              def squares(self: SELF, a: Tensor, b: Tensor) -> Tensor:
                x = torch.unsqueeze(torch.sum(torch.mul(a, a), [1]), 1)
                y = torch.unsqueeze(torch.sum(torch.mul(b, b), [1]), 0)
                return torch.sub(torch.add(x, y), torch.mul(torch.matmul(a, torch.transpose(b, 0, 1)), 2))
              def nearest(self: SELF, a: Tensor, b: Tensor, k: Tensor) -> Tensor:
                value, _0, = torch.kthvalue((self).squares(a, b), torch.add(int(k), 1), 1)
                return value
              def within(self: SELF, a: Tensor, b: Tensor, ra: Tensor, rb: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
                d = (self).squares(a, b)
                ina = torch.le(d, torch.unsqueeze(ra, 1))
                inb = torch.le(d, torch.unsqueeze(rb, 0))
                return (torch.sum(ina, [0]), torch.any(ina, 1), torch.any(inb, 1))
            """.replace("SELF", TorchProgram.SELF);

    private final TorchProgram program = new TorchProgram(SCRIPT);

    /**
     * The kernel distance (KID; Binkowski et al. 2018, "Demystifying MMD GANs"): the unbiased estimate of the squared maximum mean
     * discrepancy under k(x, y) = (x . y / D + 1)^3; it may be below 0.
     *
     * @param value over all rows
     * @param standardError of the mean over blocks of rows that follow each other, at least four of them and at most 1,000 rows each; NaN
     *     with too few rows
     */
    public record Kernel(double value, double standardError) {}

    /**
     * How two sets lie in each other (precision and recall: Kynkaanniemi et al. 2019, density and coverage: Naeem et al. 2020), by balls
     * around the images of a set that reach to the k-th neighbour in it.
     *
     * @param precision share of the generated images that lie in a ball around a real one
     * @param recall share of the real images that lie in a ball around a generated one
     * @param density number of balls around real images that a generated one lies in, by k; may be above 1
     * @param coverage share of the real images with a generated one in their ball
     */
    public record Manifold(double precision, double recall, double density, double coverage) {}

    /**
     * @param a n x D
     * @param b m x D
     * @throws IllegalArgumentException if there are fewer than two rows, or the dimensions differ
     */
    public Kernel kernel(FeatureRows a, FeatureRows b) {
        requireAlike(a, b, 2);
        return kernel(a, b, similarity(b));
    }

    /**
     * As {@link #kernel(FeatureRows, FeatureRows)}, where many are compared with the same set.
     *
     * @param ofB {@link #similarity} of b
     */
    public Kernel kernel(FeatureRows a, FeatureRows b, double ofB) {
        requireAlike(a, b, 2);
        double value = mmd(a, b, ofB);
        int least = Math.min(a.count(), b.count());
        int blocks = Math.max(LEAST_BLOCKS, (least + BLOCK_ROWS - 1) / BLOCK_ROWS);
        int rows = least / blocks;
        if (rows < 2) {
            return new Kernel(value, Double.NaN);
        }
        double[] estimates = new double[blocks];
        double mean = 0;
        for (int i = 0; i < blocks; i++) {
            FeatureRows part = b.range(i * rows, (i + 1) * rows);
            estimates[i] = mmd(a.range(i * rows, (i + 1) * rows), part, similarity(part));
            mean += estimates[i] / blocks;
        }
        double squares = 0;
        for (double estimate : estimates) {
            squares += (estimate - mean) * (estimate - mean);
        }
        return new Kernel(value, Math.sqrt(squares / (blocks - 1) / blocks));
    }

    /** The mean of k over all pairs of different rows: two or more. */
    public double similarity(FeatureRows rows) {
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray x = array(manager, rows);
            double n = rows.count();
            return (kernels(x, x) - own(x)) / (n * (n - 1));
        }
    }

    private double mmd(FeatureRows a, FeatureRows b, double ofB) {
        double ofA = similarity(a);
        try (NDManager manager = TorchRuntime.get().newManager()) {
            double across = kernels(array(manager, a), array(manager, b));
            return ofA + ofB - 2 * across / ((double) a.count() * b.count());
        }
    }

    private double kernels(NDArray x, NDArray y) {
        double sum = 0;
        for (long from = 0; from < x.getShape().get(0); from += BLOCK) {
            sum += scalar(program.call("kernels", block(x, from), y));
        }
        return sum;
    }

    private double own(NDArray x) {
        return scalar(program.call("own", x));
    }

    /**
     * @param real n x D
     * @param generated m x D
     * @param k neighbours, such as 3 or 5
     * @throws IllegalArgumentException if a set has no more than k rows, or the dimensions differ
     */
    public Manifold manifold(FeatureRows real, FeatureRows generated, int k) {
        requireAlike(real, generated, k + 1);
        return manifold(real, radii(real, k), generated, k);
    }

    /**
     * As {@link #manifold(FeatureRows, FeatureRows, int)}, where many are compared with the same real images.
     *
     * @param realRadii {@link #radii} of the real images
     */
    public Manifold manifold(FeatureRows real, double[] realRadii, FeatureRows generated, int k) {
        requireAlike(real, generated, k + 1);
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray x = array(manager, real);
            NDArray y = array(manager, generated);
            NDArray radii = manager.create(realRadii);
            NDArray generatedRadii = manager.create(radii(y, k));
            long[] balls = new long[generated.count()];
            int covered = 0;
            int recalled = 0;
            for (int from = 0; from < real.count(); from += BLOCK) {
                NDList found = program.call("within", block(x, from), y, block(radii, from), generatedRadii);
                long[] inBalls = found.get(0).toLongArray();
                for (int i = 0; i < balls.length; i++) {
                    balls[i] += inBalls[i];
                }
                covered += trues(found.get(1));
                recalled += trues(found.get(2));
                found.close();
            }
            long all = 0;
            int inside = 0;
            for (long count : balls) {
                all += count;
                inside += count > 0 ? 1 : 0;
            }
            double m = generated.count();
            double n = real.count();
            return new Manifold(inside / m, recalled / n, all / (k * m), covered / n);
        }
    }

    /** Squared distance of each row to its k-th neighbour, of more than k rows. */
    public double[] radii(FeatureRows rows, int k) {
        try (NDManager manager = TorchRuntime.get().newManager()) {
            return radii(array(manager, rows), k);
        }
    }

    /** The nearest of all is the row itself. */
    private double[] radii(NDArray rows, int k) {
        int count = (int) rows.getShape().get(0);
        double[] radii = new double[count];
        try (NDArray neighbours = rows.getManager().create((long) k)) {
            for (int from = 0; from < count; from += BLOCK) {
                try (NDArray nearest = program.call("nearest", block(rows, from), rows, neighbours)
                        .singletonOrThrow()) {
                    double[] values = nearest.toDoubleArray();
                    System.arraycopy(values, 0, radii, from, values.length);
                }
            }
        }
        return radii;
    }

    private static int trues(NDArray flags) {
        int count = 0;
        for (boolean flag : flags.toBooleanArray()) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    private static NDArray block(NDArray rows, long from) {
        return rows.get(new NDIndex()
                .addSliceDim(from, Math.min(from + BLOCK, rows.getShape().get(0))));
    }

    private static double scalar(NDList result) {
        try (NDArray value = result.singletonOrThrow()) {
            return value.getDouble();
        }
    }

    private static NDArray array(NDManager manager, FeatureRows rows) {
        Shape shape = new Shape(rows.count(), rows.dimensions());
        return new HostTensor(Math.toIntExact(shape.size() * Float.BYTES))
                .floats(manager, rows.values(), 0, shape)
                .toType(DataType.FLOAT64, true);
    }

    private static void requireAlike(FeatureRows a, FeatureRows b, int least) {
        if (a.dimensions() != b.dimensions()) {
            throw new IllegalArgumentException("the features have " + a.dimensions() + " and " + b.dimensions()
                    + " dimensions; both must come from the same network");
        }
        if (a.count() < least || b.count() < least) {
            throw new IllegalArgumentException(
                    "at least " + least + " vectors are needed, there are " + a.count() + " and " + b.count());
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
