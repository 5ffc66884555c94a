package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplePrecisionsTest {

    @TempDir
    Path folder;

    private FileArtifactStore store;

    @BeforeEach
    void openStore() throws IOException {
        store = new FileArtifactStore(folder);
    }

    private SamplePrecisions onAMachineFasterIn(Precision fastest) {
        return new SamplePrecisions(store, () -> fastest);
    }

    private static RunSpec.Evaluation evaluation(String keys) {
        return new RunSpecParser()
                .parse("run.yaml", "{name: r, evaluation: {%s}}".formatted(keys))
                .evaluation();
    }

    @Test
    void whatASpecificationNamesIsTakenOnEveryMachineAndNothingIsKept() throws IOException {
        SamplePrecisions faster = onAMachineFasterIn(Precision.BF16);
        assertEquals(Precision.FP32, faster.of("run-1", evaluation("")));
        assertEquals(Precision.FP32, faster.of("run-1", evaluation("precision: fp32")));
        assertEquals(Precision.BF16, onAMachineFasterIn(Precision.FP32).of("run-1", evaluation("precision: bf16")));
        assertEquals(List.of(), store.list("run-1", ""));
    }

    @Test
    void autoIsWhatTheFirstMachineIsFasterInOnEveryLaterOneToo() throws IOException {
        RunSpec.Evaluation open = evaluation("precision: auto");
        assertEquals(Precision.BF16, onAMachineFasterIn(Precision.BF16).of("run-1", open));
        assertEquals(Precision.BF16, onAMachineFasterIn(Precision.FP32).of("run-1", open));
        assertEquals(Precision.FP32, onAMachineFasterIn(Precision.FP32).of("run-2", open));
        assertEquals(Precision.FP32, onAMachineFasterIn(Precision.BF16).of("run-2", open));
    }

    @Test
    void aMachineThatCannotBeMeasuredLeavesTheChoiceOpen() throws IOException {
        RunSpec.Evaluation open = evaluation("precision: auto");
        SamplePrecisions failing = new SamplePrecisions(store, () -> {
            throw new IllegalStateException("libtorch");
        });
        assertThrows(IllegalStateException.class, () -> failing.of("run-1", open));
        assertEquals(List.of(), store.list("run-1", ""));
    }
}
