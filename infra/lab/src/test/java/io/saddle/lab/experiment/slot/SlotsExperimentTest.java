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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotsExperimentTest {

    private static final SlotCurve CURVE = new SlotCurve(
            "4 slots, H = 5",
            new SlotVariant(4, 5, 16, OuterStep.MEAN, false),
            1,
            "basis",
            800,
            160,
            List.of(new SlotCurve.Point(51_200, new LossEstimateResult(0.14, 0.001, 1024), 120)),
            181);

    @Test
    void aTrainingIsKeptForWhatItWasMadeFrom(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("training.json");
        assertEquals(Optional.empty(), SlotsExperiment.kept(file, "basis"));
        Files.write(file, ResultJson.MAPPER.writeValueAsBytes(CURVE));
        assertEquals(Optional.of(CURVE), SlotsExperiment.kept(file, "basis"));
        assertEquals(Optional.empty(), SlotsExperiment.kept(file, "another"));
    }

    @Test
    void aTrainingOfWhichSomethingIsMissingIsNamedRatherThanShownAsZero(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("training.json");
        ObjectNode json = ResultJson.MAPPER.valueToTree(CURVE);
        json.remove("steps");
        Files.write(file, ResultJson.MAPPER.writeValueAsBytes(json));
        String message = assertThrows(CommandException.class, () -> SlotsExperiment.kept(file, "basis"))
                .getMessage();
        assertTrue(message.contains("training.json") && message.contains("steps"), message);
    }
}
