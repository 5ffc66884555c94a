package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.Worker;
import java.nio.file.Path;
import java.util.Map;

/** {@code infra/lab/peers/train.py}. */
final class PyTorchPeer {

    /** The modules that it imports. */
    static final String[] MODULES = {"torch"};

    private static final String SCRIPT = "train.py";

    private PyTorchPeer() {}

    static Worker start(
            BenchContext context, String name, Path python, Map<String, String> environment, JsonNode configuration) {
        return context.python(name, python, SCRIPT, environment, configuration);
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
