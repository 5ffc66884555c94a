package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.model.training.UnfitRunException;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TrainingFaultTest {

    private static final UnfitRunException TOO_FEW =
            unfit(new IllegalArgumentException("data of 'a': class 4 has 80 images, 100 are wanted"));

    private static UnfitRunException unfit(IllegalArgumentException refused) {
        return assertThrows(
                UnfitRunException.class,
                () -> UnfitRunException.unlessRefused(() -> {
                    throw refused;
                }));
    }

    @Test
    void aSpecificationThatHasNeverFitIsWrong() {
        assertTrue(TrainingFault.of(TOO_FEW, false).isFinal());
    }

    /** Another export in the place of the files that it trains on, or a trainer with an older copy of them. */
    @Test
    void dataThatFitOnceMayFitAgain() {
        TrainingFault fault = TrainingFault.of(TOO_FEW, true);

        assertFalse(fault.isFinal());
        assertTrue(fault.message().endsWith(TOO_FEW.getMessage()), fault.message());
        assertFalse(fault.message().contains("Exception"), fault.message());
    }

    @Test
    void whatThisMachineLacksAnotherMayHave() {
        assertFalse(TrainingFault.of(unfit(new IllegalArgumentException(new IOException("no such file"))), false)
                .isFinal());
    }

    /** A setting or a library of one trainer made new runs FAILED, each name used up. */
    @Test
    void whatIsNotSaidOfTheRunMayBeThisMachines() {
        TrainingFault fault = TrainingFault.of(new IllegalArgumentException("workers must be >= 1, was 0"), false);

        assertFalse(fault.isFinal());
        assertTrue(fault.message().endsWith("workers must be >= 1, was 0"), fault.message());
    }

    /** Of a console that was exchanged before its trainers, or a trainer that went back: the run was FAILED, and its name used up. */
    @Test
    void aSpecificationWithAKeyOfANewerBuildIsNotWrong() {
        RunSpecParser parser = new RunSpecParser();
        String json = parser.toJson(parser.parse("run.yaml", "{name: r}"));
        InvalidRunSpecException newer = assertThrows(
                InvalidRunSpecException.class,
                () -> parser.fromJson(json.replaceFirst("\\{", "{\"aKeyOfTomorrow\": 1,")));
        TrainingFault fault = TrainingFault.of(newer, false);
        assertFalse(fault.isFinal());
        assertTrue(fault.message().startsWith("this build cannot read the run's specification: "), fault.message());
        assertTrue(fault.message().contains("aKeyOfTomorrow"), fault.message());
    }
}
