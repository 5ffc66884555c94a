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
        log.add(Vectors.update(1, 20, 0.25), 0);
        log.add(Vectors.update(1, 20, 0.5), 0);
        assertEquals(Map.of("a", 0.25), log.at(1).orElseThrow().multipliers());
    }

    @Test
    void theNewestIsThatOfTheHighestDualStepHoweverTheyCome() {
        assertEquals(Vectors.initial(), log.newest());
        log.add(Vectors.update(3, 60, 0.75), 0);
        log.add(Vectors.update(2, 40, 0.5), 0);
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
        log.add(twoConstraints(1, 20, "a"), 0);
        log.add(twoConstraints(2, 40, "b"), 0);
        log.add(twoConstraints(3, 60, "a"), 0);
        log.add(twoConstraints(4, 80, "a"), 0);
        assertEquals(60, log.newest().staleSteps(100, both), "b has not been moved since 40");
        assertEquals(20, log.newest().staleSteps(100, Map.of("a", 0L)));
        assertEquals(0, log.newest().staleSteps(100, Map.of()));
    }

    @Test
    void aConstraintThatCameDuringTheRunIsAsNewAsItsFirstVector() {
        log.add(twoConstraints(1, 20, "a"), 0);
        assertEquals(10, log.newest().staleSteps(30, Map.of("b", 0L)));
    }

    @Test
    void forgottenVectorsDoNotComeBackAndTheNewestStays() {
        log.add(Vectors.update(1, 20, 0.1), 0);
        log.add(Vectors.update(2, 40, 0.2), 0);
        log.forgetBefore(2);
        log.add(Vectors.update(1, 20, 0.1), 0);
        assertThrows(IllegalStateException.class, () -> log.at(1));
        assertEquals(2, log.newest().dualStep());
    }

    @Test
    void whoTakesTheRunUpKnowsTheSameFromTheFirstVectorThatIsStillNeeded() {
        List<MultiplierUpdate> made = List.of(
                twoConstraints(1, 20, "a"),
                twoConstraints(2, 40, "b"),
                Vectors.update(3, 60, 0.75),
                twoConstraints(4, 80, "a"),
                twoConstraints(5, 100, "a"));
        for (int i = 0; i < made.size(); i++) {
            log.add(made.get(i), 100 + 10 * i);
        }
        log.forgetBefore(3);

        MultiplierLog.Needed needed = log.needed(200);

        assertEquals(120, needed.offset(), "of the third, which is in use");
        MultiplierLog successor = new MultiplierLog(Vectors.initial(), needed.offset(), needed.movedAt());
        successor.forgetBefore(3);
        for (int i = 2; i < made.size(); i++) {
            successor.add(made.get(i), 100 + 10 * i);
        }
        for (long dualStep = 3; dualStep <= 5; dualStep++) {
            assertEquals(log.at(dualStep), successor.at(dualStep));
        }
        assertEquals(
                60, successor.newest().staleSteps(100, Map.of("a", 0L, "b", 0L)), "b was last moved at 40, before");
    }

    @Test
    void whileNoVectorComesNothingOfWhatWasReadIsNeeded() {
        assertEquals(0, new MultiplierLog(Vectors.initial()).needed(0).offset());
        MultiplierLog late = new MultiplierLog(Vectors.initial(), 70, Map.of());
        assertEquals(70, late.needed(0).offset(), "the reader has not begun");
        assertEquals(90, late.needed(90).offset());
        late.add(Vectors.update(1, 20, 0.25), 95);
        assertEquals(70, late.needed(120).offset(), "the initial vector is still in use, and the first may come");
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
            Thread writer = new Thread(() -> log.add(Vectors.update(1, 20, 0.25), 0));
            synchronized (log) {
                writer.start();
                log.awaitMore(Duration.ofMinutes(1));
            }
            assertEquals(1, log.newest().dualStep());
            writer.join();
        });
    }
}
