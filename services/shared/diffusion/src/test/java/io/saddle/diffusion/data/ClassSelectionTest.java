package io.saddle.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ClassSelection.Amount;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassSelectionTest {
    /** 30 one-pixel images; image i has pixel i and class i mod 3. */
    private static final ImageDataSet DATA = data();

    private static ImageDataSet data() {
        byte[] pixels = new byte[30];
        for (int i = 0; i < 30; i++) {
            pixels[i] = (byte) i;
        }
        return new ImageDataSet(pixels, IntStream.range(0, 30).map(i -> i % 3).toArray(), 1, 1, 1);
    }

    private static int[] pixels(ImageDataSet data) {
        float[] value = new float[1];
        return IntStream.range(0, data.count())
                .map(i -> {
                    data.scaled(i, value, 0);
                    return Math.round((value[0] + 1) * 127.5f);
                })
                .toArray();
    }

    @Test
    void shouldCutAnImbalancedSetOutOfABalancedOne() {
        ImageDataSet cut = ClassSelection.all()
                .with(1, new Amount.Count(3))
                .with(2, new Amount.Fraction(0.25))
                .from(DATA, 7);
        assertEquals(Map.of(0, 10, 1, 3, 2, 3), cut.classCounts());
    }

    @Test
    void shouldBalanceByTheRarestClass() {
        ImageDataSet imbalanced =
                ClassSelection.all().with(1, new Amount.Count(3)).from(DATA, 7);
        assertEquals(
                Map.of(0, 3, 1, 3, 2, 3),
                ClassSelection.balanced(imbalanced.classCounts())
                        .from(imbalanced, 7)
                        .classCounts());
    }

    @Test
    void shouldTakeOnlyTheClassesNamed() {
        assertEquals(Map.of(2, 10), ClassSelection.only(2).from(DATA, 7).classCounts());
    }

    @Test
    void shouldChooseBySeedAndContainSmallerAmounts() {
        ClassSelection four = ClassSelection.only().with(0, new Amount.Count(4));
        ClassSelection six = ClassSelection.only().with(0, new Amount.Count(6));
        int[] chosen = pixels(four.from(DATA, 1));
        assertArrayEquals(chosen, pixels(four.from(DATA, 1)));
        assertFalse(Arrays.equals(chosen, pixels(four.from(DATA, 2))));
        int[] more = pixels(six.from(DATA, 1));
        assertTrue(Arrays.stream(chosen).allMatch(p -> Arrays.stream(more).anyMatch(q -> q == p)));
    }

    @Test
    void shouldSayWhichClassesExist() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> ClassSelection.only(9).from(DATA, 1))
                .getMessage();
        assertTrue(message.contains("class 9") && message.contains("[0, 1, 2]"), message);
    }

    @Test
    void shouldRefuseTooManyImagesAndNone() {
        ClassSelection eleven = ClassSelection.all().with(0, new Amount.Count(11));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> eleven.from(DATA, 1))
                .getMessage()
                .contains("at most 10"));
        assertThrows(IllegalArgumentException.class, () -> ClassSelection.only().from(DATA, 1));
    }
}
