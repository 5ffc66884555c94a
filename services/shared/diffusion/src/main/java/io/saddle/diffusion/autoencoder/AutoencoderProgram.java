package io.saddle.diffusion.autoencoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.torch.TorchProgram;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/** Both halves of an autoencoder, compiled, with their weights. Arrays lie on one device. Thread-safe. */
final class AutoencoderProgram implements AutoCloseable {
    private final NDManager manager;
    private final HostVector weights;
    private final TorchProgram program;
    private final NDArray encoderWeights;
    private final NDArray decoderWeights;

    /** @param weights in the layout of {@link #layout}; closed with the program, or if it does not come to be */
    AutoencoderProgram(AutoencoderHalf encoder, AutoencoderHalf decoder, Precision precision, HostVector weights) {
        try (Openings openings = new Openings()) {
            this.weights = openings.add(weights);
            manager = openings.add(TorchRuntime.get().newManager());
            program = openings.add(
                    new TorchProgram(encoder.method("encode", precision) + decoder.method("decode", precision)));
            NDArray flat = weights.on(manager);
            int middle = encoder.layout().size();
            encoderWeights = flat.get(new NDIndex().addSliceDim(0, middle));
            decoderWeights = flat.get(new NDIndex().addSliceDim(middle, weights.size()));
            encoderWeights.attach(manager);
            decoderWeights.attach(manager);
            openings.keep(this);
        }
    }

    /** Names and shapes of both halves' weights, the encoder's first. */
    static FlatLayout layout(AutoencoderHalf encoder, AutoencoderHalf decoder) {
        FlatLayout first = encoder.layout();
        List<ParameterSpec> parameters = new ArrayList<>(first.parameters());
        for (ParameterSpec parameter : decoder.layout().parameters()) {
            parameters.add(new ParameterSpec(
                    parameter.name(),
                    parameter.shape(),
                    Math.addExact(first.size(), parameter.offset()),
                    parameter.initial(),
                    parameter.fanIn()));
        }
        return new FlatLayout(parameters);
    }

    NDManager newManager() {
        return manager.newSubManager();
    }

    /** The encoder's results; they belong to the images' manager. */
    NDList encode(NDArray images) {
        return program.call("encode", images, encoderWeights);
    }

    /** The decoder's result, of raw latents; it belongs to their manager. */
    NDArray decode(NDArray latents) {
        return program.call("decode", latents, decoderWeights).singletonOrThrow();
    }

    @Override
    public void close() {
        program.close();
        manager.close();
        weights.close();
    }
}
