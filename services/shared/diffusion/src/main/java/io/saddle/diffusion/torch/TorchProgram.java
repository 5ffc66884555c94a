package io.saddle.diffusion.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * TorchScript functions on tensors, compiled from source text. A call is one JNI call whatever the function does, and its
 * intermediate tensors are freed by libtorch's interpreter as soon as they are used. Calls are thread-safe.
 */
public final class TorchProgram implements AutoCloseable {
    /** Type of the first argument of every method. */
    public static final String SELF = TorchScriptArchive.SELF;

    /** DJL joins all arrays of such a name to one list. */
    private static final String LIST = "list[]";

    private final NDManager manager;
    private final Model model;
    private final Block block;
    private final ParameterStore parameters;
    private final Map<String, NDArray> methodTags = new ConcurrentHashMap<>();

    /**
     * @param methods source text, see {@link TorchScriptArchive#build}
     * @throws IllegalArgumentException if libtorch does not accept the source
     */
    public TorchProgram(String methods) {
        TorchRuntime runtime = TorchRuntime.get();
        manager = runtime.newManager();
        try {
            String forward = "  def forward(self: " + SELF + ", x: Tensor) -> Tensor:\n    return x\n";
            model = TorchModels.load(
                    "program",
                    new ByteArrayInputStream(TorchScriptArchive.build(forward + methods)),
                    Map.of("trainParam", "true"));
        } catch (MalformedModelException e) {
            manager.close();
            throw new IllegalArgumentException("libtorch refuses the program:\n" + methods, e);
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        block = model.getBlock();
        parameters = new ParameterStore(manager, false);
        // DJL would do this in the first call, and not safely if several threads make it.
        block.initialize(manager, DataType.FLOAT32, new Shape(1));
    }

    /**
     * Calls a method. The results belong to the manager of the FIRST argument.
     *
     * @return one array for a tensor, several for a tuple or list
     */
    public NDList call(String method, NDArray... arguments) {
        return call(method, List.of(), arguments);
    }

    /**
     * Calls a method whose last argument is a list.
     *
     * @param list its elements; no other thread may use them meanwhile
     */
    public NDList call(String method, List<NDArray> list, NDArray... arguments) {
        NDList inputs = new NDList(arguments.length + list.size() + 1);
        for (NDArray argument : arguments) {
            inputs.add(argument);
        }
        for (NDArray element : list) {
            element.setName(LIST);
            inputs.add(element);
        }
        inputs.add(methodTags.computeIfAbsent(method, this::methodTag));
        try {
            return block.forward(parameters, inputs, true);
        } finally {
            for (NDArray element : list) {
                element.setName(null);
            }
        }
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }

    /** DJL chooses a method through an extra array that bears its name. */
    private NDArray methodTag(String method) {
        NDArray tag = manager.zeros(new Shape());
        tag.setName("module_method:" + method);
        return tag;
    }
}
