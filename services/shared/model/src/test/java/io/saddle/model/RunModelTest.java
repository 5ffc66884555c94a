package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.training.Averaging;
import io.saddle.diffusion.training.Ema;
import io.saddle.diffusion.training.EmaModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunModelTest {

    private static RunSpec spec(String more) {
        return new RunSpecParser().parse("run.yaml", "{name: r" + more + "}");
    }

    private static float firstTimestep(RunSpec spec) {
        RunSpec.Evaluation judged = spec.evaluation();
        return RunModel.of(spec)
                .sampler(judged.sampler(), judged.samplerSpacing(), judged.samplerSteps())
                .timesteps()[0];
    }

    /** The sampler has to begin where the network has learnt that there is nothing. */
    @ParameterizedTest
    @CsvSource({
        "false, ddim, 980",
        "true, ddim, 999",
        "true, ddpm, 999",
        "false, dpmpp-2m, 999",
        "false, euler, 999",
        "true, euler, 999",
    })
    void theSpacingThatNobodyNamesSuitsSamplerAndSchedule(boolean zero, String sampler, float first) {
        assertEquals(
                first,
                firstTimestep(spec(", model: {schedule: {zeroTerminalSnr: " + zero + "}}, evaluation: {sampler: "
                        + sampler + "}")));
    }

    @Test
    void theSpacingThatIsNamedIsTaken() {
        assertEquals(999, firstTimestep(spec(", evaluation: {samplerSpacing: trailing}")));
        assertEquals(
                980,
                firstTimestep(
                        spec(
                                ", model: {schedule: {zeroTerminalSnr: true}}, evaluation: {samplerSpacing: leading, samplerSteps: 50}")));
        RunModel model = RunModel.of(spec(""));
        assertThrows(IllegalArgumentException.class, () -> model.sampler("ddim", "even", 10));
    }

    /** It was asked at timestep 0, and what was judged as samples was the noise. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "ddim, -",
                "ddim, leading",
                "ddim, linspace",
                "ddpm, -",
                "ddpm, linspace",
                "euler, -",
                "euler, leading"
            })
    void oneStepIsNotFromTheLeastNoise(String sampler, String spacing) {
        RunModel model = RunModel.of(spec(""));
        String message = assertThrows(IllegalArgumentException.class, () -> model.sampler(sampler, spacing, 1))
                .getMessage();
        assertTrue(message.contains("at least 2 steps, or spacing trailing"), message);
        assertEquals(999, model.sampler(sampler, "trailing", 1).timesteps()[0]);
        assertEquals(2, model.sampler(sampler, spacing, 2).timesteps().length);
        assertEquals(999, model.sampler("dpmpp-2m", "linspace", 1).timesteps()[0]);
    }

    /** There is no other timestep. */
    @Test
    void aScheduleOfOneTimestepIsSampledInOneStep() {
        RunModel model = new RunModel(RunModel.of(spec("")).network(), NoiseSchedule.linear(1), PredictionType.EPSILON);
        assertEquals(1, model.sampler("ddim", null, 1).timesteps().length);
    }

    @Test
    void eulersMethodLeavesOutWhereUnboundedLatentsCannotBeTold() {
        for (PredictionType prediction : List.of(PredictionType.EPSILON, PredictionType.V_PREDICTION)) {
            RunModel model =
                    new RunModel(RunModel.of(spec("")).network(), NoiseSchedule.cosine(1000), prediction, true);
            assertEquals(
                    prediction == PredictionType.EPSILON ? 980 : 999,
                    model.sampler("euler", null, 50).timesteps()[0]);
        }
    }

    @Test
    void theAverageIsThatOfDiffusersWhereItIsAskedFor() {
        assertEquals(new Ema(0.995), averaging(""));
        assertEquals(
                new EmaModel(0.9999, 0.1, 50, true, 2, 0.75),
                averaging(
                        ", training: {emaDecay: 0.9999, ema: {minDecay: 0.1, updateAfterStep: 50, warmup: true, invGamma: 2, power: 0.75}}"));
        assertEquals(new EmaModel(0.995, 0, 0, false, 1, 2.0 / 3), averaging(", training: {ema: {}}"));
    }

    private static Averaging averaging(String more) {
        RunSpec spec = spec(more);
        return RunModel.of(spec).trainingSettings(spec, Precision.FP32, 1).averaging();
    }

    @Test
    void aFlowIsSampledByEulersMethodAlone() {
        RunSpec spec = spec(", model: {prediction: flow, schedule: {shift: 3, trainTimesteps: 500}}");
        RunModel model = RunModel.of(spec);
        assertEquals(new FlowSchedule(500, 3), model.schedule());
        assertEquals(500, firstTimestep(spec));
        assertEquals(10, model.sampler(null, null, 10).timesteps().length);
        for (String other : List.of("ddim", "ddpm", "dpmpp-2m")) {
            String message = assertThrows(IllegalArgumentException.class, () -> model.sampler(other, null, 10))
                    .getMessage();
            assertEquals(
                    "sampler '" + other
                            + "' is for networks that predict epsilon or v_prediction; of a flow there is euler",
                    message);
        }
        assertThrows(IllegalArgumentException.class, () -> model.sampler("euler", "linspace", 10));
        assertEquals(980, RunModel.of(spec("")).sampler(null, null, 50).timesteps()[0], "ddim");
    }

    /** Specifications of earlier builds have none of these keys. */
    @Test
    void whatIsNotSaidIsAsItWas() {
        RunSpec spec = spec("");
        assertEquals(
                0, RunModel.of(spec).trainingSettings(spec, Precision.FP32, 1).minSnrGamma());
        assertFalse(NoiseSchedule.of(RunModel.of(spec).schedule(), "the test").zeroTerminalSnr());
    }
}
