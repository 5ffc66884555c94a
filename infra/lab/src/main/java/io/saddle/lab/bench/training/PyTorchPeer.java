package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import java.nio.file.Path;

/** {@code infra/lab/peers/train.py}. */
final class PyTorchPeer {

    /** The modules that it imports. */
    static final String[] MODULES = {"torch"};

    static final String SCRIPT = "train.py";

    private PyTorchPeer() {}

    /** A worker of this variant; networks that it compiles are kept beside other files of the bench. */
    static Worker start(
            BenchContext context, String name, Path python, PyTorchVariant variant, ObjectNode configuration) {
        return context.python(
                name, python, SCRIPT, variant.environment(context.folder("compiled")), variant.in(configuration));
    }

    /**
     * Both sides train the same number of weights.
     *
     * @throws BenchException if not
     */
    static void requireSameSize(Worker worker, String name, TrainingSubject subject) {
        int parameters = worker.hello().path("parameters").asInt();
        if (parameters != subject.parameters()) {
            throw new BenchException(
                    name + " trains " + parameters + " parameters, not " + subject.parameters() + " as saddle does");
        }
    }
}
