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
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A TorchScript module from a file whose {@code forward} takes a tensor, or a tensor and a boolean. DJL's own interface has no
 * arguments that are not tensors, hence its internal classes here. Calls are thread-safe.
 *
 * <p>On a processor it is given images with the channels of a pixel side by side, which oneDNN's convolutions are faster with, unless
 * it does not take them so: one that looks at memory in a fixed order ({@code view}) is right to refuse.
 */
public final class TorchModule implements AutoCloseable {
    private static final String LAYOUTS =
            method("channels_last", "memory_format=2") + method("in_order", "memory_format=0");
    private static final int IMAGES = 4;

    private final NDManager manager;
    private final Model model;
    private final TorchProgram layouts;
    /** Found out in a call: but for rounding the result is the same either way. */
    private volatile boolean inOrderOnly;

    /**
     * @throws IOException if libtorch does not accept the file, with its reason in the first line of the message
     */
    public TorchModule(InputStream file) throws IOException {
        manager = TorchRuntime.get().newManager();
        layouts = new TorchProgram(LAYOUTS);
        try {
            model = TorchModels.load("module", file, Map.of());
        } catch (MalformedModelException | EngineException e) {
            closeOthers();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            closeOthers();
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
        return inEitherLayout(x, images -> {
            try (IValue tensor = IValue.from((PtNDArray) images);
                    IValue result = ((PtSymbolBlock) model.getBlock()).forward(tensor)) {
                return result.toTensor((PtNDManager) scope);
            }
        });
    }

    /**
     * The result of {@code forward(x, flag)}.
     *
     * @param scope from {@link #newManager}; the result belongs to it
     * @throws EngineException if the module does not take these arguments
     * @throws IllegalStateException if it returns no tensor
     */
    public NDArray forward(NDManager scope, NDArray x, boolean flag) {
        return inEitherLayout(x, images -> {
            try (IValue tensor = IValue.from((PtNDArray) images);
                    IValue second = IValue.from(flag);
                    IValue result = ((PtSymbolBlock) model.getBlock()).forward(tensor, second)) {
                return result.toTensor((PtNDManager) scope);
            }
        });
    }

    private NDArray inEitherLayout(NDArray x, UnaryOperator<NDArray> forward) {
        if (inOrderOnly || x.getShape().dimension() != IMAGES || x.getDevice().isGpu()) {
            return forward.apply(x);
        }
        try (NDArray images = layouts.call("channels_last", x).singletonOrThrow();
                NDArray result = forward.apply(images)) {
            return layouts.call("in_order", result).singletonOrThrow();
        } catch (EngineException e) {
            NDArray result = forward.apply(x);
            inOrderOnly = true;
            return result;
        }
    }

    private static String method(String name, String format) {
        return "  def " + name + "(self: " + TorchProgram.SELF
                + ", x: Tensor) -> Tensor:\n    return torch.contiguous(x, " + format + ")\n";
    }

    /** The first line of what libtorch says, for the message of an error. */
    public static String reason(Exception e) {
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        model.close();
        closeOthers();
    }

    private void closeOthers() {
        layouts.close();
        manager.close();
    }
}
