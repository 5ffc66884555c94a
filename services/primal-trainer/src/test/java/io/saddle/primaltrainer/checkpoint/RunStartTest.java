package io.saddle.primaltrainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStartTest {

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(28, 1, List.of(8, 8), 1, 4);
    private static final float[] WEIGHTS =
            UNet2D.layout(NETWORK).initialValues(77).toFloats();

    private KeptCheckpoint onRecord;

    @TempDir
    Path temporary;

    private Path folder;
    private CheckpointStore checkpoints;

    @BeforeEach
    void write() throws IOException {
        folder = temporary.resolve("model");
        new DiffusersPipelineFolder(NETWORK, NoiseSchedule.linear(100), PredictionType.EPSILON, HostVector.of(WEIGHTS))
                .write(folder);
        checkpoints = new CheckpointStore(new FileArtifactStore(temporary.resolve("artifacts")), "r", 1, 3);
    }

    private RunSpec spec(String more) {
        return new RunSpecParser(DiffusersModels.anywhere()).parse("run.yaml", "{name: r" + more + "}");
    }

    private Checkpoint start(RunSpec spec) throws IOException {
        return start(spec, () -> {
            throw new IllegalStateException("the specification names its precision");
        });
    }

    private Checkpoint start(RunSpec spec, Supplier<Precision> fastest) throws IOException {
        return RunStart.of(
                spec,
                RunModel.of(spec),
                DiffusersModels.anywhere(),
                checkpoints,
                onRecord,
                (name, wrong) -> {},
                fastest);
    }

    @Test
    void thePrecisionLeftOpenIsTheFirstMachinesForEver() throws IOException {
        RunSpec spec = spec(", training: {precision: auto}");
        Checkpoint first = start(spec, () -> Precision.BF16);
        assertEquals(Precision.BF16, first.precision());
        checkpoints.write(first);
        assertEquals(Precision.BF16, start(spec, () -> Precision.FP32).precision());
    }

    @Test
    void thePrecisionThatTheSpecificationNamesIsNotChosen() throws IOException {
        assertNull(start(spec(", training: {precision: bf16}")).precision());
    }

    /** It began anew, without a word, where the store was not mounted. */
    @Test
    void aCheckpointOnRecordThatIsNotInTheStoreIsWaitedFor() throws IOException {
        Artifact kept = new Artifact("file:///store/r/checkpoints/step-0000000545-owner-1", "00", 1L);
        onRecord = new KeptCheckpoint(545L, kept);
        RunSpec spec = spec(", seed: 5");
        assertEquals(
                "the run has a checkpoint of step 545 on record (" + kept.getUri()
                        + "), and the artifact store has none of its checkpoints; nothing is trained until they are there",
                assertThrows(LostCheckpointException.class, () -> start(spec)).getMessage());
        checkpoints.write(Checkpoint.first(ModelState.startingFrom(HostVector.of(WEIGHTS)), 5));
        assertArrayEquals(WEIGHTS, start(spec).state().weights().toFloats(), "any of the run's own is gone on from");
    }

    @Test
    void aNewRunStartsFromItsInitialModelInWeightsAndAverage() throws IOException {
        Checkpoint start = start(spec(", initialModel: " + folder));
        assertArrayEquals(WEIGHTS, start.state().weights().toFloats());
        assertArrayEquals(WEIGHTS, start.state().ema().toFloats());
        assertEquals(0, start.state().step());
        assertEquals(0, start.dualStep());
    }

    @Test
    void aNewRunWithoutOneStartsFromTheSeed() throws IOException {
        RunSpec spec = spec(", seed: 5");
        assertArrayEquals(
                UNet2D.layout(RunModel.of(spec).network()).initialValues(5).toFloats(),
                start(spec).state().weights().toFloats());
    }

    @Test
    void aCheckpointWinsOverAFolderThatHasGone() throws IOException {
        RunSpec spec = spec(", initialModel: " + folder);
        float[] trained = UNet2D.layout(NETWORK).initialValues(78).toFloats();
        checkpoints.write(Checkpoint.first(ModelState.startingFrom(HostVector.of(trained)), spec.seed()));
        Files.delete(folder.resolve("model_index.json"));
        Files.move(folder, temporary.resolve("elsewhere"));
        assertArrayEquals(trained, start(spec).state().weights().toFloats());
    }

    @Test
    void aFolderThatTheTrainerCannotReadFailsTheRunByName() throws IOException {
        RunSpec spec = spec(", initialModel: " + folder);
        Files.move(folder, temporary.resolve("elsewhere"));
        String message =
                assertThrows(IllegalArgumentException.class, () -> start(spec)).getMessage();
        assertTrue(message.startsWith("initialModel: " + folder + ": there is no such folder"), message);
        assertTrue(message.contains("on its own machine"), message);
    }

    @Test
    void aCheckpointOfAnotherSeedIsNotGoneOnFrom() throws IOException {
        RunSpec spec = spec(", seed: 5");
        checkpoints.write(Checkpoint.first(ModelState.startingFrom(HostVector.of(WEIGHTS)), 6));
        String message =
                assertThrows(IllegalArgumentException.class, () -> start(spec)).getMessage();
        assertTrue(message.contains("was made with seed 6, the specification says 5"), message);
    }
}
