package io.saddle.run.dual;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a specification says of the dual step is what is done. */
class DualRuleTest {

    private static DualRule rule(String dual, String constraint) {
        RunSpec spec = new RunSpecParser()
                .parse(
                        "run.yaml",
                        "{name: a, dual: {" + dual + "}, constraints: [{id: c, threshold: 0, data: {}" + constraint
                                + "}]}");
        return DualRule.of(spec.dual(), spec.constraints().get(0));
    }

    /** Against Cooper 1.0's multipliers for the same violations. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "learningRate: 0.5 | projected-gradient-ascent eta=0.5",
                "learningRate: 0.5, optimizer: nupi, nupi: {kp: 2, ki: 1, nu: 0} | nupi eta=0.5 Kp=2.0 Ki=1.0 nu=0.0 init=SGD",
                "learningRate: 0.1, optimizer: nupi, nupi: {kp: 5, nu: 0.9, firstStep: zeros} | nupi eta=0.1 Kp=5.0 Ki=1.0 nu=0.9 init=ZEROS",
                "learningRate: 0.05, optimizer: adam | adam eta=0.05"
            })
    void anOptimizerFollowsItsKeys(String dual, String trajectory) throws IOException {
        JsonNode golden = golden();
        JsonNode expected = golden.at("/trajectories").get(trajectory);
        DualRule rule = rule(dual, "");
        for (int c = 0; c < expected.get(0).size(); c++) {
            double lambda = golden.get("init").asDouble();
            DualMemory memory = DualMemory.NONE;
            for (int t = 0; t < expected.size(); t++) {
                double violation = golden.get("violations").get(t).get(c).asDouble();
                DualRule.Outcome outcome = rule.step(violation, 0, lambda, memory);
                lambda = outcome.multiplier();
                memory = outcome.memory();
                assertEquals(expected.get(t).get(c).asDouble(), lambda, 1e-4, trajectory + ", step " + t);
            }
        }
    }

    @Test
    void theRateRisesOverTheWarmUp() {
        DualRule rule = rule("learningRate: 0.5, warmupSteps: 4", "");
        List<Double> moves = new ArrayList<>();
        double lambda = 0;
        DualMemory memory = DualMemory.NONE;
        for (int i = 0; i < 6; i++) {
            DualRule.Outcome outcome = rule.step(1, 0, lambda, memory);
            moves.add(outcome.multiplier() - lambda);
            lambda = outcome.multiplier();
            memory = outcome.memory();
        }
        assertEquals(List.of(0.125, 0.25, 0.375, 0.5, 0.5, 0.5), moves);
    }

    @Test
    void aConstraintsOwnRateAndGammaGoBeforeTheRuns() {
        DualRule own = rule("learningRate: 0.5, resilience: 0.1", ", dualLearningRate: 0.25, resilience: 0.2");

        DualRule.Outcome outcome = own.step(0.6, 0.1, 1, DualMemory.NONE);

        assertEquals(1 + 0.25 * (0.6 - 0.1 - 2 * 0.2), outcome.multiplier(), 1e-15);
        assertEquals(0.4, outcome.violation().relaxation(), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient-ascent", "nupi", "adam"})
    void aRateOfZeroKeepsAWeightThatWasChosenByHandToTheBit(String optimizer) {
        DualRule byHand = rule("resilience: 0.45, optimizer: " + optimizer, ", dualLearningRate: 0");
        double lambda = 1.0 / 9;
        DualMemory memory = DualMemory.NONE;

        for (double loss : new double[] {0.3, 7, 0, 1e-9}) {
            DualRule.Outcome outcome = byHand.step(loss, 0.1, lambda, memory);
            memory = outcome.memory();
            lambda = outcome.multiplier();
        }

        assertEquals(1.0 / 9, lambda, 0);
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = DualRuleTest.class.getResourceAsStream("/golden/dual-optimizers.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
