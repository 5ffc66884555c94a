package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.ClassFrequency;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassFrequenciesTest {

    private static List<Double> frequencies(ClassFrequencies frequencies) {
        return frequencies.rows().stream().map(ClassFrequency::getFrequency).toList();
    }

    @Test
    void everyClassHasItsShareInOrderEvenIfItWasNeverSeen() {
        ClassFrequencies seen = ClassFrequencies.of(new int[] {7, 4, 7, 7}, List.of(4, 5, 7), Integer::toString);
        assertEquals(List.of(0.25, 0.0, 0.75), frequencies(seen));
        assertEquals(
                List.of(4, 5, 7),
                seen.rows().stream().map(ClassFrequency::getLabel).toList());
    }

    @Test
    void equalSharesAreAtNoDistanceFromUniform() {
        assertEquals(
                0,
                ClassFrequencies.of(new int[] {0, 1, 2, 3}, List.of(0, 1, 2, 3), Integer::toString)
                        .distanceToUniform());
    }

    @Test
    void theDistanceIsHalfTheSumOfTheDifferences() {
        ClassFrequencies seen = ClassFrequencies.of(new int[] {4, 7, 7, 7}, List.of(4, 5, 7), Integer::toString);
        double third = 1 / 3.0;
        assertEquals((third - 0.25 + third + 0.75 - third) / 2, seen.distanceToUniform(), 1e-15);
    }

    @Test
    void oneClassAloneIsAsFarAsItGets() {
        assertEquals(
                0.75,
                ClassFrequencies.of(new int[] {2, 2, 2}, List.of(0, 1, 2, 3), Integer::toString)
                        .distanceToUniform(),
                1e-15);
    }

    @Test
    void nothingIsWantedOfAClassThatTheDataDoesNotHave() {
        ClassFrequencies seen = ClassFrequencies.of(new int[] {0, 1, -1, -1}, List.of(-1, 0, 1), Integer::toString);
        assertEquals(0.5, seen.distanceToUniform(), 1e-15);
    }
}
