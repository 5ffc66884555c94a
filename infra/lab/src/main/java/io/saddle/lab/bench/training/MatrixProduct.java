package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The rate of square matrix products on this machine, which a network's own rate is a share of. Of several sizes the best one counts,
 * by the median of its repetitions.
 *
 * @param precision of the matrices
 * @param sizes rows of each of them, with the measured rates
 */
record MatrixProduct(Precision precision, List<Size> sizes) {

    private static final int[] SIZES = {512, 1024, 2048};
    private static final int REPETITIONS = 5;
    /** Operations of a thread in one repetition: some tenths of a second. */
    private static final double OPERATIONS = 2e10;

    /** One size and its rates. */
    record Size(int rows, Side.Measured rates) {
        double gflops() {
            return rates.statistics().median();
        }
    }

    MatrixProduct {
        sizes = List.copyOf(sizes);
    }

    /** @param threads that multiply at the same time, as many as train */
    static MatrixProduct measure(BenchContext context, Precision precision, int threads) {
        try (Worker worker = context.java(
                "matrix product",
                "primal-trainer",
                MatrixProductWorker.class,
                Json.object().put("threads", threads))) {
            List<Size> sizes = new ArrayList<>();
            for (int rows : SIZES) {
                long products = Math.max(1, Math.round(OPERATIONS / (2.0 * rows * rows * rows)));
                ObjectNode answer = worker.ask(request(precision, rows, products, REPETITIONS));
                sizes.add(new Size(
                        rows, new Side.Measured(rows + "x" + rows, worker.hello(), "gflops", List.of(answer))));
            }
            return new MatrixProduct(precision, sizes);
        }
    }

    /** Asks a {@link MatrixProductWorker} for so many products of each thread in every repetition. */
    static ObjectNode request(Precision precision, int rows, long products, int repetitions) {
        return Json.object()
                .put("precision", precision.name())
                .put("size", rows)
                .put("products", products)
                .put("repetitions", repetitions);
    }

    /** The size that is multiplied fastest. */
    Size best() {
        return sizes.stream().max(Comparator.comparingDouble(Size::gflops)).orElseThrow();
    }

    /** For example {@code 161.0 GFLOP/s in fp32 by the best of squares of 512, 1024, 2048 rows: 1024}. */
    String words() {
        List<String> rows =
                sizes.stream().map(size -> Integer.toString(size.rows())).toList();
        return String.format(
                Locale.ROOT,
                "%.1f GFLOP/s in %s by the best of squares of %s rows: %d",
                best().gflops(),
                precision.name().toLowerCase(Locale.ROOT),
                String.join(", ", rows),
                best().rows());
    }

    ArrayNode toJson() {
        ArrayNode json = Json.array();
        sizes.forEach(size -> json.add(size.rates().toJson()));
        return json;
    }
}
