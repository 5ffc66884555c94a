package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluatorDeploymentTest {

    private final EvaluatorDeployment plain = EvaluatorDeployment.of(Optional.empty());
    private final EvaluatorDeployment second = EvaluatorDeployment.of(Optional.of(" v2 "));

    @Test
    void eachKnowsItsOwnEvaluatorsOnly() {
        assertEquals("denoising-loss", plain.named("denoising-loss"));
        assertEquals("denoising-loss-v2", second.named("denoising-loss"));
        assertEquals(Optional.of("denoising-loss"), second.plain("denoising-loss-v2"));
        assertEquals(Optional.empty(), second.plain("denoising-loss"));
        assertEquals(Optional.of("denoising-loss-v2"), plain.plain("denoising-loss-v2"));
    }

    @Test
    void aNameThatCannotEndAnEvaluatorsIsRefusedWithTheSetting() {
        String message = assertThrows(IllegalArgumentException.class, () -> EvaluatorDeployment.of(Optional.of("v 2")))
                .getMessage();
        assertTrue(message.contains("saddle.evaluator.deployment"), message);
    }

    /** Its group was that in which the plain one reads definitions: neither kept how far it was. */
    @Test
    void aNameThatMakesAnotherReadersGroupIsRefused() {
        for (String name : new String[] {"tables", "v2-tables"}) {
            assertThrows(IllegalArgumentException.class, () -> new EvaluatorDeployment(name));
        }
        assertEquals("x-timetables", new EvaluatorDeployment("timetables").named("x"));
    }
}
