package io.saddle.dualupdater;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.dual.DualMemory;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.ThresholdKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DualRunTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final double RATE = 0.5;

    enum Mode {
        LOCKSTEP,
        PIPELINED,
        ASYNC
    }

    private static DualSettings settings(Mode mode, Double gamma, double limit, String... ids) {
        return new DualSettings(
                0,
                mode != Mode.ASYNC,
                mode == Mode.PIPELINED ? 1 : 0,
                20,
                0,
                0,
                RATE,
                gamma,
                limit,
                List.of(ids),
                null,
                null,
                null,
                0);
    }

    private static ConstraintDefinition.Builder definition(String id, int version) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId(id)
                .setVersion(version)
                .setState(ConstraintState.ACTIVE)
                .setEvaluator("denoising-loss")
                .setEvaluationSamples(64)
                .setThreshold(0.25)
                .setInitialMultiplier(0)
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .setUpdatedAt(NOW);
    }

    private static DualEstimate estimate(String id, long step, long dualStep, double loss) {
        return new DualEstimate(id, 1, "denoising-loss", step, dualStep, loss, false, null);
    }

    /** A run with constraints a and b, each at threshold 0.25. */
    private static DualRun two(Mode mode) {
        return begun(
                settings(mode, null, 100, "a", "b"),
                definition("a", 1).build(),
                definition("b", 1).build());
    }

    /** A LOCKSTEP run with the one constraint a. */
    private static DualRun one(Double gamma, double limit, ConstraintDefinition a) {
        return begun(settings(Mode.LOCKSTEP, gamma, limit, "a"), a);
    }

    private static DualRun begun(DualSettings settings, ConstraintDefinition... definitions) {
        return defined(DualAscent.onRun(DualRun.unknown("r"), settings).run(), definitions);
    }

    private static DualRun defined(DualRun run, ConstraintDefinition... definitions) {
        DualRun next = run;
        for (ConstraintDefinition definition : definitions) {
            next = DualAscent.onConstraint(next, definition).run();
        }
        return next;
    }

    private static double multiplier(DualRun run, String id) {
        return run.constraints().get(id).multiplier();
    }

    private static DualTransition feed(DualRun run, DualEstimate... estimates) {
        return Stream.of(estimates)
                .reduce(
                        DualTransition.unchanged(run),
                        (done, estimate) -> done.then(next -> DualAscent.onEstimate(next, estimate)),
                        (left, right) -> right);
    }

    private static DualRun after(DualRun run, DualEstimate... estimates) {
        return feed(run, estimates).run();
    }

    private static void changesNothing(DualRun run, DualEstimate estimate, Verdict verdict) {
        DualTransition done = DualAscent.onEstimate(run, estimate);
        assertSame(run, done.run());
        assertEquals(List.of(), done.updates());
        assertEquals(List.of(verdict), done.verdicts());
    }

    private static ConstraintMultiplier row(MultiplierUpdate update, String id) {
        return update.getConstraints().stream()
                .filter(row -> row.getConstraintId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void lockstepWaitsForTheEstimateOfEveryActiveConstraint() {
        DualTransition first = DualAscent.onEstimate(two(Mode.LOCKSTEP), estimate("a", 20, 0, 0.75));
        assertEquals(List.of(Verdict.WAITING), first.verdicts());
        assertEquals(List.of(), first.updates());
        assertEquals(0, first.run().dualStep());
        assertEquals(0, multiplier(first.run(), "a"));

        DualTransition second = DualAscent.onEstimate(first.run(), estimate("b", 20, 0, 0.35));

        assertEquals(List.of(Verdict.STEPPED), second.verdicts());
        assertEquals(1, second.updates().size());
        assertEquals(1, second.run().dualStep());
        assertEquals(0.5 * (0.75 - 0.25), multiplier(second.run(), "a"));
        assertEquals(0.5 * (0.35 - 0.25), multiplier(second.run(), "b"));
        assertTrue(second.run().pending().isEmpty());
    }

    @Test
    void lockstepDoesNotCareWhichEstimateComesFirst() {
        DualRun ab = after(two(Mode.LOCKSTEP), estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35));
        DualRun ba = after(two(Mode.LOCKSTEP), estimate("b", 20, 0, 0.35), estimate("a", 20, 0, 0.75));
        assertEquals(ab, ba);
    }

    @Test
    void anEstimateThatComesTwiceBeforeItsDualStepCountsOnce() {
        DualRun waiting = after(two(Mode.LOCKSTEP), estimate("a", 20, 0, 0.75));
        changesNothing(waiting, estimate("a", 20, 0, 0.75), Verdict.LATE);
        changesNothing(waiting, estimate("a", 20, 0, 9.75), Verdict.LATE);
    }

    @Test
    void aWholeReplayAfterADualStepChangesNothing() {
        DualRun done = after(two(Mode.LOCKSTEP), estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35));
        changesNothing(done, estimate("a", 20, 0, 0.75), Verdict.LATE);
        changesNothing(done, estimate("b", 20, 0, 0.35), Verdict.LATE);
    }

    @Test
    void lockstepRefusesAnEstimateFromADualStepThatIsNotReached() {
        changesNothing(two(Mode.LOCKSTEP), estimate("a", 40, 1, 0.75), Verdict.EARLY);
    }

    @Test
    void pipelinedKeepsAnEstimateOfALaterSnapshotUntilItsTurn() {
        DualTransition kept = DualAscent.onEstimate(two(Mode.PIPELINED), estimate("a", 40, 1, 0.5));
        assertEquals(List.of(Verdict.EARLY), kept.verdicts());
        assertEquals(List.of(), kept.updates());
        changesNothing(kept.run(), estimate("a", 40, 1, 0.5), Verdict.EARLY);

        DualTransition done =
                feed(kept.run(), estimate("a", 20, 0, 0.75), estimate("b", 40, 1, 0.25), estimate("b", 20, 0, 0.35));

        assertEquals(
                List.of(1L, 2L),
                done.updates().stream().map(step -> step.after().dualStep()).toList());
        assertEquals(
                List.of(20L, 40L),
                done.updates().stream().map(DualStepTaken::step).toList());
        assertEquals(0.5 * (0.75 - 0.25) + 0.5 * (0.5 - 0.25), multiplier(done.run(), "a"));
        assertEquals(List.of(), done.run().early());
    }

    /** Evaluators are as fast as they are: of three snapshots under way any estimate may come first. */
    @Test
    void pipelinedEndsTheSameWhicheverEstimatesComeFirst() {
        List<DualEstimate> estimates = new ArrayList<>();
        for (int snapshot = 0; snapshot < 3; snapshot++) {
            estimates.add(estimate("a", 20 * (snapshot + 1), snapshot, 0.7 + 0.1 * snapshot));
            estimates.add(estimate("b", 20 * (snapshot + 1), snapshot, 0.4 - 0.07 * snapshot));
        }
        DualTransition inOrder = feed(two(Mode.PIPELINED), estimates.toArray(DualEstimate[]::new));
        assertEquals(3, inOrder.updates().size());
        Random random = new Random(5);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(estimates, random);
            DualTransition shuffled = feed(two(Mode.PIPELINED), estimates.toArray(DualEstimate[]::new));
            assertEquals(inOrder.run(), shuffled.run());
            assertEquals(records(inOrder), records(shuffled));
        }
    }

    private static List<MultiplierUpdate> records(DualTransition done) {
        return done.updates().stream().map(step -> step.toRecord(NOW)).toList();
    }

    @Test
    void whatWasKeptForAnOlderDefinitionIsNotUsed() {
        DualRun kept = after(two(Mode.PIPELINED), estimate("a", 40, 1, 0.5), estimate("b", 40, 1, 0.5));
        DualRun redefined = defined(kept, definition("a", 2).setThreshold(0.3).build());
        DualRun done = after(
                redefined,
                new DualEstimate("a", 2, "denoising-loss", 20, 0, 0.75, false, null),
                estimate("b", 20, 0, 0.35));
        assertEquals(1, done.dualStep(), "the second waits for an estimate of version 2");
        assertEquals(
                2,
                after(done, new DualEstimate("a", 2, "denoising-loss", 40, 1, 0.75, false, null))
                        .dualStep());
    }

    @ParameterizedTest
    @EnumSource
    void anEstimateFromTheShadowChangesNothing(Mode mode) {
        changesNothing(two(mode), new DualEstimate("a", 1, "denoising-loss", 20, 0, 0.75, true, null), Verdict.SHADOW);
    }

    @ParameterizedTest
    @EnumSource
    void anEstimateOfAnOlderVersionChangesNothing(Mode mode) {
        DualRun run =
                DualAscent.onConstraint(two(mode), definition("a", 2).build()).run();
        changesNothing(
                run, new DualEstimate("a", 1, "denoising-loss", 20, 0, 0.75, false, null), Verdict.OUT_OF_VERSION);
    }

    @Test
    void anEstimateOfAVersionThatHasNotComeYetWaitsForItsDefinition() {
        DualEstimate ahead = new DualEstimate("a", 2, "denoising-loss", 20, 0, 0.75, false, null);
        DualTransition kept = DualAscent.onEstimate(two(Mode.ASYNC), ahead);
        assertEquals(List.of(Verdict.UNKNOWN_YET), kept.verdicts());
        assertEquals(0, multiplier(kept.run(), "a"));
        DualTransition defined =
                DualAscent.onConstraint(kept.run(), definition("a", 2).build());
        assertEquals(1, defined.updates().size());
        assertEquals(0.5 * (0.75 - 0.25), multiplier(defined.run(), "a"));
    }

    @ParameterizedTest
    @EnumSource
    void anEstimateByAnotherEvaluatorChangesNothing(Mode mode) {
        changesNothing(
                two(mode), new DualEstimate("a", 1, "distillation", 20, 0, 0.75, false, null), Verdict.OUT_OF_VERSION);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"ACTIVE", "RETIRING", "UNKNOWN"},
            mode = EnumSource.Mode.EXCLUDE)
    void anEstimateOfAConstraintThatIsNotActiveChangesNothing(ConstraintState state) {
        DualRun run = DualAscent.onConstraint(
                        two(Mode.ASYNC), definition("a", 2).setState(state).build())
                .run();
        changesNothing(
                run, new DualEstimate("a", 2, "denoising-loss", 20, 0, 0.75, false, null), Verdict.OUT_OF_VERSION);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aLossThatIsNotFiniteChangesNothing(double loss) {
        changesNothing(two(Mode.LOCKSTEP), estimate("a", 20, 0, loss), Verdict.NOT_FINITE);
        changesNothing(two(Mode.ASYNC), estimate("a", 20, 0, loss), Verdict.NOT_FINITE);
    }

    @Test
    void asyncMovesOnlyTheConstraintOfTheEstimateAndEmitsTheWholeVector() {
        DualTransition a = DualAscent.onEstimate(two(Mode.ASYNC), estimate("a", 20, 0, 0.75));
        DualTransition b = DualAscent.onEstimate(a.run(), estimate("b", 20, 0, 1.25));

        assertEquals(List.of(Verdict.STEPPED), a.verdicts());
        assertEquals(0.25, multiplier(b.run(), "a"));
        assertEquals(0.5, multiplier(b.run(), "b"));
        MultiplierUpdate update = b.updates().get(0).toRecord(NOW);
        assertEquals("r", update.getRunId());
        assertEquals(2, update.getDualStep());
        assertEquals(20, update.getStep());
        assertEquals(2, update.getConstraints().size());
        assertEquals(0.25, row(update, "a").getBefore());
        assertEquals(0.25, row(update, "a").getAfter());
        assertNull(row(update, "a").getLoss(), "a was not measured in this step");
        assertNull(row(update, "a").getEvaluator());
        assertEquals(0, row(update, "b").getBefore());
        assertEquals(0.5, row(update, "b").getAfter());
        assertEquals(1.25, row(update, "b").getLoss());
        assertEquals(-1.0, row(update, "b").getSlack());
        assertEquals("denoising-loss", row(update, "b").getEvaluator());
        assertEquals(1 / 1.75, update.getObjectiveWeight());
        assertEquals(0.5 / 1.75, row(update, "b").getMixtureWeight());
    }

    @Test
    void asyncTakesNoSnapshotThatIsNotNewerThanTheLastOne() {
        DualRun at40 = after(two(Mode.ASYNC), estimate("a", 40, 0, 0.75));
        changesNothing(at40, estimate("a", 20, 0, 0.75), Verdict.LATE);
        changesNothing(at40, estimate("a", 40, 0, 0.75), Verdict.LATE);
        assertEquals(
                List.of(Verdict.STEPPED),
                DualAscent.onEstimate(at40, estimate("b", 20, 0, 0.75)).verdicts());
        assertEquals(
                List.of(Verdict.STEPPED),
                DualAscent.onEstimate(at40, estimate("a", 41, 0, 0.75)).verdicts());
    }

    @ParameterizedTest
    @EnumSource
    void estimatesThatComeBeforeTheRunAreKeptAndUsedOnce(Mode mode) {
        DualTransition early = feed(DualRun.unknown("r"), estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35));
        assertEquals(List.of(Verdict.UNKNOWN_YET, Verdict.UNKNOWN_YET), early.verdicts());

        DualTransition known = early.then(
                        run -> DualAscent.onConstraint(run, definition("a", 1).build()))
                .then(run -> DualAscent.onConstraint(run, definition("b", 1).build()))
                .then(run -> DualAscent.onRun(run, settings(mode, null, 100, "a", "b")));

        assertEquals(mode == Mode.ASYNC ? 2 : 1, known.updates().size());
        assertEquals(after(two(mode), estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35)), known.run());
        assertEquals(
                List.of(),
                DualAscent.onRun(known.run(), known.run().settings()).updates(),
                "nothing is kept for a second use");
    }

    @Test
    void estimatesThatComeBeforeAConstraintAreKeptUntilTheLastOneIsKnown() {
        DualRun known = begun(
                settings(Mode.LOCKSTEP, null, 100, "a", "b"), definition("a", 1).build());
        DualTransition early = feed(known, estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35));
        assertEquals(List.of(), early.updates());

        DualTransition complete =
                DualAscent.onConstraint(early.run(), definition("b", 1).build());

        assertEquals(1, complete.updates().size());
        assertEquals(0.25, multiplier(complete.run(), "a"));
    }

    @Test
    void onlySoManyEarlyEstimatesAreKeptAndTheNewestAreThem() {
        DualRun run = DualRun.unknown("r");
        for (int step = 0; step < 3000; step++) {
            run = after(run, estimate("a", step, 0, 0.75));
        }
        int kept = DualRun.EARLY_BYTES / run.early().get(0).mostBytes();
        assertEquals(kept, run.early().size());
        assertEquals(3000 - kept, run.early().get(0).step());
    }

    /** The oldest are those that the next dual step needs: without them it waits until they are measured again. */
    @Test
    void theEstimatesOfAsManyConstraintsAndDelayedStepsAsThereMayBeAreKept() {
        DualRun run = DualRun.unknown("r");
        for (int step = 0; step < 8; step++) {
            for (int constraint = 0; constraint < 100; constraint++) {
                run = after(run, estimate("a-name-of-usual-length-" + constraint, step, 0, 0.75));
            }
        }
        assertEquals(800, run.early().size());
    }

    @Test
    void aDefinitionOfNoNewerVersionChangesNothing() {
        DualRun run = two(Mode.LOCKSTEP);
        ConstraintDefinition same = definition("a", 1).setThreshold(9).build();
        assertSame(run, DualAscent.onConstraint(run, same).run());
    }

    @Test
    void aRedefinitionKeepsTheMultiplierUnlessItSaysReset() {
        DualRun moved = DualAscent.onEstimate(one(null, 100, definition("a", 1).build()), estimate("a", 20, 0, 0.75))
                .run();
        assertEquals(new DualMemory(1, 0, 0), moved.constraints().get("a").memory());

        DualConstraint kept = DualAscent.onConstraint(
                        moved,
                        definition("a", 2)
                                .setThreshold(0.5)
                                .setEvaluator("distillation")
                                .setInitialMultiplier(7)
                                .build())
                .run()
                .constraints()
                .get("a");
        assertEquals(0.25, kept.multiplier());
        assertEquals(0.5, kept.definition().threshold());
        assertEquals("distillation", kept.definition().evaluator());
        assertEquals(1, kept.memory().steps());

        DualConstraint reset = DualAscent.onConstraint(
                        moved,
                        definition("a", 2)
                                .setInitialMultiplier(7)
                                .setMultiplierHandover(MultiplierHandover.RESET)
                                .build())
                .run()
                .constraints()
                .get("a");
        assertEquals(7, reset.multiplier());
        assertEquals(DualMemory.NONE, reset.memory());
    }

    @Test
    void afterAPromotionOnlyTheNewEvaluatorMovesTheMultiplier() {
        DualRun waiting = after(two(Mode.LOCKSTEP), estimate("a", 20, 0, 0.75));
        DualTransition promoted = DualAscent.onConstraint(
                waiting, definition("a", 2).setEvaluator("distillation").build());
        assertEquals(List.of(), promoted.updates());
        assertTrue(promoted.run().pending().isEmpty(), "the old evaluator's estimate counts no more");

        DualRun b = DualAscent.onEstimate(promoted.run(), estimate("b", 20, 0, 0.35))
                .run();
        changesNothing(b, estimate("a", 20, 0, 0.75), Verdict.OUT_OF_VERSION);
        DualTransition done =
                DualAscent.onEstimate(b, new DualEstimate("a", 2, "distillation", 20, 0, 0.45, false, null));
        assertEquals(0.5 * (0.45 - 0.25), multiplier(done.run(), "a"));
    }

    @Test
    void aConstraintThatIsRetiredIsNoLongerWaitedFor() {
        DualRun waiting = after(two(Mode.LOCKSTEP), estimate("a", 20, 0, 0.75));

        DualTransition retired = DualAscent.onConstraint(
                waiting, definition("b", 2).setState(ConstraintState.RETIRED).build());

        assertEquals(1, retired.updates().size());
        MultiplierUpdate update = retired.updates().get(0).toRecord(NOW);
        assertEquals(
                List.of("a"),
                update.getConstraints().stream()
                        .map(ConstraintMultiplier::getConstraintId)
                        .toList());
        assertEquals(1 / 1.25, update.getObjectiveWeight());
    }

    @ParameterizedTest
    @EnumSource
    void aRetiredConstraintLeavesWithARowThatTakesItsMultiplierToZero(Mode mode) {
        DualRun moved = after(two(mode), estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35));
        long dualStep = moved.dualStep();
        DualRun retired = DualAscent.onConstraint(
                        moved,
                        definition("b", 2).setState(ConstraintState.RETIRED).build())
                .run();

        DualTransition done = DualAscent.onEstimate(retired, estimate("a", 40, dualStep, 0.75));

        MultiplierUpdate update = done.updates().get(0).toRecord(NOW);
        assertEquals(0.05, row(update, "b").getBefore(), 1e-15);
        assertEquals(0, row(update, "b").getAfter());
        assertNull(row(update, "b").getLoss());
        assertEquals(0, row(update, "b").getMixtureWeight());
        DualTransition next = DualAscent.onEstimate(done.run(), estimate("a", 60, dualStep + 1, 0.75));
        assertEquals(1, next.updates().get(0).toRecord(NOW).getConstraints().size(), "it has left");
    }

    @ParameterizedTest
    @EnumSource
    void aConstraintThatIsRetiringDecaysWithEachOfItsEstimatesWhateverTheyAre(Mode mode) {
        DualRun run = begun(
                settings(mode, null, 100, "a"),
                definition("a", 1).setInitialMultiplier(0.8).build(),
                definition("a", 2)
                        .setState(ConstraintState.RETIRING)
                        .setRetirementDecay(0.25)
                        .build());
        List<Double> after = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            DualTransition done = DualAscent.onEstimate(
                    run, new DualEstimate("a", 2, "denoising-loss", 20 * i, i - 1, 99, false, null));
            after.add(row(done.updates().get(0).toRecord(NOW), "a").getAfter());
            run = done.run();
        }
        assertEquals(List.of(0.2, 0.05, 0.0125, 0.003125, 0.0, 0.0), after, "below a thousandth it is nothing");
    }

    @Test
    void aRelativeThresholdCountsFromTheReferenceOfTheEstimate() {
        DualRun run = one(
                null,
                100,
                definition("a", 1)
                        .setThreshold(0.5)
                        .setThresholdKind(ThresholdKind.RELATIVE_TO_OBJECTIVE)
                        .build());

        DualTransition done =
                DualAscent.onEstimate(run, new DualEstimate("a", 1, "denoising-loss", 20, 0, 0.75, false, 0.25));

        ConstraintMultiplier row = row(done.updates().get(0).toRecord(NOW), "a");
        assertEquals(0.25 * 1.5, row.getThreshold(), "b = reference (1 + delta)");
        assertEquals(0.5 * (0.75 - 0.375), row.getAfter());
        assertEquals(0.375 - 0.75, row.getSlack());
    }

    @Test
    void asyncShowsTheLastBoundOfARelativeThresholdThatDidNotMove() {
        DualRun run = DualAscent.onEstimate(
                        defined(
                                two(Mode.ASYNC),
                                definition("a", 2)
                                        .setThreshold(0.5)
                                        .setThresholdKind(ThresholdKind.RELATIVE_TO_REFERENCE)
                                        .build()),
                        new DualEstimate("a", 2, "denoising-loss", 20, 0, 0.75, false, 0.25))
                .run();

        DualTransition done = DualAscent.onEstimate(run, estimate("b", 20, 0, 0.75));

        assertEquals(0.375, row(done.updates().get(0).toRecord(NOW), "a").getThreshold());
    }

    /** The row said delta, 0.5, until the constraint moved again. */
    @Test
    void asyncShowsTheLastBoundUnderANewVersionOfTheSameThreshold() {
        ConstraintDefinition relative = definition("a", 2)
                .setThreshold(0.5)
                .setThresholdKind(ThresholdKind.RELATIVE_TO_REFERENCE)
                .build();
        DualRun run = DualAscent.onEstimate(
                        defined(two(Mode.ASYNC), relative),
                        new DualEstimate("a", 2, "denoising-loss", 20, 0, 0.75, false, 0.25))
                .run();
        ConstraintDefinition.Builder next =
                ConstraintDefinition.newBuilder(relative).setVersion(3).setDualLearningRate(0.1);
        assertEquals(0.375, thresholdBesideB(defined(run, next.build())));
        assertEquals(0.6, thresholdBesideB(defined(run, next.setThreshold(0.6).build())));
    }

    /** Of a, in the row of a dual step that b makes. */
    private static double thresholdBesideB(DualRun run) {
        DualTransition done = DualAscent.onEstimate(run, estimate("b", 20, 0, 0.75));
        return row(done.updates().get(0).toRecord(NOW), "a").getThreshold();
    }

    @ParameterizedTest
    @EnumSource(names = "ABSOLUTE", mode = EnumSource.Mode.EXCLUDE)
    void anEstimateWithoutTheReferenceOfItsThresholdChangesNothing(ThresholdKind kind) {
        DualRun run = one(null, 100, definition("a", 1).setThresholdKind(kind).build());
        changesNothing(run, estimate("a", 20, 0, 0.75), Verdict.NO_REFERENCE);
    }

    /** @param isRebuilt of the topic, on which the newer definition has replaced the older one */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequirementOnTrialThatIsRetiredLeavesNoRowForItWasNeverInForce(boolean isRebuilt) {
        ConstraintDefinition trial = definition("c", 1)
                .setState(ConstraintState.SHADOW)
                .setInitialMultiplier(2)
                .build();
        ConstraintDefinition retired = ConstraintDefinition.newBuilder(trial)
                .setVersion(2)
                .setState(ConstraintState.RETIRED)
                .build();
        DualRun run = isRebuilt ? defined(two(Mode.LOCKSTEP), retired) : defined(two(Mode.LOCKSTEP), trial, retired);

        DualTransition done = feed(run, estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.75));

        assertEquals(
                List.of("a", "b"),
                done.updates().get(0).toRecord(NOW).getConstraints().stream()
                        .map(ConstraintMultiplier::getConstraintId)
                        .toList());
    }

    /** It is in force, and was before it began to leave. */
    @Test
    void aConstraintThatIsKnownFirstWhileItLeavesBeginsWithItsInitialMultiplier() {
        DualRun run = defined(
                two(Mode.LOCKSTEP),
                definition("c", 2)
                        .setState(ConstraintState.RETIRING)
                        .setRetirementDecay(0.5)
                        .setInitialMultiplier(2)
                        .build());
        assertEquals(2, multiplier(run, "c"));
    }

    @Test
    void aConstraintsOwnRateAndGammaGoBeforeTheRuns() {
        DualRun run = one(
                0.1,
                100,
                definition("a", 1)
                        .setInitialMultiplier(1)
                        .setDualLearningRate(0.25)
                        .setResilience(0.3)
                        .build());

        DualTransition done = DualAscent.onEstimate(run, estimate("a", 20, 0, 0.75));

        assertEquals(1 + 0.25 * (0.75 - 0.25 - 2 * 0.3 * 1), multiplier(done.run(), "a"), 1e-15);
    }

    /** Where the group's offsets had expired, the run's revisions came again, each forgot what the optimizer of the next one remembers. */
    @Test
    void anOlderRevisionThatComesAgainForgetsNothing() {
        DualSettings ascent = revision(1, null);
        DualSettings adam = revision(2, RunSpec.Optimizer.ADAM);
        DualRun run = DualAscent.onRun(one(null, 100, definition("a", 1).build()), ascent)
                .run();
        run = DualAscent.onRun(run, adam).run();
        run = DualAscent.onEstimate(run, estimate("a", 20, 0, 0.75)).run();
        DualRun asItWas = run;
        for (DualSettings again : List.of(ascent, adam)) {
            run = DualAscent.onRun(run, again).run();
            assertSame(asItWas, run);
        }
        assertNotEquals(asItWas, DualAscent.onRun(run, revision(3, null)).run(), "a newer one counts");
    }

    /** @param optimizer null: gradient ascent */
    private static DualSettings revision(long revision, RunSpec.Optimizer optimizer) {
        return new DualSettings(
                revision,
                true,
                0,
                20,
                0,
                0,
                RATE,
                null,
                100,
                List.of("a"),
                optimizer,
                optimizer == RunSpec.Optimizer.NUPI ? new RunSpec.NuPi(2, 1, 0.5, RunSpec.FirstStep.ZEROS) : null,
                optimizer == RunSpec.Optimizer.ADAM ? new RunSpec.Adam(0.9, 0.999, 1e-8) : null,
                0);
    }

    @Test
    void anotherOptimizerForgetsWhatTheOldOneRememberedAndKeepsTheMultiplier() {
        DualSettings nupi = revision(0, RunSpec.Optimizer.NUPI);
        DualRun run = DualAscent.onEstimate(
                        DualAscent.onRun(one(null, 100, definition("a", 1).build()), nupi)
                                .run(),
                        estimate("a", 20, 0, 0.75))
                .run();
        assertEquals(0.25, run.constraints().get("a").memory().first(), "xi = (1 - nu) e");

        DualRun ascent =
                DualAscent.onRun(run, settings(Mode.LOCKSTEP, null, 100, "a")).run();

        assertEquals(DualMemory.NONE, ascent.constraints().get("a").memory());
        assertEquals(multiplier(run, "a"), multiplier(ascent, "a"));
        assertEquals(
                run.constraints(),
                DualAscent.onRun(run, nupi).run().constraints(),
                "the same optimizer remembers, whatever else has changed");
    }

    @Test
    void plainAscentStopsAtZero() {
        DualRun run =
                one(null, 100, definition("a", 1).setInitialMultiplier(0.1).build());
        DualTransition up = DualAscent.onEstimate(run, estimate("a", 20, 0, 0.65));
        assertEquals(0.1 + 0.5 * (0.65 - 0.25), multiplier(up.run(), "a"));
        DualTransition down = DualAscent.onEstimate(up.run(), estimate("a", 40, 1, -1.0));
        assertEquals(0, multiplier(down.run(), "a"));
        assertEquals(0, row(down.updates().get(0).toRecord(NOW), "a").getRelaxation());
    }

    @Test
    void theResilientFormSubtractsTwiceGammaLambda() {
        double gamma = 0.3;
        DualRun run = one(gamma, 100, definition("a", 1).setThreshold(0).build());
        DualTransition first = DualAscent.onEstimate(run, estimate("a", 20, 0, 0.6));
        assertEquals(0.5 * 0.6, multiplier(first.run(), "a"));

        DualTransition second = DualAscent.onEstimate(first.run(), estimate("a", 40, 1, 0.6));

        assertEquals(0.3 + 0.5 * (0.6 - 2 * gamma * 0.3), multiplier(second.run(), "a"), 1e-15);
        ConstraintMultiplier row = row(second.updates().get(0).toRecord(NOW), "a");
        assertEquals(2 * gamma * 0.3, row.getRelaxation(), 1e-15);
        assertEquals(-(0.6 - 2 * gamma * 0.3), row.getSlack(), 1e-15);
    }

    @Test
    void theResilientFormComesToRestWhereTheLossIsTwiceGammaLambdaAboveTheThreshold() {
        DualRun run = one(0.3, 100, definition("a", 1).build());
        for (int step = 0; step < 200; step++) {
            run = DualAscent.onEstimate(run, estimate("a", 20 * (step + 1), step, 0.85))
                    .run();
        }
        assertEquals((0.85 - 0.25) / (2 * 0.3), multiplier(run, "a"), 1e-12);
    }

    @Test
    void aMultiplierThatRisesPastTheLimitIsReportedAndAgainAtEachDoubling() {
        DualRun run = one(null, 1, definition("a", 1).build());
        List<Boolean> reported = new ArrayList<>();
        for (int step = 0; step < 9; step++) {
            DualTransition done = DualAscent.onEstimate(run, estimate("a", 20 * (step + 1), step, 1.25));
            reported.add(!done.updates().get(0).alerts(NOW, "dual-updater").isEmpty());
            run = done.run();
        }
        assertEquals(4.5, multiplier(run, "a"));
        assertEquals(
                List.of(false, false, true, false, true, false, false, false, true),
                reported,
                "0.5 at a time: past 1 at 1.5, past 2 at 2.5, past 4 at 4.5; at a mark is not past it");
    }

    /** Each crossing was an alert: of a multiplier that rests at the limit, as the alert advises, thousands in weeks. */
    @Test
    void aMultiplierThatMovesAboutTheLimitIsReportedOnceUntilItHasFallenToHalfOfIt() {
        DualRun run = one(null, 1, definition("a", 1).build());
        List<Double> multipliers = new ArrayList<>();
        List<Boolean> reported = new ArrayList<>();
        double[] losses = {3.25, -0.75, 1.25, -0.75, 1.25, -2.25, 3.25};
        for (int step = 0; step < losses.length; step++) {
            DualTransition done = DualAscent.onEstimate(run, estimate("a", 20 * (step + 1), step, losses[step]));
            reported.add(!done.updates().get(0).alerts(NOW, "dual-updater").isEmpty());
            run = done.run();
            multipliers.add(multiplier(run, "a"));
        }
        assertEquals(List.of(1.5, 1.0, 1.5, 1.0, 1.5, 0.25, 1.75), multipliers);
        assertEquals(List.of(true, false, false, false, false, false, true), reported);
    }

    @Test
    void theAlertSaysWhichConstraintByHowMuchAndWhatWouldMeetIt() {
        DualRun run = one(null, 1, definition("a", 1).build());
        DualTransition past = DualAscent.onEstimate(run, estimate("a", 20, 0, 5.123456));

        Alert alert = past.updates().get(0).alerts(NOW, "dual-updater").get(0);

        assertEquals(AlertKind.INFEASIBLE, alert.getKind());
        assertEquals("a", alert.getConstraintId());
        assertEquals(20, alert.getStep());
        assertEquals(
                "constraint 'a': its multiplier rose to 2.437, past 2.0, dual.multiplierLimit being 1.0; its loss is 5.123"
                        + " where threshold 0.25 is allowed: slack -4.873 (in the loss's unit; below 0: not met)",
                alert.getMessage());
        assertEquals(
                "the requirement may be infeasible beside the others: relax it with a threshold of 5.124 or more, which the"
                        + " model meets now, or with dual.resilience 2.437; or relax the other constraints",
                alert.getRemedy());
    }

    /** It said a bound, which as a delta was another requirement, and a key that does not count for a constraint with its own. */
    @Test
    void theAlertOfARelativeConstraintSaysWhatItsThresholdWouldBe() {
        DualRun run = one(
                null,
                1,
                definition("a", 1)
                        .setThreshold(0.25)
                        .setThresholdKind(ThresholdKind.RELATIVE_TO_REFERENCE)
                        .setResilience(0.001)
                        .build());
        // The bound is 2 (1 + 0.25), the loss three times the reference.
        DualEstimate estimate = new DualEstimate("a", 1, "denoising-loss", 20, 0, 6, false, 2.0);
        DualTransition past = DualAscent.onEstimate(run, estimate);
        String remedy = past.updates().get(0).alerts(NOW, "dual-updater").get(0).getRemedy();
        assertTrue(remedy.contains("a threshold of 2 or more"), remedy);
        assertTrue(remedy.contains("or with a resilience of its own of 1.75;"), remedy);
    }

    @Test
    void theResilienceThatAnAlertSuggestsBringsTheMultiplierToRestAtTheLimit() {
        double gamma = (5.25 - 0.25) / 2;
        DualRun run = one(gamma / 10, 1, definition("a", 1).build());
        Alert alert = DualAscent.onEstimate(run, estimate("a", 20, 0, 5.25))
                .updates()
                .get(0)
                .alerts(NOW, "dual-updater")
                .get(0);
        assertTrue(alert.getRemedy().contains("dual.resilience 2.5;"), alert.getRemedy());
        DualTransition atRest = DualAscent.onEstimate(
                one(gamma, 1, definition("a", 1).setInitialMultiplier(1).build()), estimate("a", 20, 0, 5.25));
        assertEquals(1, multiplier(atRest.run(), "a"));
    }

    /** It advised a negative resilience and a threshold below the one that was met. */
    @Test
    void anAlertOfARequirementThatIsMetSaysThatTheOptimizersMomentumRaisedTheMultiplier() {
        DualSettings adam = new DualSettings(
                0,
                true,
                0,
                20,
                0,
                0,
                RATE,
                null,
                0.7,
                List.of("a"),
                RunSpec.Optimizer.ADAM,
                null,
                new RunSpec.Adam(0.9, 0.999, 1e-8),
                0);
        DualRun run = DualAscent.onRun(one(null, 0.7, definition("a", 1).build()), adam)
                .run();
        DualTransition violated = DualAscent.onEstimate(run, estimate("a", 20, 0, 0.75));
        assertEquals(List.of(), violated.updates().get(0).alerts(NOW, "dual-updater"), "0.5 is below the limit");

        Alert alert = DualAscent.onEstimate(violated.run(), estimate("a", 40, 1, 0.2))
                .updates()
                .get(0)
                .alerts(NOW, "dual-updater")
                .get(0);

        assertTrue(alert.getMessage().contains("slack 0.05 "), alert.getMessage());
        assertEquals(
                "the requirement is met: the optimizer's momentum carried the multiplier past the limit; wait for it to come"
                        + " back, or take optimizer gradient-ascent or a smaller dual.learningRate",
                alert.getRemedy());
    }

    @Test
    void aMultiplierThatFallsFromAboveTheLimitIsNoCauseForAnAlert() {
        DualRun run = one(null, 1, definition("a", 1).setInitialMultiplier(5).build());
        DualTransition falling = DualAscent.onEstimate(run, estimate("a", 20, 0, 0.05));
        assertEquals(List.of(), falling.updates().get(0).alerts(NOW, "dual-updater"));
    }

    @Test
    void lockstepWaitsForOneSnapshotAtATime() {
        // After a time without constraints.
        DualRun waiting = after(two(Mode.LOCKSTEP).broken(), estimate("a", 1007, 0, 0.75));

        DualTransition other = feed(waiting, estimate("b", 1000, 0, 0.35));
        assertEquals(List.of(), other.updates(), "never a dual step out of two snapshots");
        DualTransition done = DualAscent.onEstimate(other.run(), estimate("a", 1000, 0, 0.45));

        assertEquals(50, done.run().dualStep());
        assertEquals(1000, done.updates().get(0).step());
        assertEquals(0.5 * (0.45 - 0.25), multiplier(done.run(), "a"));
    }

    @Test
    void aRunIsTheSameAgainAfterItsUpdatesAndDefinitions() {
        DualTransition made =
                feed(two(Mode.ASYNC), estimate("a", 20, 0, 0.75), estimate("b", 40, 0, 9.5), estimate("a", 60, 1, 0.5));

        DualRun rebuilt =
                DualAscent.onRun(DualRun.unknown("r"), made.run().settings()).run();
        for (DualStepTaken step : made.updates()) {
            rebuilt = rebuilt.afterMade(step.toRecord(NOW));
        }
        assertEquals(
                List.of(Verdict.UNKNOWN_YET),
                DualAscent.onEstimate(rebuilt, estimate("a", 80, 1, 0.5)).verdicts());
        rebuilt = defined(
                rebuilt,
                definition("a", 1).build(),
                definition("b", 1)
                        .setMultiplierHandover(MultiplierHandover.RESET)
                        .build());

        assertEquals(made.run(), rebuilt);
        assertSame(rebuilt, rebuilt.afterMade(made.updates().get(0).toRecord(NOW)), "what is known is passed over");
    }

    private static DualSettings settings(RunSpec.Optimizer optimizer, long warmupSteps) {
        return new DualSettings(
                0,
                false,
                0,
                20,
                0,
                0,
                RATE,
                null,
                100,
                List.of("a", "b"),
                optimizer,
                new RunSpec.NuPi(2, 1, 0.3, RunSpec.FirstStep.SGD),
                new RunSpec.Adam(0.9, 0.99, 1e-8),
                warmupSteps);
    }

    private static DualRun rebuilt(DualSettings settings, List<DualStepTaken> made, ConstraintDefinition... known) {
        DualRun run = DualAscent.onRun(DualRun.unknown("r"), settings).run();
        for (DualStepTaken step : made) {
            run = run.afterMade(step.toRecord(NOW));
        }
        return defined(run, known);
    }

    @ParameterizedTest
    @EnumSource
    void aRebuiltRunGoesOnToTheBitWithEveryOptimizer(RunSpec.Optimizer optimizer) {
        DualSettings settings = settings(optimizer, 8);
        ConstraintDefinition a = definition("a", 1).build();
        ConstraintDefinition b = definition("b", 1).build();
        DualTransition made = feed(
                begun(settings, a, b),
                estimate("a", 20, 0, 0.75),
                estimate("b", 20, 0, 0.45),
                estimate("a", 40, 2, 0.15),
                estimate("a", 60, 3, 0.85));

        DualRun again = rebuilt(settings, made.updates(), a, b);

        assertEquals(made.run(), again);
        DualEstimate[] next = {estimate("b", 80, 4, 0.9), estimate("a", 80, 5, 0.1)};
        assertEquals(after(made.run(), next), after(again, next));
    }

    @Test
    void aConstraintThatWasResetGoesOnInItsWarmUpWhereItWas() {
        DualSettings settings = settings(RunSpec.Optimizer.GRADIENT_ASCENT, 10);
        ConstraintDefinition b = definition("b", 1).build();
        ConstraintDefinition reset = definition("a", 2)
                .setMultiplierHandover(MultiplierHandover.RESET)
                .build();
        DualTransition before = feed(
                begun(settings, definition("a", 1).build(), b), estimate("a", 20, 0, 0.75), estimate("a", 40, 1, 0.75));
        DualEstimate ofTheSecond = new DualEstimate("a", 2, "denoising-loss", 60, 2, 0.75, false, null);
        DualTransition made = before.then(run -> DualAscent.onConstraint(run, reset))
                .then(run -> DualAscent.onEstimate(run, ofTheSecond));
        assertEquals(1, made.run().constraints().get("a").memory().steps());

        assertEquals(made.run(), rebuilt(settings, made.updates(), reset, b));
    }

    @Test
    void theMemoryOfAnOptimizerThatWasExchangedSinceTheLastUpdateIsForgottenInARebuildToo() {
        ConstraintDefinition a = definition("a", 1).build();
        ConstraintDefinition b = definition("b", 1).build();
        DualTransition made = feed(begun(settings(RunSpec.Optimizer.NUPI, 0), a, b), estimate("a", 20, 0, 0.75));
        DualSettings adam = settings(RunSpec.Optimizer.ADAM, 0);

        assertEquals(DualAscent.onRun(made.run(), adam).run(), rebuilt(adam, made.updates(), a, b));
    }

    @Test
    void anUpdateOfAnEarlierReleaseCountsItsStepAndHasNoMoments() {
        DualSettings settings = settings(RunSpec.Optimizer.ADAM, 0);
        MultiplierUpdate now = feed(
                        begun(
                                settings,
                                definition("a", 1).build(),
                                definition("b", 1).build()),
                        estimate("a", 20, 0, 0.75))
                .updates()
                .get(0)
                .toRecord(NOW);
        MultiplierUpdate update = MultiplierUpdate.newBuilder(now)
                .setConstraints(now.getConstraints().stream()
                        .map(row -> ConstraintMultiplier.newBuilder(row)
                                .setMemory(null)
                                .build())
                        .toList())
                .build();

        DualRun run = DualAscent.onRun(DualRun.unknown("r"), settings).run().afterMade(update);

        assertEquals(new DualMemory(1, 0, 0), run.constraints().get("a").memory());
        assertEquals(DualMemory.NONE, run.constraints().get("b").memory());
        assertTrue(settings.isForgottenBy(update));
        assertFalse(settings.isForgottenBy(now));
        assertFalse(settings(RunSpec.Optimizer.GRADIENT_ASCENT, 0).isForgottenBy(update), "it has no moments");
    }

    @Test
    void aDefinitionNewerThanTheLastUpdateIsHandedOverAsItSays() {
        MultiplierUpdate made = DualAscent.onEstimate(two(Mode.ASYNC), estimate("a", 20, 0, 0.75))
                .updates()
                .get(0)
                .toRecord(NOW);
        DualRun rebuilt = DualRun.unknown("r").afterMade(made);

        ConstraintDefinition.Builder newer = definition("a", 2).setInitialMultiplier(7);
        assertEquals(
                0.25, multiplier(DualAscent.onConstraint(rebuilt, newer.build()).run(), "a"));
        newer.setMultiplierHandover(MultiplierHandover.RESET);
        assertEquals(
                7, multiplier(DualAscent.onConstraint(rebuilt, newer.build()).run(), "a"));
    }

    @ParameterizedTest
    @EnumSource(names = {"RETIRING", "RETIRED"})
    void aConstraintThatIsKnownFromItsUpdatesAloneLeavesWithTheMultiplierItHad(ConstraintState leaving) {
        MultiplierUpdate made = DualAscent.onEstimate(two(Mode.ASYNC), estimate("a", 20, 0, 0.75))
                .updates()
                .get(0)
                .toRecord(NOW);

        DualRun rebuilt = defined(
                DualRun.unknown("r").afterMade(made),
                definition("a", 2).setState(leaving).setRetirementDecay(0.5).build());

        assertEquals(0.25, multiplier(rebuilt, "a"));
        assertTrue(rebuilt.constraints().get("a").hasMultiplier());
    }

    @Test
    void aMultiplierThatCameBackBelowTheLimitIsReportedAgain() {
        DualRun past = DualAscent.onEstimate(one(null, 1, definition("a", 1).build()), estimate("a", 20, 0, 3.25))
                .run();
        DualRun below = DualAscent.onEstimate(past, estimate("a", 40, 1, -1.75)).run();
        DualTransition again = DualAscent.onEstimate(below, estimate("a", 60, 2, 3.25));
        assertEquals(1, again.updates().get(0).alerts(NOW, "dual-updater").size());
    }

    /** A LOCKSTEP run took all steps up to it without its constraint, to its end, and nobody said a word. */
    @ParameterizedTest
    @EnumSource(names = {"LOCKSTEP", "PIPELINED"})
    void aStepThatNoSnapshotWasTakenAtForTheNextDualStepMovesNothing(Mode mode) {
        DualRun run = two(mode);
        changesNothing(run, estimate("a", 100_000, 0, 0.75), Verdict.OUT_OF_TURN);
        changesNothing(run, estimate("a", 40, 0, 0.75), Verdict.OUT_OF_TURN);

        DualRun next = after(run, estimate("a", 20, 0, 0.75), estimate("b", 20, 0, 0.35));
        assertEquals(1, next.dualStep());
        changesNothing(next, estimate("a", 60, 1, 0.75), Verdict.OUT_OF_TURN);
        assertEquals(
                2,
                after(next, estimate("a", 40, 1, 0.75), estimate("b", 40, 1, 0.35))
                        .dualStep());
    }

    /** The dual step was made of it: whichever snapshot it was of, the one that was waited for it was not. */
    @ParameterizedTest
    @EnumSource(names = {"LOCKSTEP", "PIPELINED"})
    void aStepBeforeTheNextDualPointOrBesideOneMovesNothing(Mode mode) {
        DualRun waiting = after(two(mode), estimate("a", 20, 0, 0.75));
        for (long step : List.of(0L, 19L, 21L)) {
            changesNothing(waiting, estimate("b", step, 0, 0.35), Verdict.OUT_OF_TURN);
        }
        DualRun next = after(waiting, estimate("b", 20, 0, 0.35));
        assertEquals(1, next.dualStep());
        changesNothing(next, estimate("a", 20, 1, 0.75), Verdict.OUT_OF_TURN);
        DualRun without = defined(
                next,
                definition("a", 2).setState(ConstraintState.RETIRED).build(),
                definition("b", 2).setState(ConstraintState.RETIRED).build(),
                definition("c", 1).build());
        changesNothing(without, estimate("c", 107, 1, 0.75), Verdict.OUT_OF_TURN);
        assertEquals(5, after(without, estimate("c", 100, 1, 0.75)).dualStep());
    }

    /** The trainer takes no snapshot while nothing is required: only then a number is left out. */
    @Test
    void afterATimeWithoutConstraintsTheNextDualStepMayBeALaterOne() {
        DualRun run = one(null, 100, definition("a", 1).build());
        run = after(run, estimate("a", 20, 0, 0.75));
        DualRun without = defined(
                run, definition("a", 2).setState(ConstraintState.RETIRED).build());
        DualRun again = defined(without, definition("b", 1).build());
        assertEquals(5, after(again, estimate("b", 100, 1, 0.75)).dualStep());

        DualRun never =
                begun(settings(Mode.LOCKSTEP, null, 100), definition("b", 1).build());
        assertEquals(5, after(never, estimate("b", 100, 0, 0.75)).dualStep(), "it began without any");

        DualRun compacted = defined(run, definition("a", 3).build());
        DualEstimate third = new DualEstimate("a", 3, "denoising-loss", 100, 1, 0.75, false, null);
        assertEquals(5, after(compacted, third).dualStep(), "version 2 may have retired it");

        DualRun retightened = defined(run, definition("a", 2).setThreshold(0.2).build());
        DualEstimate second = new DualEstimate("a", 2, "denoising-loss", 100, 1, 0.75, false, null);
        changesNothing(retightened, second, Verdict.OUT_OF_TURN);
    }

    /** The run stood for ever: what was made of the old snapshot is a dual step that the trainer has passed by. */
    @Test
    void anEstimateFromBeforeATimeWithoutConstraintsDoesNotHoldUpThoseAfterIt() {
        DualRun run = one(null, 100, definition("a", 1).build());
        run = after(run, estimate("a", 20, 0, 0.75));
        DualRun without = defined(
                run, definition("a", 2).setState(ConstraintState.RETIRED).build());
        DualRun again = defined(without, definition("b", 1).build());
        DualRun stale = after(again, estimate("b", 40, 1, 0.75));
        assertEquals(2, stale.dualStep());

        DualRun on = after(stale, estimate("b", 100, 1, 0.75));
        assertEquals(5, on.dualStep());
        changesNothing(on, estimate("b", 60, 1, 0.75), Verdict.LATE);
        changesNothing(on, estimate("b", 200, 5, 0.75), Verdict.OUT_OF_TURN);
    }

    @Test
    void aShadowThatNamesAStepOutOfTurnIsSeenBeforeItIsPromoted() {
        DualRun run = defined(
                one(null, 100, definition("a", 1).build()),
                definition("a.x", 1)
                        .setState(ConstraintState.SHADOW)
                        .setShadowOf("a")
                        .build());
        run = after(run, estimate("a", 20, 0, 0.75));
        DualEstimate inTurn = new DualEstimate("a.x", 1, "denoising-loss", 40, 1, 0.75, true, null);
        DualEstimate late = new DualEstimate("a.x", 1, "denoising-loss", 20, 0, 0.75, true, null);
        DualEstimate outOfTurn = new DualEstimate("a.x", 1, "denoising-loss", 100, 1, 0.75, true, null);
        changesNothing(run, inTurn, Verdict.SHADOW);
        changesNothing(run, late, Verdict.SHADOW);
        changesNothing(run, outOfTurn, Verdict.OUT_OF_TURN);
    }

    /** It was held to its step of before it was retired, and never measured again. */
    @Test
    void aConstraintThatWasAddedAnewBeforeTheStateWasLostMayComeFromAnyStep() {
        DualSettings settings =
                new DualSettings(0, false, 0, 20, 0, 100, RATE, null, 100, List.of("a", "b"), null, null, null, 0);
        DualRun live =
                begun(settings, definition("a", 1).build(), definition("b", 1).build());
        DualTransition first = DualAscent.onEstimate(live, estimate("a", 60, 0, 0.75));
        live = defined(
                first.run(),
                definition("a", 2).setState(ConstraintState.RETIRED).build());
        ConstraintDefinition third = definition("a", 3)
                .setMultiplierHandover(MultiplierHandover.RESET)
                .build();
        live = defined(live, third);
        DualTransition second = DualAscent.onEstimate(live, estimate("b", 1900, 1, 0.75));

        DualRun rebuilt = DualAscent.onRun(DualRun.unknown("r"), settings).run();
        rebuilt = rebuilt.afterMade(first.updates().get(0).toRecord(Instant.EPOCH));
        rebuilt = rebuilt.afterMade(second.updates().get(0).toRecord(Instant.EPOCH));
        rebuilt = defined(rebuilt, definition("b", 1).build());
        rebuilt = defined(rebuilt, third);
        DualEstimate anew = new DualEstimate("a", 3, "denoising-loss", 1900, 2, 0.75, false, null);
        assertEquals(3, after(rebuilt, anew).dualStep());
    }

    @Test
    void aStepPastTheRunsEndMovesNothingInAnyMode() {
        DualSettings settings =
                new DualSettings(0, false, 0, 20, 800, 0, RATE, null, 100, List.of("a"), null, null, null, 0);
        DualRun run = begun(settings, definition("a", 1).build());
        changesNothing(run, estimate("a", 801, 0, 0.75), Verdict.OUT_OF_TURN);
        assertEquals(1, after(run, estimate("a", 800, 0, 0.75)).dualStep());
    }

    /** Lambda stood still for ever, whoever measured the constraint next. */
    @Test
    void inAsyncAnotherEvaluatorOrAResetBeginsAnewWithTheRunsSteps() {
        DualRun run =
                begun(settings(Mode.ASYNC, null, 100, "a"), definition("a", 1).build());
        run = after(run, estimate("a", 100_000, 0, 0.75));
        changesNothing(run, estimate("a", 40, 1, 0.75), Verdict.LATE);

        DualRun tightened = defined(run, definition("a", 2).build());
        changesNothing(tightened, new DualEstimate("a", 2, "denoising-loss", 40, 1, 0.75, false, null), Verdict.LATE);
        DualRun reset = defined(
                run,
                definition("a", 2)
                        .setMultiplierHandover(MultiplierHandover.RESET)
                        .build());
        assertEquals(
                2,
                after(reset, new DualEstimate("a", 2, "denoising-loss", 40, 1, 0.75, false, null))
                        .dualStep());
        DualRun handedOver =
                defined(run, definition("a", 2).setEvaluator("other").build());
        assertEquals(
                2,
                after(handedOver, new DualEstimate("a", 2, "other", 40, 1, 0.75, false, null))
                        .dualStep());
    }

    /** The run took a multiplier of 5e299, and its next step was not finite. */
    @Test
    void aLossThatNoStepCanBeWeighedWithMovesNothing() {
        changesNothing(one(null, 100, definition("a", 1).build()), estimate("a", 20, 0, 1e300), Verdict.NOT_FINITE);
    }

    /** Nobody was told before it was promoted, and then the run stood still. */
    @Test
    void aShadowIsJudgedByTheSameRules() {
        DualRun run = defined(
                one(null, 100, definition("a", 1).build()),
                definition("s", 1)
                        .setState(ConstraintState.SHADOW)
                        .setThresholdKind(ThresholdKind.RELATIVE_TO_OBJECTIVE)
                        .build());
        changesNothing(run, shadow(1, 0.5, null), Verdict.NO_REFERENCE);
        changesNothing(run, shadow(1, Double.NaN, 0.5), Verdict.NOT_FINITE);
        changesNothing(run, shadow(1, 0.5, 0.5), Verdict.SHADOW);
        assertEquals(
                List.of(Verdict.UNKNOWN_YET),
                DualAscent.onEstimate(run, shadow(2, 0.5, null)).verdicts());
    }

    private static DualEstimate shadow(int version, double loss, Double reference) {
        return new DualEstimate("s", version, "denoising-loss", 20, 0, loss, true, reference);
    }

    /** A trainer would have waited for its multipliers long before it came there. */
    @Test
    void inAsyncAStepFartherThanStaleMultipliersAllowMovesNothing() {
        DualSettings settings =
                new DualSettings(0, false, 0, 20, 2000, 100, RATE, null, 100, List.of("a"), null, null, null, 0);
        DualRun run = begun(settings, definition("a", 1).build());
        run = after(run, estimate("a", 60, 0, 0.75));
        changesNothing(run, estimate("a", 181, 1, 0.75), Verdict.OUT_OF_TURN);
        assertEquals(2, after(run, estimate("a", 180, 1, 0.75)).dualStep());

        DualRun again = defined(
                run,
                definition("a", 2).setState(ConstraintState.RETIRED).build(),
                definition("a", 3).build());
        DualEstimate later = new DualEstimate("a", 3, "denoising-loss", 1900, 1, 0.75, false, null);
        assertEquals(2, after(again, later).dualStep(), "meanwhile nothing was waited for");
    }
}
