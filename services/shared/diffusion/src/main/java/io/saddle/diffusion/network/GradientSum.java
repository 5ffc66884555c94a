package io.saddle.diffusion.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.saddle.diffusion.torch.TorchProgram;
import java.util.List;
import java.util.stream.Stream;

/**
 * The sum of the gradients of several calls, such as {@link UNet2D#addGradient}: libtorch adds what the backward pass finds of a
 * parameter to what there is of it, so that no gradient of a single call is ever held as a whole. One thread at a time.
 */
public final class GradientSum implements AutoCloseable {
    private final TorchProgram program;
    private final NDManager manager;
    /** Views of the weights, of which libtorch keeps the gradients. */
    private final List<NDArray> leaves;

    /**
     * An empty sum.
     *
     * @param program with the methods of {@link GradientScript#leafMethods}
     * @param flat the weights: not to be changed as long as the sum is added to
     * @param scope closes the sum, if nobody has before
     */
    GradientSum(TorchProgram program, NDArray flat, NDManager scope) {
        this.program = program;
        manager = scope.newSubManager();
        leaves = List.copyOf(program.call("leaves", flat));
        leaves.forEach(leaf -> leaf.attach(manager));
    }

    /**
     * What one call alone finds.
     *
     * @param method of {@link GradientScript#method}
     * @return the row losses [B] and the gradient [P], which belong to the first argument's manager
     */
    static NDList of(TorchProgram program, NDArray flat, String method, NDArray... arguments) {
        return of(program, flat, program, method, arguments);
    }

    /**
     * As the other, where the method is of another program.
     *
     * @param sums with the methods of {@link GradientScript#leafMethods}
     */
    static NDList of(TorchProgram sums, NDArray flat, TorchProgram program, String method, NDArray... arguments) {
        NDManager owner = arguments[0].getManager();
        try (GradientSum sum = new GradientSum(sums, flat, owner)) {
            NDArray rowLosses = sum.add(program, method, arguments);
            NDArray gradient = sum.joined();
            gradient.attach(owner);
            return new NDList(rowLosses, gradient);
        }
    }

    /**
     * Adds what a call finds.
     *
     * @param with has the method
     * @param method of {@link GradientScript#method}
     * @return the row losses [B], which belong to the first argument's manager
     */
    NDArray add(TorchProgram with, String method, NDArray... arguments) {
        return with.call(method, leaves, arguments).singletonOrThrow();
    }

    /**
     * Adds a gradient that was found elsewhere.
     *
     * @param gradient in parts of the sizes of {@link #parts}, on this sum's device; left as it is
     */
    public void add(List<NDArray> gradient) {
        program.call("take", Stream.concat(leaves.stream(), gradient.stream()).toList())
                .close();
    }

    /** What was added, in the parts that it lies in, in the order of the vector; they and their arrays belong to the sum. */
    public List<NDArray> parts() {
        return program.call("gradients", leaves);
    }

    /** A copy of what was added, as one vector [P] that belongs to the sum. */
    public NDArray joined() {
        return program.call("joined", leaves).singletonOrThrow();
    }

    @Override
    public void close() {
        manager.close();
    }
}
