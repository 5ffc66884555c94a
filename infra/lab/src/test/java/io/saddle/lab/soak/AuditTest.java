package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Artifact;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SnapshotWeights;
import io.saddle.stack.testing.RecordBuilders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AuditTest {

    private static final long STEPS = 10;

    private static GradientSummary summary(long step, double loss) {
        return RecordBuilders.summary("a", step)
                .setDualStep(step / 5)
                .setLagrangianLoss(loss)
                .build();
    }

    private static MultiplierUpdate update(long dualStep, double after) {
        return RecordBuilders.update(
                        "a",
                        dualStep,
                        5 * dualStep,
                        RecordBuilders.multiplier("c", 0, after).build())
                .build();
    }

    private static ModelSnapshot last(String sha256) {
        return RecordBuilders.snapshot("a", STEPS, SnapshotWeights.EMA)
                .setLast(true)
                .setArtifact(new Artifact("file:///a", sha256, 1L))
                .build();
    }

    private static RunLog log(List<GradientSummary> summaries, List<MultiplierUpdate> updates, String sha256) {
        return new RunLog("a", summaries, updates, List.of(last(sha256)), List.of(), List.of());
    }

    private static List<GradientSummary> steps(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(step -> summary(step, step / 3.0))
                .toList();
    }

    private static final RunLog UNDISTURBED = log(steps(1, STEPS), List.of(update(1, 0.1), update(2, 0.2)), "aaaa");

    private static List<String> broken(RunLog run) {
        return Audit.likeUndisturbed(UNDISTURBED, run, STEPS).stream()
                .filter(claim -> !claim.held())
                .map(claim -> claim.what() + ": " + claim.seen())
                .toList();
    }

    @Test
    void shouldAcceptStepsThatWereDoneAgain() {
        List<GradientSummary> again = new ArrayList<>(steps(1, 7));
        again.addAll(steps(5, STEPS));
        assertEquals(List.of(), broken(log(again, UNDISTURBED.updates(), "aaaa")));
    }

    @Test
    void shouldFindAStepThatIsMissing() {
        List<GradientSummary> gap = new ArrayList<>(steps(1, 3));
        gap.addAll(steps(5, STEPS));
        assertEquals(
                List.of("no primal step is lost: no summary of steps [4]"),
                broken(log(gap, UNDISTURBED.updates(), "aaaa")));
    }

    @Test
    void shouldFindAStepThatCameOutDifferentlyTheSecondTime() {
        List<GradientSummary> again = new ArrayList<>(steps(1, STEPS));
        again.add(summary(6, 6 / 3.0 + Math.ulp(2.0)));
        assertEquals(
                List.of("a step that was done again is the same step: different losses in steps [6]"),
                broken(log(again, UNDISTURBED.updates(), "aaaa")));
    }

    @Test
    void shouldFindASecondVectorOfADualStep() {
        List<MultiplierUpdate> twice = List.of(update(1, 0.1), update(2, 0.2), update(2, 0.2));
        List<String> broken = broken(log(steps(1, STEPS), twice, "aaaa"));
        assertTrue(
                broken.contains("one multiplier vector for each dual step, in order: dual steps [1, 2, 2]"),
                broken.toString());
    }

    @Test
    void shouldFindAMultiplierThatDiffersInTheLastBit() {
        List<MultiplierUpdate> other = List.of(update(1, 0.1), update(2, 0.2 + Math.ulp(0.2)));
        List<String> broken = broken(log(steps(1, STEPS), other, "aaaa"));
        assertEquals(1, broken.size(), broken.toString());
        assertTrue(broken.get(0).startsWith("the multipliers equal"), broken.toString());
    }

    @Test
    void shouldFindOtherFinalWeights() {
        assertEquals(
                List.of(
                        "the final weights equal the undisturbed run's, bit for bit: sha256 bbbb instead of sha256 aaaa"),
                broken(log(steps(1, STEPS), UNDISTURBED.updates(), "bbbb")));
    }

    @Test
    void shouldJoinTheClaimsOfSeveralRunsAndNameTheBrokenOne() {
        Claim good = new Claim("complete", true, "10 steps");
        assertEquals(
                List.of(new Claim("complete (2 runs)", true, "10 steps")),
                Audit.ofEach(Map.of("a", List.of(good), "b", List.of(good))));
        assertEquals(
                List.of(new Claim("complete (2 runs)", false, "b: 9 steps")),
                Audit.ofEach(Map.of("a", List.of(good), "b", List.of(new Claim("complete", false, "9 steps")))));
        assertEquals(
                List.of(new Claim("complete (2 runs)", false, "10 steps")),
                Audit.ofEach(Map.of("a", List.of(good), "b", List.of())));
    }
}
