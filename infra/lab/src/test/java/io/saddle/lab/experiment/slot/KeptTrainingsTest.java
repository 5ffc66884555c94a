package io.saddle.lab.experiment.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.report.ResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTrainingsTest {

    private static final int IMAGES = 51_200;
    private static final SlotVariant ALONE = new SlotVariant(1, 20, 16, OuterStep.MEAN, false);
    private static final SlotVariant FOUR = new SlotVariant(4, 5, 16, OuterStep.MEAN, false);

    @TempDir
    Path parent;

    private KeptTrainings kept;

    @BeforeEach
    void inAFolderThatIsNotThereYet() {
        kept = new KeptTrainings(parent.resolve("trainings"));
    }

    private static SlotCurve curve(SlotVariant variant, long seed, String judge, long images, double frechet) {
        return new SlotCurve(
                variant.name(16),
                variant,
                seed,
                "basis",
                judge,
                800,
                160,
                List.of(new SlotCurve.Point(images, new LossEstimateResult(0.14, 0.001, 1024), frechet)),
                181);
    }

    private static SlotCurve curve(SlotVariant variant, long seed) {
        return curve(variant, seed, "judge", IMAGES, 120);
    }

    private String refusal() {
        return assertThrows(CommandException.class, () -> kept.of(List.of(ALONE, FOUR)))
                .getMessage();
    }

    @Test
    void aTrainingIsKeptForWhatItWasMadeFromAndJudgedBy() throws IOException {
        String name = FOUR.name(16);
        assertEquals(Optional.empty(), kept.find(name, 1, "basis", "judge"));
        kept.keep(curve(FOUR, 1));
        assertEquals(Optional.of(curve(FOUR, 1)), kept.find(name, 1, "basis", "judge"));
        assertEquals(Optional.empty(), kept.find(name, 1, "another", "judge"));
        assertEquals(Optional.empty(), kept.find(name, 1, "basis", "another"));
        assertEquals(Optional.empty(), kept.find(name, 2, "basis", "judge"));
    }

    @Test
    void aTrainingOfWhichSomethingIsMissingIsNamedRatherThanShownAsZero() throws IOException {
        kept.keep(curve(FOUR, 1));
        Path file = kept.folder().resolve("4-slots-h-5-1.json");
        ObjectNode json = ResultJson.MAPPER.valueToTree(curve(FOUR, 1));
        json.remove("steps");
        Files.write(file, ResultJson.MAPPER.writeValueAsBytes(json));
        String message = assertThrows(CommandException.class, () -> kept.find(FOUR.name(16), 1, "basis", "judge"))
                .getMessage();
        assertTrue(message.contains("4-slots-h-5-1.json") && message.contains("steps"), message);
    }

    @Test
    void tablesAreOfAllThatAreThereSeedBySeed() throws IOException {
        assertTrue(refusal().contains("there is no training in " + kept.folder()), refusal());
        for (SlotCurve curve : List.of(curve(FOUR, 2), curve(FOUR, 1), curve(ALONE, 1))) {
            kept.keep(curve);
        }
        assertEquals(List.of(curve(ALONE, 1), curve(FOUR, 1), curve(FOUR, 2)), kept.of(List.of(ALONE, FOUR)));
        assertEquals(List.of(curve(ALONE, 1)), kept.of(List.of(ALONE)));
    }

    @Test
    void whatDoesNotCompareStandsInNoTable() throws IOException {
        kept.keep(curve(ALONE, 1));
        kept.keep(curve(FOUR, 1, "of another machine", IMAGES, 120));
        assertTrue(
                refusal().contains("4-slots-h-5-1.json was judged by of another machine, others by judge"), refusal());
        kept.keep(curve(FOUR, 1, "judge", 2 * IMAGES, 120));
        assertTrue(refusal().contains("4-slots-h-5-1.json saw 102400 images, others 51200"), refusal());
    }
}
