package io.saddle.diffusion.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.io.IOException;
import java.io.InputStream;

/**
 * A TorchScript module from a file whose {@code forward} takes a tensor, or a tensor and a boolean. DJL's own interface has no
 * arguments that are not tensors, hence its internal classes here. Calls are thread-safe.
 */
public final class TorchModule implements AutoCloseable {
    private final NDManager manager;
    private final Model model;

    /**
     * @throws IOException if libtorch does not accept the file, with its reason in the first line of the message
     */
    public TorchModule(InputStream file) throws IOException {
        manager = TorchRuntime.get().newManager();
        model = Model.newInstance("module", "PyTorch");
        try {
            model.load(file);
        } catch (MalformedModelException | EngineException e) {
            close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** A manager for arguments and results, on the module's device. The caller closes it. */
    public NDManager newManager() {
        return manager.newSubManager();
    }

    /**
     * The result of {@code forward(x)}.
     *
     * @param scope on the module's device; the result belongs to it
     * @throws EngineException if the module does not take this argument
     * @throws IllegalStateException if it returns no tensor
     */
    public NDArray forward(NDManager scope, NDArray x) {
        try (IValue tensor = IValue.from((PtNDArray) x);
                IValue result = ((PtSymbolBlock) model.getBlock()).forward(tensor)) {
            return result.toTensor((PtNDManager) scope);
        }
    }

    /**
     * The result of {@code forward(x, flag)}.
     *
     * @param scope from {@link #newManager}; the result belongs to it
     * @throws EngineException if the module does not take these arguments
     * @throws IllegalStateException if it returns no tensor
     */
    public NDArray forward(NDManager scope, NDArray x, boolean flag) {
        try (IValue tensor = IValue.from((PtNDArray) x);
                IValue second = IValue.from(flag);
                IValue result = ((PtSymbolBlock) model.getBlock()).forward(tensor, second)) {
            return result.toTensor((PtNDManager) scope);
        }
    }

    /** The first line of what libtorch says, for the message of an error. */
    public static String reason(Exception e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }
}
