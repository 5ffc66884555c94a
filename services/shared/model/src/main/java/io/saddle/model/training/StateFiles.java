package io.saddle.model.training;

import io.saddle.diffusion.files.VectorFile;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.SlotState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The safetensors files that hold a run's state: of equal states they are equal, byte for byte. */
public final class StateFiles {

    private static final String WEIGHTS = "weights";
    private static final String ADAM_MEAN = "adam_mean";
    private static final String ADAM_VARIANCE = "adam_variance";
    private static final String EMA = "ema";
    private static final List<String> SLOT = List.of(WEIGHTS, ADAM_MEAN, ADAM_VARIANCE);
    private static final List<String> ALL = List.of(WEIGHTS, ADAM_MEAN, ADAM_VARIANCE, EMA);
    private static final String FORMAT = "format";

    private StateFiles() {}

    /** Writes a checkpoint's file; the state is left open. */
    public static void write(Path file, ModelState state) throws IOException {
        Map<String, HostVector> vectors = new LinkedHashMap<>();
        vectors.put(WEIGHTS, state.weights());
        vectors.put(ADAM_MEAN, state.adamMean());
        vectors.put(ADAM_VARIANCE, state.adamVariance());
        vectors.put(EMA, state.ema());
        VectorFile.write(file, vectors, Map.of(FORMAT, "saddle-checkpoint"));
    }

    /** Writes a slot's file; the state is left open. */
    public static void write(Path file, SlotState state) throws IOException {
        Map<String, HostVector> vectors = new LinkedHashMap<>();
        vectors.put(WEIGHTS, state.weights());
        vectors.put(ADAM_MEAN, state.adamMean());
        vectors.put(ADAM_VARIANCE, state.adamVariance());
        VectorFile.write(file, vectors, Map.of(FORMAT, "saddle-slot"));
    }

    /**
     * Reads a checkpoint's file; the caller closes the state.
     *
     * @throws IOException if it is damaged or none
     */
    public static ModelState state(Path file, long step, long stepsBefore) throws IOException {
        return made(
                VectorFile.read(file, ALL),
                vectors -> new ModelState(
                        vectors.get(WEIGHTS),
                        vectors.get(ADAM_MEAN),
                        vectors.get(ADAM_VARIANCE),
                        vectors.get(EMA),
                        step,
                        stepsBefore));
    }

    /** Vectors of different lengths make no state, and nobody would close them. */
    private static <T> T made(Map<String, HostVector> vectors, Function<Map<String, HostVector>, T> maker) {
        try {
            return maker.apply(vectors);
        } catch (RuntimeException e) {
            vectors.values().forEach(HostVector::close);
            throw e;
        }
    }

    /**
     * Reads a slot's file, or as much of a checkpoint's; the caller closes the state.
     *
     * @throws IOException if it is damaged or none
     */
    public static SlotState slot(Path file) throws IOException {
        return made(
                VectorFile.read(file, SLOT),
                vectors -> new SlotState(vectors.get(WEIGHTS), vectors.get(ADAM_MEAN), vectors.get(ADAM_VARIANCE)));
    }

    /** The average alone in a checkpoint's file; the caller closes it. */
    public static HostVector average(Path file) throws IOException {
        return VectorFile.read(file, List.of(EMA)).get(EMA);
    }
}
