package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunModelsTest {

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(28, 1, List.of(8, 8), 1, 4);

    @TempDir
    private Path folder;

    private ArtifactStore store;
    private DiffusersModels models;

    @BeforeEach
    void trainedBefore() throws IOException {
        store = new FileArtifactStore(folder);
        models = DiffusersModels.judged(
                store,
                new DataRoots(List.of()),
                runId -> runId.equals("first") ? List.of(150L, 200L, 300L) : List.of());
        for (int step : List.of(100, 200, 300)) {
            snapshot("first", step, step);
        }
        snapshot("unjudged", 50, 50);
    }

    private void snapshot(String run, int step, int seed) throws IOException {
        store.putFolder(
                run,
                "snapshots/ema/step-%010d-owner-000000000001".formatted(step),
                to -> new DiffusersPipelineFolder(
                                NETWORK,
                                NoiseSchedule.cosine(200),
                                PredictionType.V_PREDICTION,
                                HostVector.of(weights(seed)))
                        .write(to),
                DiffusersPipelineFolder.WEIGHTS);
    }

    private static float[] weights(int seed) {
        return UNet2D.layout(NETWORK).initialValues(seed).toFloats();
    }

    private RunSpec spec(String yaml) {
        return new RunSpecParser(models).parse("run.yaml", "{name: second, " + yaml + "}", folder);
    }

    private float[] start(RunSpec spec) throws IOException {
        // A trainer, which knows nothing of scores.
        try (HostVector weights =
                new DiffusersModels(store, new DataRoots(List.of())).weights(spec.initialModel(), RunModel.of(spec))) {
            return weights.toFloats();
        }
    }

    @Test
    void aRunStartsFromAnotherOnesModelWithItsNetworkAndSchedule() throws IOException {
        RunSpec spec = spec("initialModel: 'run:first@100'");
        assertEquals("run:first@100", spec.initialModel().folder());
        assertEquals(PredictionType.V_PREDICTION, RunModel.of(spec).prediction());
        assertEquals(200, spec.model().schedule().trainTimesteps());
        assertArrayEquals(weights(100), start(spec));
    }

    @Test
    void whichModelItIsIsDecidedAtSubmission() throws IOException {
        // The best one, of step 150, is gone.
        RunSpec best = spec("initialModel: 'run:first@best'");
        RunSpec newest = spec("initialModel: 'run:first'");
        assertEquals("run:first@200", best.initialModel().folder());
        assertEquals("run:first@300", newest.initialModel().folder());
        assertEquals(newest, spec("initialModel: {folder: 'run:first@newest'}"));

        snapshot("first", 400, 400);
        assertArrayEquals(weights(200), start(best));
        assertArrayEquals(weights(300), start(newest));
    }

    @Test
    void aTeacherMayBeARunToo() {
        RunSpec spec = spec("initialModel: 'run:first', constraints: [{id: keep, kind: distillation, threshold: 0.1,"
                + " model: 'run:first@100'}]");
        assertEquals("run:first@100", spec.constraints().get(0).model().folder());
        assertEquals(
                List.of(), new SubmissionCheck(ImageSets.withoutStore(), new DataRoots(List.of()), models).check(spec));
    }

    @Test
    void anotherModelUnderTheSameAddressIsNotTaken() throws IOException {
        RunSpec spec = spec("initialModel: 'run:first@100'");
        snapshot("first", 100, 7);
        String message = assertThrows(IOException.class, () -> start(spec)).getMessage();
        assertTrue(message.contains("has changed since the run was submitted"), message);
    }

    /** The store with nothing behind it. */
    private static ArtifactStore away() {
        return (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> {
                    throw new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the store does not answer");
                });
    }

    /** It was a mistake at initialModel, for ever. */
    @Test
    void aStoreThatIsAwayIsNoMistakeInASpecification() {
        DiffusersModels unreachable = DiffusersModels.judged(away(), new DataRoots(List.of()), runId -> List.of(100L));
        ImageSets sets = new ImageSets(away(), new DataRoots(List.of()));
        RunSpecParser parser = new RunSpecParser(unreachable, sets);
        for (String yaml : List.of("initialModel: 'run:first@100'", "data: {dataset: digits}")) {
            assertThrows(
                    StoreUnavailableException.class,
                    () -> parser.parse("run.yaml", "{name: second, " + yaml + "}", folder),
                    yaml);
        }
        RunSpec known = spec("initialModel: 'run:first', constraints: [{id: keep, kind: distillation, threshold: 0.1,"
                + " model: 'run:first@100'}]");
        SubmissionCheck check = new SubmissionCheck(ImageSets.withoutStore(), new DataRoots(List.of()), unreachable);
        assertThrows(StoreUnavailableException.class, () -> check.check(known));
    }

    private String refused(String address) {
        return assertThrows(InvalidRunSpecException.class, () -> spec("initialModel: '" + address + "'"))
                .problems()
                .get(0)
                .toString();
    }

    @Test
    void whatIsNotThereIsSaidWithWhatThereIs() {
        assertEquals(
                "initialModel: run:first@150: run 'first' has no model of this step any more or yet; there are those of"
                        + " [100, 200, 300]",
                refused("run:first@150"));
        assertTrue(refused("run:frist").contains("there is no model of run 'frist'"));
        assertTrue(refused("run:unjudged@best").contains("run:unjudged@newest is there"));
        assertTrue(refused("run:first@../../secret").contains("names no run's model"));
        assertTrue(refused("run:../first").contains("names no run's model"));
    }

    @Test
    void withoutScoresAndWithoutAStoreTheConsoleIsNamed() {
        models = new DiffusersModels(store, new DataRoots(List.of()));
        assertTrue(refused("run:first@best").contains("is known to a console"));
        models = DiffusersModels.anywhere();
        assertTrue(refused("run:first@100").contains("submit the run to a console"));
    }
}
