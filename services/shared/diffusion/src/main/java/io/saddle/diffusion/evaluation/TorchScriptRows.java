package io.saddle.diffusion.evaluation;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.torch.TorchModule;
import io.saddle.diffusion.torch.Workers;
import io.saddle.diffusion.torchscript.TorchScriptFile;
import java.io.IOException;

/** A TorchScript program that gives a row of numbers, or one number, for each image. Thread-safe. */
final class TorchScriptRows implements AutoCloseable {
    private static final int PROBED = 2;
    private static final int PROBED_SIDE = 64;

    private final TorchScriptFile file;
    private final ImageInput input;
    private final TorchModule module;
    private final int workers;
    private final int width;

    private TorchScriptRows(TorchScriptFile file, ImageInput input, TorchModule module, int workers, int width) {
        this.file = file;
        this.input = input;
        this.module = module;
        this.workers = workers;
        this.width = width;
    }

    /**
     * Loads the program, if it has the sha256 of its description, and tries it on empty images.
     *
     * @param workers batches that are computed at the same time, each on a thread of its own
     * @throws IOException naming the file, and what is missing or wrong
     */
    static TorchScriptRows open(TorchScriptFile file, int workers) throws IOException {
        try (Openings openings = new Openings()) {
            ImageInput input = openings.add(ImageInput.of(file));
            TorchModule module = openings.add(file.load());
            return openings.keep(new TorchScriptRows(file, input, module, workers, probe(file, input, module)));
        }
    }

    private static int probe(TorchScriptFile file, ImageInput input, TorchModule module) throws IOException {
        try (NDManager scope = module.newManager()) {
            Shape images = input.shape(PROBED, PROBED_SIDE);
            Shape shape = file.tried(module, scope, scope.zeros(images, DataType.FLOAT32))
                    .getShape();
            boolean fits =
                    (shape.dimension() == 1 || shape.dimension() == 2) && shape.get(0) == PROBED && shape.size() > 0;
            if (!fits) {
                throw new IOException(file.file() + ": gives float32 " + shape + " for images " + images
                        + ", not a row of float32 for each");
            }
            return Math.toIntExact(shape.size() / PROBED);
        }
    }

    TorchScriptFile file() {
        return file;
    }

    /** Numbers for each image. */
    int width() {
        return width;
    }

    /**
     * The rows of images, count x width.
     *
     * @throws IllegalArgumentException for images that are neither grey nor RGB
     */
    float[] of(ImageBatch images) {
        float[] rows = new float[Math.multiplyExact(images.count(), width)];
        Workers.runBatches(workers, images.count(), input.batch(images), (from, to) -> {
            try (NDManager scope = module.newManager()) {
                float[] part = module.forward(scope, input.of(scope, images.slice(from, to)))
                        .toFloatArray();
                System.arraycopy(part, 0, rows, from * width, part.length);
            }
        });
        return rows;
    }

    @Override
    public void close() {
        module.close();
        input.close();
    }
}
