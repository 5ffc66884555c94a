package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationMarksTest {

    @TempDir
    Path folder;

    private static Study.Preparation faces(String size) {
        return new Study.Preparation(
                "faces", null, List.of(List.of("data", "import", "data:faces", "--name", "faces", "--size", size)));
    }

    /** Runs were trained again on the old pictures, and their results said to follow from the new commands. */
    @Test
    void whatOtherCommandsMadeIsNotTakenForMade() throws IOException {
        PreparationMarks marks = new PreparationMarks(folder.resolve("prepared"));
        marks.requireNoOther(faces("64"));
        marks.put(faces("64"));
        marks.requireNoOther(faces("64"));
        CommandException refused = assertThrows(CommandException.class, () -> marks.requireNoOther(faces("32")));
        assertEquals(ExitCode.INVALID_INPUT, refused.exitCode());
        assertEquals(
                "data set faces was made by other commands than the study's: data import data:faces --name faces"
                        + " --size 64; remove it (./saddle data remove faces), or give what is made another name",
                refused.getMessage());
        marks.put(faces("32"));
        marks.requireNoOther(faces("32"));
        marks.requireNoOther(new Study.Preparation(null, "judges:head.pt", List.of(List.of("data", "classifier"))));
        assertTrue(folder.resolve("prepared").toFile().list().length == 1);
    }
}
