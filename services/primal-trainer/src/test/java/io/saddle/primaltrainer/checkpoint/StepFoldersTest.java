package io.saddle.primaltrainer.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.model.StepFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepFoldersTest {

    private static final String FILE = "weights";

    @TempDir
    private Path root;

    private ArtifactStore artifacts;

    @BeforeEach
    void open() throws IOException {
        artifacts = store(root);
    }

    ArtifactStore store(Path folder) throws IOException {
        return new FileArtifactStore(folder);
    }

    private StepFolders folders(long owner) {
        return new StepFolders(artifacts, "r", "snapshots/ema/", owner, 2);
    }

    private void write(StepFolders folders, long... steps) throws IOException {
        for (long step : steps) {
            artifacts.putFolder("r", folders.name(step), to -> Files.writeString(to.resolve(FILE), "" + step), FILE);
        }
    }

    private List<Long> there() throws IOException {
        return folders(1).newestFirst().stream().map(StepFolder::step).toList();
    }

    @Test
    void theBestStaysBesideTheNewest() throws IOException {
        StepFolders folders = folders(1);
        write(folders, 100, 200, 300, 400, 500);
        folders.prune(500, List.of(200L, 300L), Set.of());
        assertEquals(List.of(500L, 400L, 200L), there());
    }

    @Test
    void ofTheBestThatAreGoneTheNextStays() throws IOException {
        StepFolders folders = folders(1);
        write(folders, 200, 300, 400, 500);
        folders.prune(500, List.of(100L, 300L, 200L), Set.of());
        assertEquals(List.of(500L, 400L, 300L), there());
    }

    @Test
    void aBestThatIsAmongTheNewestTakesNoOthersPlace() throws IOException {
        StepFolders folders = folders(1);
        write(folders, 100, 200, 300);
        folders.prune(300, List.of(300L, 100L), Set.of());
        assertEquals(List.of(300L, 200L), there());
    }

    /** A fork that waited for its parent's seat found no model there, and waited for ever. */
    @Test
    void whatOthersNeedStaysBesideTheNewestAndTheBest() throws IOException {
        StepFolders folders = folders(1);
        write(folders, 100, 200, 300, 400, 500);
        folders.prune(500, List.of(200L), Set.of(100L, 300L, 999L));
        assertEquals(List.of(500L, 400L, 300L, 200L, 100L), there());
        folders.prune(500, List.of(200L), Set.of());
        assertEquals(List.of(500L, 400L, 200L), there());
    }

    /** A dual step is still to be made with 120: without it a run in lockstep waits for ever. */
    @Test
    void whatALaterTrainerWritesAnewTakesNoOtherStepsPlace() throws IOException {
        write(folders(1), 100, 120, 140);
        write(folders(2), 140);
        folders(2).prune(140, List.of(), Set.of());
        write(folders(3), 140);
        folders(3).prune(140, List.of(), Set.of());
        assertEquals(List.of(140L, 140L, 120L), there());
    }
}
