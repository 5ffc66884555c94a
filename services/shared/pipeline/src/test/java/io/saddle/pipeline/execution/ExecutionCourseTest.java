package io.saddle.pipeline.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.pipeline.spec.Bounds;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.StepDecision;
import io.saddle.schema.StepPhase;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutionCourseTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private String definition;
    private PipelineSpec spec;
    private Execution execution;
    private long revision;
    private int round = 1;
    private Instant now = START;
    private final List<StepDecision> decisions = new ArrayList<>();

    private List<String> start(String steps) {
        PipelineParser parser = new PipelineParser();
        definition = parser.definition("p.yaml", "{name: p, steps: {" + steps + "}}", null);
        spec = parser.fromJson(definition);
        return want(DesiredState.RUNNING);
    }

    private PipelineExecution request(DesiredState desired) {
        return PipelineExecution.newBuilder()
                .setExecutionId("p-1")
                .setRevision(++revision)
                .setPipeline("p")
                .setPipelineRevision(3)
                .setDefinition(definition)
                .setDesiredState(desired)
                .setRound(round)
                .setDecisions(List.copyOf(decisions))
                .setRequestedAt(START)
                .setUpdatedAt(now)
                .build();
    }

    /** What workers are told: ACTION step#attempt. */
    private List<String> want(DesiredState desired) {
        return take(ExecutionCourse.onRequest(execution, request(desired), spec, now));
    }

    private List<String> decide(String step, int attempt, boolean approved) {
        decisions.add(new StepDecision(step, attempt, approved, "looks so", "ann", now));
        return want(execution.desired());
    }

    private List<String> take(Transition transition) {
        execution = transition.execution();
        return transition.orders().stream()
                .map(order -> order.action() + " " + order.step() + "#" + order.attempt())
                .toList();
    }

    private static TaskResult result(
            String step, int attempt, TaskOutcome outcome, String message, Map<String, String> outputs) {
        return new TaskResult("p-1", step, attempt, outcome, message, outputs, "worker", START);
    }

    private List<String> done(String step, int attempt, Map<String, String> outputs) {
        return take(
                ExecutionCourse.onResult(execution, result(step, attempt, TaskOutcome.DONE, "", outputs), spec, now));
    }

    private List<String> done(String step) {
        return done(step, 1, Map.of());
    }

    private List<String> fails(String step, int attempt, TaskOutcome outcome) {
        return take(
                ExecutionCourse.onResult(execution, result(step, attempt, outcome, "no luck", Map.of()), spec, now));
    }

    private List<String> after(long seconds) {
        now = now.plusSeconds(seconds);
        return take(ExecutionCourse.onTime(execution, spec, now));
    }

    private StepState step(String name) {
        return execution.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<StepPhase> phases() {
        return execution.steps().stream().map(StepState::phase).toList();
    }

    @Test
    void stepsBeginWhenAllThatTheyNeedHaveSucceeded() {
        assertEquals(
                List.of("START a#1", "START b#1"),
                start("a: {run: {}}, b: {run: {}}, c: {needs: [a, b], run: {}}, d: {needs: c, run: {}}"));
        assertEquals(List.of(), done("b"));
        assertEquals(List.of("START c#1"), done("a"));
        assertEquals(List.of("START d#1"), done("c"));
        assertEquals(ExecutionPhase.RUNNING, execution.phase());
        now = now.plusSeconds(60);
        assertEquals(List.of(), done("d"));
        assertEquals(ExecutionPhase.SUCCEEDED, execution.phase());
        assertEquals(now, execution.endedAt());
    }

    @Test
    void whatIsSaidTwiceOrOfAnotherAttemptChangesNothing() {
        start("a: {run: {}, retries: {times: 1, wait: 1s}}, b: {needs: a, run: {}}");
        Execution before = execution;
        assertEquals(List.of(), done("a", 2, Map.of()));
        assertSame(before, execution);
        assertEquals(List.of("START b#1"), done("a"));
        before = execution;
        assertEquals(List.of(), done("a"));
        assertEquals(List.of(), fails("a", 1, TaskOutcome.FAILED));
        assertSame(before, execution);
        revision--;
        assertEquals(List.of(), want(DesiredState.STOPPED));
        assertSame(before, execution);
    }

    /** All its steps had succeeded, and what was to start after it never did. */
    @Test
    void aStopThatComesAfterTheEndChangesNothingOfIt() {
        start("a: {run: {}}");
        done("a");
        assertEquals(List.of(), want(DesiredState.STOPPED));
        assertEquals(ExecutionPhase.SUCCEEDED, execution.phase());
        assertEquals(revision, execution.revision());
    }

    /** After a restore: whoever works at tasks knows that attempt as ended, so that the step waited for ever. */
    @Test
    void anAttemptThatEndedBeforeItWasOrderedHereIsNotOrderedAgain() {
        start("a: {run: {}}, b: {needs: a, task: {kind: x}, retries: {times: 2, wait: 10s}}");
        assertEquals(List.of(), done("b", 1, Map.of("made", "of another a")));
        assertEquals(StepPhase.WAITING, step("b").phase());
        assertEquals(List.of("START b#2"), done("a"));
        fails("b", 2, TaskOutcome.FAILED);
        assertEquals(List.of(), fails("b", 3, TaskOutcome.UNDER_WAY));
        assertEquals(List.of(), fails("b", 3, TaskOutcome.FAILED));
        assertEquals(List.of("START b#4"), after(60));
        done("b", 4, Map.of());
        assertEquals(ExecutionPhase.SUCCEEDED, execution.phase());
    }

    @Test
    void outputsOfAStepAreInputsOfAnother() {
        start("a: {run: {}}, b: {needs: a, task: {kind: draw, parameters: {model: 'run:${steps.a.run}@best', n:"
                + " '${steps.a.images}', note: 'kid ${steps.a.kid}'}}}");
        Transition transition = ExecutionCourse.onResult(
                execution,
                result("a", 1, TaskOutcome.DONE, "", Map.of("run", "p-1.a", "images", "64", "kid", "0.021")),
                spec,
                now);
        assertEquals(
                "{\"model\":\"run:p-1.a@best\",\"n\":64,\"note\":\"kid 0.021\"}",
                transition.orders().get(0).parameters());
    }

    private String given(String output, String parameter) {
        execution = null;
        revision = 0;
        start("a: {run: {}}, b: {needs: a, task: {kind: draw, parameters: {p: '" + parameter + "'}}}");
        return ExecutionCourse.onResult(execution, result("a", 1, TaskOutcome.DONE, "", Map.of("x", output)), spec, now)
                .orders()
                .get(0)
                .parameters();
    }

    /** The version 1.10 became 1.1, the commit 12e4567 infinite, the number 0012 a 12.0. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "12e4567",
                "1e5",
                "0012",
                "-0",
                "00.5",
                "9223372036854775808",
                "0.12345678901234567890",
                "Infinity"
            })
    void whatOnlyLooksLikeANumberStaysTheText(String output) {
        assertEquals("{\"p\":\"" + output + "\"}", given(output, "${steps.a.x}"));
        assertEquals("{\"p\":\"app:" + output + "\"}", given(output, "app:${steps.a.x}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-7",
                "9007199254740993",
                "9223372036854775807",
                "21.0",
                "-0.5",
                "0.0001",
                "1.0E-4",
                "1234567.25"
            })
    void aNumberAsNumbersAreWrittenStaysANumber(String output) {
        assertEquals("{\"p\":" + output + "}", given(output, "${steps.a.x}"));
        assertEquals("{\"p\":\"n=" + output + "\"}", given(output, "n=${steps.a.x}"));
    }

    @Test
    void aRunIsNamedByExecutionStepAndAttempt() {
        start("a: {run: {seed: 7}, matrix: {n: [1]}, retries: {times: 1, wait: 1s}}");
        fails("a.n-1", 1, TaskOutcome.FAILED);
        now = now.plusSeconds(1);
        Transition again = ExecutionCourse.onTime(execution, spec, now);
        assertEquals(
                "{\"seed\":7,\"name\":\"p-1.a.n-1.attempt-2\"}",
                again.orders().get(0).parameters());
        assertEquals("p-1.a", AttemptStart.runId("p-1", "a", 1));
    }

    /** It was refused, days into an execution, at the second attempt or the tenth execution. */
    @Test
    void aNameThatIsTooLongForARunEndsWithADigestOfIt() {
        String execution = "celeba-64-minority-study-weekly-1";
        Set<String> names = new HashSet<>();
        for (String step :
                List.of("tune-with-constraints.learning-rate-0.001", "tune-with-constraints.learning-rate-0.002")) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                String name = AttemptStart.runId(execution, step, attempt);
                assertEquals(
                        name,
                        new RunSpecParser()
                                .fromJson("{\"name\":\"" + name + "\",\"data\":{\"images\":\"bundled:mnist-mini\"}}")
                                .name());
                assertTrue(name.startsWith(execution + ".tune-with-constraint"), name);
                names.add(name);
            }
        }
        assertEquals(6, names.size());
    }

    @Test
    void anOutputThatIsNotThereFailsTheStepAndSaysWhatIs() {
        start("a: {run: {}}, b: {needs: a, run: {seed: '${steps.a.sede}'}}");
        assertEquals(List.of(), done("a", 1, Map.of("seed", "3", "run", "p-1.a")));
        assertEquals(
                "${steps.a.sede}: step a has made no sede, only run, seed",
                step("b").message());
        assertEquals(ExecutionPhase.FAILED, execution.phase());
    }

    @Test
    void failuresAreTriedAgainAfterGrowingWaitsAndThenCount() {
        start("a: {run: {}, retries: {times: 2, wait: 10s}}, b: {needs: a, run: {}}, c: {run: {}}");
        assertEquals(List.of(), fails("a", 1, TaskOutcome.FAILED));
        assertEquals(StepPhase.RESTING, step("a").phase());
        assertEquals(START.plusSeconds(10), execution.due());
        assertEquals(List.of(), after(9));
        assertEquals(List.of("START a#2"), after(1));
        assertEquals(List.of(), fails("a", 2, TaskOutcome.FAILED));
        assertEquals(List.of(), after(19));
        assertEquals(List.of("START a#3"), after(1));
        assertEquals(List.of(), fails("a", 3, TaskOutcome.FAILED));
        assertEquals(List.of(StepPhase.FAILED, StepPhase.SKIPPED, StepPhase.RUNNING), phases());
        assertEquals("it needs a, which failed", step("b").message());
        assertEquals(ExecutionPhase.RUNNING, execution.phase(), "the rest goes on");
        done("c");
        assertEquals(ExecutionPhase.FAILED, execution.phase());
    }

    @Test
    void whatIsWrongInItselfIsNotTriedAgainNorWhatAPersonStopped() {
        start("a: {run: {}, retries: {times: 9}}, b: {run: {}, retries: {times: 9}}");
        fails("a", 1, TaskOutcome.REFUSED);
        fails("b", 1, TaskOutcome.STOPPED);
        assertEquals(List.of(StepPhase.FAILED, StepPhase.STOPPED), phases());
        assertEquals("no luck", step("a").message());
    }

    private void underWay(String step, int attempt, Map<String, String> outputs) {
        TaskResult result = result(step, attempt, TaskOutcome.UNDER_WAY, "", outputs);
        assertEquals(List.of(), take(ExecutionCourse.onResult(execution, result, spec, now)));
    }

    private void left(String step, int attempt) {
        underWay(step, attempt, Map.of("run", "p-1." + step));
    }

    @Test
    void anAttemptThatTakesTooLongIsStoppedAndCountsAsFailed() {
        start("a: {run: {}, timeout: 1m, retries: {times: 1, wait: 5s}}");
        left("a", 1);
        assertEquals(List.of(), after(59));
        left("a", 1);
        assertEquals(List.of("STOP a#1"), after(1), "the first word counts");
        assertEquals("took longer than 1m", step("a").message());
        assertEquals(List.of("START a#2"), after(5));
        assertEquals(List.of(), done("a", 1, Map.of()), "too late");
        left("a", 2);
        assertEquals(List.of("STOP a#2"), after(60));
        assertEquals(ExecutionPhase.FAILED, execution.phase());
    }

    @Test
    void timeInWhichAnAttemptWaitsForAWorkerDoesNotCount() {
        start("a: {run: {}, timeout: 1m}, b: {export: {run: r, out: /o}, timeout: 1m}");
        assertEquals(List.of(), after(3600));
        underWay("a", 1, Map.of());
        underWay("b", 1, Map.of());
        assertEquals(List.of("STOP b#1"), after(60), "a run that is not submitted yet has no name to say");
        left("a", 1);
        assertEquals(List.of(), after(59));
        assertEquals(List.of("STOP a#1"), after(1));
    }

    /** Nobody need say that they are at it. */
    @Test
    void theTimeOfATaskOfSomebodysOwnCountsFromItsOrderUntilTheySaySomething() {
        start("a: {task: {kind: draw}, timeout: 1m}, b: {task: {kind: draw}, timeout: 1m}");
        assertEquals(List.of(), after(50));
        underWay("b", 1, Map.of());
        assertEquals(List.of("STOP a#1"), after(10));
        assertEquals(List.of(), after(49));
        assertEquals(List.of("STOP b#1"), after(1));
    }

    @Test
    void whoBeginsWhileItIsPausedHasAllOfTheTime() {
        start("a: {run: {}, timeout: 1m}");
        want(DesiredState.PAUSED);
        after(30);
        left("a", 1);
        after(30);
        want(DesiredState.RUNNING);
        assertEquals(List.of(), after(59));
        assertEquals(List.of("STOP a#1"), after(1));
    }

    /** An earlier release counted from the order. */
    @Test
    void aDeadlineOfAnEarlierReleaseStays() {
        start("a: {run: {}, timeout: 1m}");
        execution = execution.with(execution.steps().stream()
                .map(step -> step.due(now.plusSeconds(60)))
                .toList());
        after(30);
        left("a", 1);
        assertEquals(List.of("STOP a#1"), after(30));
    }

    @Test
    void whatIsSaidIsCutToWhatARecordHolds() {
        start("a: {run: {}}, b: {run: {}}");
        take(ExecutionCourse.onResult(
                execution, result("a", 1, TaskOutcome.FAILED, "x".repeat(600_000), Map.of()), spec, now));
        assertEquals("x".repeat(Bounds.MESSAGE - 3) + "...", step("a").message());
        String smiles = "\uD83D\uDE00".repeat(Bounds.MESSAGE);
        take(ExecutionCourse.onResult(execution, result("b", 1, TaskOutcome.FAILED, smiles, Map.of()), spec, now));
        assertEquals(smiles.substring(0, Bounds.MESSAGE - 4) + "...", step("b").message());
    }

    @Test
    void outputsThatNoRecordHoldsFailTheirStep() {
        start("a: {task: {kind: draw}}, b: {task: {kind: draw}}");
        done("a", 1, Map.of("picture", "x".repeat(70_000)));
        assertEquals(StepPhase.FAILED, step("a").phase());
        assertEquals(
                "its outputs have 70007 bytes, at most 65536 fit into the record of this execution: let its worker put"
                        + " them into a file, and say where it is",
                step("a").message());
        done("b", 1, Map.of("picture", "x".repeat(60_000)));
        assertEquals(StepPhase.SUCCEEDED, step("b").phase());
    }

    /** It has trained for days. */
    @Test
    void aRunWithMoreClassesThanARecordHoldsSucceedsWithoutTheirShares() {
        start("a: {run: {}}, b: {needs: a, when: {step: a, output: frechet, below: 9}, run: {}}");
        Map<String, String> made = new TreeMap<>(Map.of("run", "p-1.a", "frechet", "8"));
        for (int i = 0; i < 5000; i++) {
            made.put("share.class-" + i, "0.0002");
        }
        assertEquals(List.of("START b#1"), done("a", 1, made));
        assertEquals(Map.of("run", "p-1.a", "frechet", "8"), step("a").outputs());
        assertTrue(
                step("a").message().startsWith("the shares of its 5000 classes are left out"),
                step("a").message());
    }

    @Test
    void aTaskThatIsToldMoreThanARecordHoldsIsNotOrdered() {
        String words = "${steps.a.words} ".repeat(20);
        start("a: {task: {kind: draw}}, b: {needs: a, task: {kind: draw, parameters: {words: '" + words + "'}}}");
        assertEquals(List.of(), done("a", 1, Map.of("words", "x".repeat(60_000))));
        assertEquals(StepPhase.FAILED, step("b").phase());
        assertTrue(
                step("b").message().contains("fit into a record: refer to fewer of them"),
                step("b").message());
    }

    @Test
    void anExecutionThatOutgrowsItsRecordFailsInWordsAndGoesOnInAnotherRound() {
        start("a: {run: {}}, b: {run: {}, timeout: 1m}, c: {needs: a, run: {}}, d: {run: {}}");
        done("d");
        Execution before = execution;
        Transition unfit = ExecutionCourse.onResult(
                execution, result("a", 1, TaskOutcome.DONE, "", Map.of("run", "p-1.a")), spec, now);
        assertEquals(List.of("STOP b#1"), take(ExecutionCourse.outgrown(before, unfit, spec, "is too large", now)));
        assertEquals(List.of(StepPhase.FAILED, StepPhase.FAILED, StepPhase.FAILED, StepPhase.SUCCEEDED), phases());
        assertEquals("is too large", step("a").message());
        assertEquals(Map.of(), step("a").outputs());
        assertEquals(0, step("c").attempt(), "it was never ordered");
        assertEquals(ExecutionPhase.FAILED, execution.phase());
        assertEquals(now, execution.endedAt());
        Execution failed = execution;
        round = 2;
        Transition again = ExecutionCourse.onRequest(execution, request(DesiredState.RUNNING), spec, now);
        assertEquals(List.of(), take(ExecutionCourse.outgrown(failed, again, spec, "is too large still", now)));
        assertEquals("is too large still", step("a").message());
        round = 3;
        assertEquals(List.of("START a#2", "START b#2"), want(DesiredState.RUNNING));
    }

    @Test
    void anExecutionIsStoppedWithoutItsDefinition() {
        start("a: {run: {}}, b: {needs: a, run: {}}, c: {task: {kind: draw}}");
        definition = "{\"steps\":{\"a\":{\"run\":{},\"hyper\":1},\"b\":{\"needs\":\"a\",\"quantum\":{}},"
                + "\"c\":{\"task\":{\"kind\":\"draw\"}}}}";
        spec = new PipelineParser().outline(definition, List.of("a", "b", "c"));
        Transition stopped = ExecutionCourse.onRequest(execution, request(DesiredState.STOPPED), spec, now);
        assertEquals(
                List.of("run", "draw"),
                stopped.orders().stream().map(TaskOrder::kind).toList());
        assertEquals(List.of("STOP a#1", "STOP c#1"), take(stopped));
        assertEquals(ExecutionPhase.STOPPED, execution.phase());
        assertEquals("quantum", spec.step("b").orElseThrow().kind());
        assertEquals(List.of("a"), spec.step("b").orElseThrow().needs());
        assertEquals(
                "",
                new PipelineParser()
                        .outline("no JSON", List.of("a"))
                        .steps()
                        .get(0)
                        .kind());
    }

    @Test
    void pausedNothingBeginsAndTimeStandsStill() {
        start("a: {run: {}, timeout: 1m}, b: {needs: a, run: {}}, c: {run: {}}");
        left("a", 1);
        after(30);
        assertEquals(List.of("PAUSE a#1", "PAUSE c#1"), want(DesiredState.PAUSED));
        assertEquals(ExecutionPhase.PAUSED, execution.phase());
        assertNull(execution.due());
        assertEquals(List.of(), after(3600));
        assertEquals(List.of(), done("c"), "what was as good as done may end");
        assertEquals(List.of("RESUME a#1"), want(DesiredState.RUNNING));
        assertEquals(List.of(), after(29));
        assertEquals(List.of("STOP a#1"), after(1));
    }

    @Test
    void stoppedEverythingEnds() {
        start("a: {run: {}}, b: {needs: a, run: {}}, c: {approval: 'Well?'}");
        assertEquals(List.of("STOP a#1"), want(DesiredState.STOPPED));
        assertEquals(List.of(StepPhase.STOPPED, StepPhase.STOPPED, StepPhase.STOPPED), phases());
        assertEquals(ExecutionPhase.STOPPED, execution.phase());
        assertEquals(List.of(), done("a"), "too late");
    }

    @Test
    void anotherRoundGoesOnFromWhatFailed() {
        start("a: {run: {}}, b: {needs: a, run: {}}, c: {needs: b, run: {}}");
        done("a");
        fails("b", 1, TaskOutcome.FAILED);
        assertEquals(ExecutionPhase.FAILED, execution.phase());
        round = 2;
        assertEquals(List.of("START b#2"), want(DesiredState.RUNNING));
        assertEquals(ExecutionPhase.RUNNING, execution.phase());
        assertNull(execution.endedAt());
        assertEquals(List.of("START c#1"), done("b", 2, Map.of()));
        done("c");
        assertEquals(ExecutionPhase.SUCCEEDED, execution.phase());
        assertEquals(1, step("a").attempt());
    }

    @Test
    void aStoppedExecutionGoesOnInAnotherRound() {
        start("a: {run: {}}, b: {needs: a, run: {}}");
        want(DesiredState.STOPPED);
        round = 2;
        assertEquals(List.of("START a#2"), want(DesiredState.RUNNING));
    }

    @Test
    void aPersonDecidesEachAttemptOnce() {
        start("a: {approval: 'Good?'}, b: {needs: a, run: {}}");
        assertEquals("Good?", step("a").message());
        assertEquals(List.of(), decide("a", 1, false));
        assertEquals("refused by ann: looks so", step("a").message());
        assertEquals(ExecutionPhase.FAILED, execution.phase());
        round = 2;
        assertEquals(List.of(), want(DesiredState.RUNNING));
        assertEquals(StepPhase.APPROVAL, step("a").phase(), "the first decision was about the first attempt");
        assertEquals(List.of("START b#1"), decide("a", 2, true));
    }

    @Test
    void aQuestionNamesWhatItIsAboutAndMayBeLeftTooLong() {
        start(
                "a: {run: {}}, b: {needs: a, approval: 'Go on with ${steps.a.run}?', timeout: 1h}, c: {needs: b, run: {}}");
        done("a", 1, Map.of("run", "p-1.a"));
        assertEquals("Go on with p-1.a?", step("b").message());
        assertEquals(List.of(), after(3600));
        assertEquals(List.of(StepPhase.SUCCEEDED, StepPhase.FAILED, StepPhase.SKIPPED), phases());
        assertEquals("took longer than 1h", step("b").message());
    }

    @Test
    void conditionsAreLookedAtWhenAStepIsToBegin() {
        String steps = "a: {run: {}}, b: {needs: a, run: {}, when: {step: a, output: kid, below: 0.02}},"
                + " c: {needs: a, run: {}, when: {step: a, output: kid, above: 0.02}}, d: {needs: b, run: {}},"
                + " e: {needs: a, run: {}, when: {step: a, held: true}}, f: {needs: a, run: {}, when: {step: a, output:"
                + " fid, below: 9}}";
        start(steps);
        assertEquals(List.of("START c#1", "START e#1"), done("a", 1, Map.of("kid", "0.031", "violation", "0.004")));
        assertEquals("a.kid is 0.031, not below 0.02", step("b").message());
        assertEquals("it needs b, which was skipped", step("d").message());
        assertEquals("a.fid is not there", step("f").message());
        done("c");
        done("e");
        assertEquals(ExecutionPhase.SUCCEEDED, execution.phase(), "what was skipped by a condition is no failure");
    }

    @Test
    void ofAMatrixTheBestInstanceCounts() {
        start("a: {run: {}, matrix: {n: [1, 2, 3]}}, b: {needs: a, when: {step: a, held: true}, task: {kind: x,"
                + " parameters: {best: '${steps.a.run}'}}}");
        done("a.n-1", 1, Map.of("run", "one", "violation", "0.3", "frechet", "10"));
        done("a.n-2", 1, Map.of("run", "two", "violation", "0.001", "frechet", "50"));
        Transition last = ExecutionCourse.onResult(
                execution,
                result("a.n-3", 1, TaskOutcome.DONE, "", Map.of("run", "three", "violation", "0", "frechet", "60")),
                spec,
                now);
        assertEquals("{\"best\":\"two\"}", last.orders().get(0).parameters());
        assertTrue(last.execution().steps().get(3).phase() == StepPhase.RUNNING);
    }

    @Test
    void distancesUnderDifferentNetworksDoNotDecideWhichInstanceIsBest() {
        start("a: {run: {}, matrix: {n: [1, 2, 3]}}, b: {needs: a, when: {step: a, held: true}, task: {kind: x,"
                + " parameters: {best: '${steps.a.run}'}}}");
        done("a.n-1", 1, Map.of("run", "one", "violation", "0.3", "frechet", "1", "network", "small-cnn"));
        done("a.n-2", 1, Map.of("run", "two", "violation", "0.001", "frechet", "50", "network", "inception-v3"));
        Transition last = ExecutionCourse.onResult(
                execution,
                result(
                        "a.n-3",
                        1,
                        TaskOutcome.DONE,
                        "",
                        Map.of("run", "three", "violation", "0", "frechet", "6", "network", "small-cnn")),
                spec,
                now);
        assertEquals("{\"best\":\"two\"}", last.orders().get(0).parameters());
    }

    @Test
    void aTaskSaysHowFarItIsAndTheNewsOfAnAttemptThatIsOverChangeNothing() {
        start("encode: {encode: {dataset: d, autoencoder: a, name: l}, retries: {times: 1, wait: 10s}}");
        assertEquals(
                "ordered; no worker has said that it is at it", step("encode").message());
        assertEquals(List.of(), fails("encode", 1, TaskOutcome.UNDER_WAY));
        assertEquals(StepPhase.RUNNING, step("encode").phase());
        assertEquals("no luck", step("encode").message());
        fails("encode", 1, TaskOutcome.FAILED);
        assertEquals(StepPhase.RESTING, step("encode").phase());
        fails("encode", 1, TaskOutcome.UNDER_WAY);
        assertEquals(StepPhase.RESTING, step("encode").phase());
    }

    @Test
    void anEndThatThisReleaseDoesNotKnowIsNoEnd() {
        start("encode: {encode: {dataset: d, autoencoder: a, name: l}}");
        fails("encode", 1, TaskOutcome.UNKNOWN);
        assertEquals(StepPhase.RUNNING, step("encode").phase());
    }

    @Test
    void whatAnExecutionHasMadeStandsInTheDefinitionOfTheOneAfterIt() {
        start("pretrain: {run: {}}");
        done("pretrain", 1, Map.of("run", "p-1.pretrain", "bestStep", "40"));
        String after = new PipelineParser().definition("q.yaml", """
                name: q
                schedule: {after: p}
                steps:
                  tune: {run: {initialModel: 'run:${after.steps.pretrain.run}@${after.steps.pretrain.bestStep}', seed: '${after.steps.pretrain.bestStep}'}}
                  look: {needs: tune, approval: 'better than ${after.execution}, which had ${after.steps.pretrain.kid}?'}
                """, null);
        String definition = ExecutionCourse.following(after, execution);
        spec = new PipelineParser().fromJson(definition);
        assertEquals(
                "{\"initialModel\":\"run:p-1.pretrain@40\",\"seed\":40}",
                spec.steps().get(0).instances().get(0).parameters().toString());
        this.definition = definition;
        execution = null;
        revision = 0;
        want(DesiredState.RUNNING);
        done("tune", 1, Map.of());
        assertEquals(StepPhase.FAILED, step("look").phase());
        assertEquals(
                "${after.steps.pretrain.kid}: the execution that this one started after has not made it, or there is none",
                step("look").message());
    }
}
