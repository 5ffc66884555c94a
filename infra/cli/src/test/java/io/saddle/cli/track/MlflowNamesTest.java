package io.saddle.cli.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MlflowNamesTest {

    @Test
    void whatFitsStays() {
        for (String name : List.of("eval/fid", "loss/digit-4", "frequency/a b", "frequency/été 2.0", "a/.b/...")) {
            assertEquals(name, MlflowNames.fitting(name));
        }
    }

    @Test
    void otherCharactersBecomeUnderscoresAndStayApart() {
        String comma = MlflowNames.fitting("frequency/trousers, long");
        assertTrue(comma.matches("frequency/trousers_ long-[0-9a-f]{8}"), comma);
        assertNotEquals(comma, MlflowNames.fitting("frequency/trousers& long"));
        assertEquals(comma, MlflowNames.fitting("frequency/trousers, long"));
        assertEquals(comma, MlflowNames.fitting(comma));
    }

    @Test
    void aPathThatNamesAnotherPlaceIsMadeOneThatDoesNot() {
        assertTrue(MlflowNames.fitting("frequency/").startsWith("frequency/_-"));
        assertTrue(MlflowNames.fitting("frequency/..").startsWith("frequency/_..-"));
        assertTrue(MlflowNames.fitting("frequency/a//./b").startsWith("frequency/a/_/_./b-"));
        assertTrue(MlflowNames.fitting("/a").startsWith("_/a-"));
    }

    @Test
    void aLongNameIsCutAndStaysApart() {
        String cut = MlflowNames.fitting("x".repeat(251));
        assertEquals(250, cut.length());
        assertNotEquals(cut, MlflowNames.fitting("x".repeat(252)));
        assertEquals("x".repeat(250), MlflowNames.fitting("x".repeat(250)));
    }
}
