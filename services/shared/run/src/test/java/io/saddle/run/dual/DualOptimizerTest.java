package io.saddle.run.dual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.run.spec.RunSpec.FirstStep;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Against multipliers that Cooper 1.0 computed for the same violations, and against the method's closed forms. */
class DualOptimizerTest {

    private static final double TOLERANCE = 1e-4;

    @Test
    void gradientAscentFollowsCooper() throws IOException {
        assertFollows("projected-gradient-ascent eta=0.5", new DualOptimizer.GradientAscent(0.5));
    }

    @Test
    void nuPiThatStartsLikeSgdFollowsCooper() throws IOException {
        assertFollows(
                "nupi eta=0.5 Kp=2.0 Ki=1.0 nu=0.0 init=SGD", new DualOptimizer.NuPi(0.5, 2, 1, 0, FirstStep.SGD));
    }

    @Test
    void nuPiThatStartsAtZeroFollowsCooper() throws IOException {
        assertFollows(
                "nupi eta=0.1 Kp=5.0 Ki=1.0 nu=0.9 init=ZEROS",
                new DualOptimizer.NuPi(0.1, 5, 1, 0.9, FirstStep.ZEROS));
    }

    @Test
    void adamFollowsCooper() throws IOException {
        assertFollows("adam eta=0.05", new DualOptimizer.Adam(0.05, 0.9, 0.999, 1e-8));
    }

    @Test
    void theResilientFormSettlesAtLossOverTwiceGamma() {
        double loss = 0.08;
        double gamma = 0.3;
        DualOptimizer ascent = new DualOptimizer.GradientAscent(0.5);
        double lambda = 0;
        DualMemory memory = DualMemory.NONE;
        for (int i = 0; i < 200; i++) {
            double violation =
                    Violation.of(loss, 0, lambda, OptionalDouble.of(gamma)).value();
            DualOptimizer.Step step = ascent.step(lambda, violation, memory);
            lambda = step.multiplier();
            memory = step.memory();
        }
        assertEquals(loss / (2 * gamma), lambda, 1e-12);
        assertEquals(200, memory.steps());
    }

    @Test
    void aMetRequirementBringsTheMultiplierDownToZeroAndNotBelow() {
        DualOptimizer ascent = new DualOptimizer.GradientAscent(1);
        double violation =
                Violation.of(0.02, 0.05, 0.02, OptionalDouble.empty()).value();
        assertEquals(-0.03, violation, 1e-12);
        assertEquals(0, ascent.step(0.02, violation, DualMemory.NONE).multiplier());
    }

    @Test
    void mixtureWeightsSumToOne() {
        List<Double> multipliers = List.of(0.5, 0.25, 0.25);
        assertEquals(0.5, MixtureWeights.objective(multipliers));
        assertEquals(0.25, MixtureWeights.constraint(0.5, multipliers));
        assertEquals(1, MixtureWeights.objective(List.of()));
    }

    private static void assertFollows(String trajectory, DualOptimizer optimizer) throws IOException {
        JsonNode golden = golden();
        JsonNode expected = golden.at("/trajectories").get(trajectory);
        int constraints = expected.get(0).size();
        for (int c = 0; c < constraints; c++) {
            double lambda = golden.get("init").asDouble();
            DualMemory memory = DualMemory.NONE;
            for (int t = 0; t < expected.size(); t++) {
                double violation = golden.get("violations").get(t).get(c).asDouble();
                DualOptimizer.Step step = optimizer.step(lambda, violation, memory);
                lambda = step.multiplier();
                memory = step.memory();
                assertEquals(expected.get(t).get(c).asDouble(), lambda, TOLERANCE, trajectory + ", step " + t);
            }
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = DualOptimizerTest.class.getResourceAsStream("/golden/dual-optimizers.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
