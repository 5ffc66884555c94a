package io.saddle.diffusion.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpeningsTest {

    private final List<String> closed = new ArrayList<>();

    private AutoCloseable opened(String name) {
        return () -> closed.add(name);
    }

    private String both(AutoCloseable first, boolean secondFails) {
        try (Openings openings = new Openings()) {
            openings.add(first);
            if (secondFails) {
                throw new OutOfMemoryError("the second");
            }
            openings.add(opened("second"));
            return openings.keep("both");
        }
    }

    @Test
    void whatIsThereStaysOpenForItsOwner() {
        assertEquals("both", both(opened("first"), false));
        assertEquals(List.of(), closed);
    }

    @Test
    void whatWasOpenedBeforeAFailureIsClosed() {
        assertThrows(OutOfMemoryError.class, () -> both(opened("first"), true));
        assertEquals(List.of("first"), closed);
    }

    @Test
    void theLastIsClosedFirst() {
        try (Openings openings = new Openings()) {
            openings.add(opened("first"));
            openings.add(opened("second"));
        }
        assertEquals(List.of("second", "first"), closed);
    }
}
