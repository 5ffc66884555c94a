package io.saddle.lab.experiment.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import java.io.PrintWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SlotVariantTest {

    private static List<String> wanted(String... texts) {
        return SlotVariant.of(16, List.of(texts)).stream()
                .map(variant -> variant.name(16))
                .toList();
    }

    /** "1 slot" is a part of the names with larger batches too. */
    @Test
    void aNameMeansItsOwnAloneAndAPartOfNamesAllOfThem() {
        assertEquals(List.of("1 slot"), wanted("1 slot"));
        assertEquals(List.of("2 slots, H = 5", "2 slots, H = 20", "2 slots, H = 100"), wanted("2 slots"));
        assertEquals(List.of("1 slot", "8 slots, H = 20"), wanted("8 slots, H = 20", "1 slot"), "in their own order");
        assertEquals(
                List.of("4 slots, H = 20, moments kept", "4 slots, H = 100, moments kept"), wanted("moments", "kept"));
    }

    /** Some saw fewer images than others, and slots that say H = 100 were merged every 50 steps. */
    @Test
    void imagesThatAreNoWholeRoundsOfEachKindAreRefused() {
        assertEquals(
                "--images must be a multiple of 51200, was 25600: each training is looked at 4 times, after whole rounds"
                        + " (fewer of them, by --only, or a smaller --batch need less)",
                refused("--images", "25600", "--only", "8 slots"));
        assertTrue(refused("--images", "12800", "--only", "4 slots").contains("multiple of 25600,"));
        assertTrue(refused("--images", "1000", "--only", "1 slot").contains("multiple of 64,"));
        assertTrue(refused("--images", "0").contains("multiple of 51200,"));
    }

    private static String refused(String... arguments) {
        SlotsExperiment experiment = new SlotsExperiment();
        new CommandLine(experiment).parseArgs(arguments);
        return assertThrows(CommandException.class, () -> experiment.run(new PrintWriter(System.err)))
                .getMessage();
    }

    @Test
    void aTextThatNoNameContainsIsRefusedWithTheNames() {
        String message = assertThrows(CommandException.class, () -> wanted("1 slot", "3 slots"))
                .getMessage();
        assertTrue(message.startsWith("--only: no name contains '3 slots'; there are ['1 slot', "), message);
    }
}
