package io.saddle.primaltrainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
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
import io.saddle.model.data.DataRoots;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Artifact;
import io.saddle.schema.KeptCheckpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private DiffusersModels models = DiffusersModels.anywhere();

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

    private final List<String> amiss = new ArrayList<>();
    private final CheckpointTrouble trouble = new CheckpointTrouble() {
        @Override
        public void damaged(String name, String wrong) {
            amiss.add("damaged " + name);
        }

        @Override
        public void missing(KeptCheckpoint onRecord, long step) {
            amiss.add("missing " + onRecord.getStep() + ", taken " + step);
        }
    };

    private KeptCheckpoint written(long step) throws IOException {
        ModelState state = ModelState.startingFrom(HostVector.of(WEIGHTS));
        Checkpoint checkpoint = Checkpoint.first(
                new ModelState(state.weights(), state.adamMean(), state.adamVariance(), state.ema(), step), 5);
        return new KeptCheckpoint(step, checkpoints.write(checkpoint));
    }

    /** The run went back over a thousand steps without a word. */
    @Test
    void aStepBeforeTheOneOnRecordIsTakenWithAWordWhereThatHasGone() throws IOException {
        RunSpec spec = spec(", seed: 5");
        written(552);
        onRecord = written(1740);
        assertEquals(1740, start(spec).state().step());
        assertEquals(List.of(), amiss);

        Path newest = Path.of(URI.create(onRecord.getArtifact().getUri()));
        Files.move(newest, temporary.resolve("elsewhere"));
        assertEquals(552, start(spec).state().step());
        assertEquals(List.of("missing 1740, taken 552"), amiss);
    }

    @Test
    void aCheckpointOnRecordThatIsDamagedIsNotSaidToBeMissing() throws IOException {
        RunSpec spec = spec(", seed: 5");
        written(552);
        onRecord = written(1740);
        Path newest = Path.of(URI.create(onRecord.getArtifact().getUri()));
        Files.writeString(newest.resolve("manifest.json"), "{}");
        assertEquals(552, start(spec).state().step());
        assertEquals(List.of("damaged checkpoints/step-0000001740-owner-000000000001"), amiss);
    }

    @Test
    void aStepAfterTheOneOnRecordIsTakenWithoutAWord() throws IOException {
        onRecord = written(552);
        written(1740);
        Files.move(Path.of(URI.create(onRecord.getArtifact().getUri())), temporary.resolve("elsewhere"));
        assertEquals(1740, start(spec(", seed: 5")).state().step());
        assertEquals(List.of(), amiss);
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
        return RunStart.of(spec, RunModel.of(spec), models, checkpoints, onRecord, trouble, fastest);
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
                        + "), and the artifact store has none of its checkpoints",
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

    /** Run p, with a model and a checkpoint of step 40, and the specification of one that goes on from it with its optimizer. */
    private RunSpec forkOf(ArtifactStore store, float[] moments) throws IOException {
        store.putFolder(
                "p",
                "snapshots/ema/step-0000000040-owner-000000000001",
                made -> new DiffusersPipelineFolder(
                                NETWORK, NoiseSchedule.linear(100), PredictionType.EPSILON, HostVector.of(WEIGHTS))
                        .write(made),
                ArtifactStore.MODEL_WEIGHTS);
        ModelState state = new ModelState(
                HostVector.of(moments), HostVector.of(moments), HostVector.of(moments), HostVector.of(WEIGHTS), 40, 2);
        new CheckpointStore(store, "p", 1, 3).write(Checkpoint.first(state, 5));
        models = DiffusersModels.judged(store, DataRoots.ANYWHERE, run -> List.of());
        return new RunSpecParser(models)
                .parse("run.yaml", "{name: r, initialModel: {folder: 'run:p@newest', optimizer: keep}}");
    }

    @Test
    void aForkThatKeepsItsOptimizerGoesOnFromTheCheckpoint() throws IOException {
        ArtifactStore store = new FileArtifactStore(temporary.resolve("artifacts"));
        float[] moments = UNet2D.layout(NETWORK).initialValues(79).toFloats();
        RunSpec spec = forkOf(store, moments);
        assertEquals("run:p@40", spec.initialModel().folder());
        Checkpoint start = start(spec);
        assertEquals(0, start.state().step());
        assertEquals(42, start.state().stepsBefore(), "that run had been forked itself");
        assertEquals(0, start.dualStep());
        assertArrayEquals(moments, start.state().weights().toFloats());
        assertArrayEquals(moments, start.state().adamVariance().toFloats());
        assertArrayEquals(WEIGHTS, start.state().ema().toFloats());
        checkpoints.write(start);
        assertEquals(42, start(spec).state().stepsBefore(), "its own checkpoints say so, too");
    }

    @Test
    void aForkOfACheckpointThatHasGoneSaysSo() throws IOException {
        ArtifactStore store = new FileArtifactStore(temporary.resolve("artifacts"));
        RunSpec spec = forkOf(store, WEIGHTS);
        store.delete("p", "checkpoints/step-0000000040-owner-000000000001");
        String message =
                assertThrows(IllegalArgumentException.class, () -> start(spec)).getMessage();
        assertTrue(message.contains("the checkpoint of step 40 of run 'p'"), message);
        InvalidRunSpecException refused = assertThrows(
                InvalidRunSpecException.class,
                () -> new RunSpecParser(models)
                        .parse("run.yaml", "{name: r, initialModel: {folder: 'run:p@40', optimizer: keep}}"));
        assertTrue(
                refused.getMessage().contains("initialModel.optimizer: run 'p' has no checkpoint of step 40"),
                refused.getMessage());
    }

    @Test
    void onlyAnotherRunHasAnOptimizerToKeep() {
        InvalidRunSpecException refused = assertThrows(
                InvalidRunSpecException.class, () -> spec(", initialModel: {folder: " + folder + ", optimizer: keep}"));
        assertTrue(refused.getMessage().contains("only another run's model"), refused.getMessage());
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
