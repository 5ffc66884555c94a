package io.saddle.primaltrainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.saddle.diffusion.training.Multipliers;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.MultiplierUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MultiplierLogTest {

    private final MultiplierLog log = new MultiplierLog();

    private static ConstraintDefinition definition(String id, double initial) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId(id)
                .setVersion(1)
                .setState(ConstraintState.ACTIVE)
                .setEvaluator("denoising-loss")
                .setEvaluationSamples(64)
                .setThreshold(0)
                .setInitialMultiplier(initial)
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    private static List<Double> values(Multipliers multipliers) {
        return IntStream.range(0, multipliers.count())
                .mapToObj(multipliers::get)
                .toList();
    }

    @Test
    void aSecondVectorOfADualStepNeverReplacesTheFirst() {
        log.add(Vectors.update(1, 20, 0.25));
        log.add(Vectors.update(1, 20, 0.5));
        assertEquals(Map.of("a", 0.25), log.at(1).orElseThrow().multipliers());
    }

    @Test
    void theNewestIsThatOfTheHighestDualStepHoweverTheyCome() {
        assertSame(MultiplierVector.INITIAL, log.newest());
        log.add(Vectors.update(3, 60, 0.75));
        log.add(Vectors.update(2, 40, 0.5));
        assertEquals(3, log.newest().dualStep());
        assertEquals(Optional.empty(), log.at(1));
    }

    @Test
    void aConstraintThatNoDualStepHasTouchedStandsAtItsInitialMultiplier() {
        List<ConstraintDefinition> active = List.of(definition("a", 7), definition("b", 2));
        assertEquals(List.of(7.0, 2.0), values(MultiplierVector.INITIAL.inOrderOf(active)));
        MultiplierVector first = MultiplierVector.of(Vectors.update(1, 20, 0.25), 20);
        assertEquals(List.of(0.25, 2.0), values(first.inOrderOf(active)));
        assertEquals(List.of(2.0, 0.25), values(first.inOrderOf(List.of(active.get(1), active.get(0)))));
    }

    @Test
    void aVectorIsAsOldAsItsStalestMultiplier() {
        log.add(twoConstraints(1, 20, "a"));
        assertEquals(0, log.newest().step(), "b was never moved");
        log.add(twoConstraints(2, 20, "b"));
        assertEquals(20, log.newest().step());
        log.add(twoConstraints(3, 40, "a"));
        log.add(twoConstraints(4, 60, "a"));
        assertEquals(20, log.newest().step(), "b has not been moved since");
    }

    @Test
    void forgottenVectorsDoNotComeBackAndTheNewestStays() {
        log.add(Vectors.update(1, 20, 0.1));
        log.add(Vectors.update(2, 40, 0.2));
        log.forgetBefore(2);
        log.add(Vectors.update(1, 20, 0.1));
        assertEquals(Optional.empty(), log.at(1));
        assertEquals(2, log.newest().dualStep());
    }

    private static MultiplierUpdate twoConstraints(long dualStep, long step, String moved) {
        MultiplierUpdate one = Vectors.update(dualStep, step, 0.5);
        List<ConstraintMultiplier> rows = Stream.of("a", "b")
                .map(id -> ConstraintMultiplier.newBuilder(one.getConstraints().get(0))
                        .setConstraintId(id)
                        .setEvaluator(id.equals(moved) ? "denoising-loss" : null)
                        .build())
                .toList();
        return MultiplierUpdate.newBuilder(one).setConstraints(rows).build();
    }

    @Test
    void whoWaitsIsWokenByAVector() {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Thread writer = new Thread(() -> log.add(Vectors.update(1, 20, 0.25)));
            synchronized (log) {
                writer.start();
                log.awaitMore(Duration.ofMinutes(1));
            }
            assertEquals(1, log.newest().dualStep());
            writer.join();
        });
    }
}
