package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossProbeTest {

    private static final RunModel MODEL = new RunModel(
            UNet2DConfig.of(8, 1, List.of(8), 1, 4), NoiseSchedule.cosine(100), PredictionType.V_PREDICTION);
    private static final HostVector WEIGHTS =
            ModelState.initial(MODEL.network(), 1).weights();
    private static final ImageDataSet IMAGES = new ImageDataSet(new byte[3 * 64], new int[3], 1, 8, 8);

    private static List<ConstraintDefinition> constraints() {
        RunSpecParser parser = new RunSpecParser();
        return new Submissions(parser, Clock.systemUTC())
                .submission(parser.parse("run.yaml", """
                        name: r
                        constraints:
                          - {id: a, threshold: 0.1, data: {classes: {1: {}}}, evaluationSamples: 16}
                          - {id: b, threshold: 0.1, data: {classes: {1: {}}}, evaluationSamples: 16}
                        """), "test")
                .constraints();
    }

    @Test
    void aConstraintHasTheSameDrawsEachTimeAndAnotherHasOthers() {
        ConstraintDefinition a = constraints().get(0);
        ConstraintDefinition b = constraints().get(1);
        double first;
        try (LossProbe probe = new LossProbe(MODEL, 7)) {
            first = probe.measure(a, WEIGHTS, IMAGES).loss();
            assertEquals(first, probe.measure(a, WEIGHTS, IMAGES).loss());
            assertNotEquals(first, probe.measure(b, WEIGHTS, IMAGES).loss());
        }
        try (LossProbe again = new LossProbe(MODEL, 7);
                LossProbe otherRun = new LossProbe(MODEL, 8)) {
            assertEquals(first, again.measure(a, WEIGHTS, IMAGES).loss());
            assertNotEquals(first, otherRun.measure(a, WEIGHTS, IMAGES).loss());
        }
    }
}
