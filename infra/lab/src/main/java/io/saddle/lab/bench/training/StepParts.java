package io.saddle.lab.bench.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.training.AdamW;
import io.saddle.diffusion.training.FlatOps;
import io.saddle.diffusion.training.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Parts of a step by themselves, made of the pieces that the step is made of. In the step itself forward and backward are one
 * call, which no clock can look into.
 */
final class StepParts implements AutoCloseable {

    private static final float GRADIENT = 1e-3f;

    private final TrainingSettings settings;
    private final UNet2D network;
    private final NDManager manager;
    private final ExecutorService threads;
    private final FlatOps ops = new FlatOps();
    private final AdamW adamW;
    private final NDArray flat;
    private final List<NDArray> gradient;

    private final NDArray ema;

    StepParts(TrainingSettings settings, HostVector weights) {
        this.settings = settings;
        manager = TorchRuntime.get().newManager(settings.devices().primary());
        network = UNet2D.compile(settings.network());
        threads = Executors.newFixedThreadPool(settings.workers());
        flat = weights.on(manager).duplicate();
        flat.attach(manager);
        adamW = new AdamW(settings.optimizer(), ops, manager, weights.size());
        try (HostVector zeros = HostVector.zeros(weights.size())) {
            adamW.set(weights, zeros, zeros, 0);
        }
        gradient = List.of(manager.full(new Shape(weights.size()), GRADIENT));
        ema = weights.on(manager).duplicate();
        ema.attach(manager);
    }

    /** Nanoseconds of a prediction for all rows of a batch: nothing is kept for a backward pass, and in fp32 other layers predict. */
    long forward() {
        long start = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        int batch = settings.batchSize();
        for (int i = 0; i < settings.workers(); i++) {
            int rows = batch * (i + 1) / settings.workers() - batch * i / settings.workers();
            running.add(threads.submit(() -> forward(rows)));
        }
        running.forEach(StepParts::await);
        return System.nanoTime() - start;
    }

    /** Nanoseconds of norm, clipping, AdamW and the average of the weights. */
    long optimizer() {
        long start = System.nanoTime();
        double norm = ops.norm(gradient);
        ops.scale(gradient, GRADIENT * Math.sqrt(adamW.weights().size()) / norm);
        adamW.step(gradient, settings.learningRate().peak());
        ops.moveTowards(ema, adamW.weights(), 1 - settings.averaging().decay());
        return System.nanoTime() - start;
    }

    private void forward(int rows) {
        UNet2DConfig config = settings.network();
        int most = settings.microBatch();
        int parts = (rows + most - 1) / most;
        for (int part = 0; part < parts; part++) {
            int count = rows * (part + 1) / parts - rows * part / parts;
            try (NDManager scope = manager.newSubManager()) {
                NDArray x = scope.zeros(new Shape(count, config.inChannels(), config.height(), config.width()));
                NDArray t = scope.create(new long[count]);
                network.predict(x, t, flat, settings.precision());
            }
        }
    }

    private static void await(Future<?> part) {
        try {
            part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        manager.close();
        ops.close();
        network.close();
    }
}
