package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.BatchingMode;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingWorkerTest {

    @TempDir
    Path folder;

    private BenchContext context;
    private TrainingSubject subject;

    @BeforeEach
    void write() throws IOException {
        TinySubject tiny = TinySubject.in(folder);
        context = tiny.context();
        subject = tiny.subject();
    }

    private ObjectNode configuration(Precision precision) {
        return subject.configuration(folder.resolve("model"), precision, 1);
    }

    @Test
    void aWorkerTimesEveryStepAndItsParts() {
        try (Worker worker =
                context.java("saddle", "primal-trainer", TrainingWorker.class, configuration(Precision.FP32))) {
            assertEquals(subject.parameters(), worker.hello().path("parameters").asInt());

            ObjectNode plain = worker.ask(Workload.PLAIN.request(2).put("parts", 1));
            assertEquals(2, plain.path("millis").size());
            for (String part : new String[] {"data", "forward", "optimizer"}) {
                assertTrue(plain.path(part).get(0).asDouble() > 0, part + " in " + plain);
            }
            double rest = plain.path("millis").get(0).asDouble()
                    - plain.path("data").get(0).asDouble()
                    - plain.path("forward").get(0).asDouble()
                    - plain.path("optimizer").get(0).asDouble();
            assertEquals(rest, plain.path("backward").get(0).asDouble(), 1e-6);

            ObjectNode constrained =
                    worker.ask(Workload.of(2, BatchingMode.WEIGHTED_SUM).request(1));
            assertEquals(1, constrained.path("millis").size());
        }
    }

    @ParameterizedTest
    @EnumSource(PyTorchVariant.Attention.class)
    void thePeerTrainsAsManyWeightsInEveryVariant(PyTorchVariant.Attention attention) {
        Optional<Path> python = context.python().find(PyTorchPeer.MODULES);
        assumeTrue(python.isPresent(), "no python3 with torch: the peer of bench train was not tested");
        PyTorchVariant variant = new PyTorchVariant(PyTorchVariant.Layout.CHANNELS_LAST, true, attention, false);
        try (Worker worker = PyTorchPeer.start(
                context,
                "PyTorch",
                python.get(),
                variant,
                configuration(Precision.BF16).put("threads", 1))) {
            PyTorchPeer.requireSameSize(worker, "PyTorch", subject);
            ObjectNode answer = worker.ask(Workload.PLAIN.request(2));
            double parts = 0;
            for (String part : new String[] {"data", "forward", "backward", "optimizer"}) {
                parts += answer.path(part).get(1).asDouble();
            }
            assertEquals(parts, answer.path("millis").get(1).asDouble(), 1e-6);
        }
    }

    /** It compiled code that takes one number at a time, a third slower, and was compared as if that were all there is. */
    @Test
    void aCompilerWithoutVectorCodeIsNoPeerAndSaysWhatIsMissing() {
        Optional<Path> python = context.python().find(PyTorchPeer.MODULES);
        assumeTrue(python.isPresent(), "no python3 with torch: the peer of bench train was not tested");
        PyTorchVariant variant = PyTorchVariant.all(Precision.FP32, true).get(0);
        Map<String, String> environment = new HashMap<>(variant.environment(folder));
        environment.put("ATEN_CPU_CAPABILITY", "default");
        ObjectNode configuration = variant.in(configuration(Precision.FP32).put("threads", 1));

        BenchException e = assertThrows(
                BenchException.class,
                () -> context.python("PyTorch", python.get(), PyTorchPeer.SCRIPT, environment, configuration)
                        .close());

        assertTrue(
                e.getMessage().contains("apt-get install g++ python3-dev libsleef-dev libtorch-dev"), e.getMessage());
    }
}
