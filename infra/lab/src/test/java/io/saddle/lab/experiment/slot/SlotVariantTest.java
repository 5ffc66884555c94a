package io.saddle.lab.experiment.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    @Test
    void aTextThatNoNameContainsIsRefusedWithTheNames() {
        String message = assertThrows(CommandException.class, () -> wanted("1 slot", "3 slots"))
                .getMessage();
        assertTrue(message.startsWith("--only: no name contains '3 slots'; there are ['1 slot', "), message);
    }
}
