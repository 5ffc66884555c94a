package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.cli.terminal.CommandException;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.TestHistories;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study that goes on when its topics have forgotten the runs that others start from. */
class KeptStartsTest {

    private static final RunSpec SPEC = new RunSpecParser()
            .parse("run.yaml", "{name: start, data: {images: 'bundled:mnist10k'}, training: {steps: 400}}");

    private final FollowedRun history = TestHistories.completed("start", 400);

    /** Its summaries were waited for, and what starts from it was not done. */
    @Test
    void ofARunWhoseResultIsKeptOnlyTheEndIsWaitedFor() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> StudyRunner.awaitDone(SPEC, history, true));
    }

    private static ArtifactStore snapshots(Path folder) throws IOException {
        ArtifactStore store = new FileArtifactStore(folder);
        for (String snapshot : new String[] {"step-0000000200-a", "step-0000000400-a"}) {
            store.putFolder(
                    "start",
                    "snapshots/ema/" + snapshot,
                    model -> {
                        Path weights = model.resolve(ArtifactStore.MODEL_WEIGHTS);
                        Files.createDirectories(weights.getParent());
                        Files.writeString(weights, snapshot);
                    },
                    ArtifactStore.MODEL_WEIGHTS);
        }
        return store;
    }

    /** The finished model was measured in its place, against the bounds of another step. */
    @Test
    void theBestModelIsFoundByItsStepAndNoOtherStandsForIt(@TempDir Path folder) throws IOException {
        ArtifactStore store = snapshots(folder);
        Path best = RunJudge.bestModel(store, "start", history, 200).orElseThrow();
        assertEquals("step-0000000200-a", Files.readString(best.resolve(ArtifactStore.MODEL_WEIGHTS)));
        assertEquals(Optional.empty(), RunJudge.bestModel(store, "start", history, 300));
    }

    @Test
    void itsModelIsFoundByItsName(@TempDir Path folder) throws IOException {
        ArtifactStore store = snapshots(folder);

        Path model = RunJudge.finalModel(store, "start", history);

        assertEquals("step-0000000400-a", Files.readString(model.resolve(ArtifactStore.MODEL_WEIGHTS)));
    }

    @Test
    void aModelThatIsGoneIsSaid(@TempDir Path folder) throws IOException {
        ArtifactStore store = new FileArtifactStore(folder);
        CommandException gone =
                assertThrows(CommandException.class, () -> RunJudge.finalModel(store, "start", history));
        assertEquals("there is no model to start from: run 'start' has none of step 400 any more", gone.getMessage());
        assertThrows(CommandException.class, () -> RunJudge.finalModel(store, "start", new FollowedRun()));
    }
}
