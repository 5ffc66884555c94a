package io.saddle.primaltrainer.multipliers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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

    private final MultiplierLog log = new MultiplierLog(Vectors.initial());

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
        assertEquals(Vectors.initial(), log.newest());
        log.add(Vectors.update(3, 60, 0.75));
        log.add(Vectors.update(2, 40, 0.5));
        assertEquals(3, log.newest().dualStep());
        assertEquals(Optional.empty(), log.at(1));
    }

    @Test
    void aConstraintThatAVectorDoesNotNameHasNoWeight() {
        List<ConstraintDefinition> trained = List.of(definition("a", 7), definition("b", 2));
        MultiplierVector first = MultiplierVector.of(Vectors.update(1, 20, 0.25), Map.of("a", 20L));
        assertEquals(List.of(0.25, 0.0), values(first.inOrderOf(trained)));
        assertEquals(List.of(0.0, 0.25), values(first.inOrderOf(List.of(trained.get(1), trained.get(0)))));
    }

    @Test
    void aVectorIsAsOldAsTheStalestMultiplierInForce() {
        Map<String, Long> both = Map.of("a", 0L, "b", 0L);
        log.add(twoConstraints(1, 20, "a"));
        log.add(twoConstraints(2, 40, "b"));
        log.add(twoConstraints(3, 60, "a"));
        log.add(twoConstraints(4, 80, "a"));
        assertEquals(60, log.newest().staleSteps(100, both), "b has not been moved since 40");
        assertEquals(20, log.newest().staleSteps(100, Map.of("a", 0L)));
        assertEquals(0, log.newest().staleSteps(100, Map.of()));
    }

    @Test
    void aConstraintThatCameDuringTheRunIsAsNewAsItsFirstVector() {
        log.add(twoConstraints(1, 20, "a"));
        assertEquals(10, log.newest().staleSteps(30, Map.of("b", 0L)));
    }

    @Test
    void forgottenVectorsDoNotComeBackAndTheNewestStays() {
        log.add(Vectors.update(1, 20, 0.1));
        log.add(Vectors.update(2, 40, 0.2));
        log.forgetBefore(2);
        log.add(Vectors.update(1, 20, 0.1));
        assertThrows(IllegalStateException.class, () -> log.at(1));
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
