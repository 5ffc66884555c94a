package io.saddle.lab.bench.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Side;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerQualityTest {

    /** The mean of the upper and of the lower half of an image. */
    private static final FeatureExtractor HALVES = new FeatureExtractor() {
        @Override
        public String name() {
            return "halves";
        }

        @Override
        public int dimensions() {
            return 2;
        }

        @Override
        public float[] features(ImageBatch images) {
            int half = images.imageSize() / 2;
            float[] means = new float[2 * images.count()];
            for (int i = 0; i < images.pixels().length; i++) {
                means[i / half] += images.pixels()[i] / half;
            }
            return means;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    };

    @Test
    void everySamplerGetsARowForEveryNumberOfCallsAndTheFeaturesAreNamed() {
        UNet2DConfig config = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
        DiffusersPipelineFolder model = new DiffusersPipelineFolder(
                config,
                NoiseSchedule.cosine(100),
                PredictionType.V_PREDICTION,
                UNet2D.layout(config).initialValues(1));
        byte[] levels = new byte[20 * 64];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) (i * 37 + i / 64 * 11);
        }
        ImageDataSet digits = new ImageDataSet(levels, new int[20], 1, 8, 8);
        Comparison table = new SamplerQuality(List.of(2, 4), 10, 4).measure(model, HALVES, digits);
        assertEquals(
                List.of(
                        "DDIM, 2 calls",
                        "DPM-Solver++ 2M, 2 calls",
                        "Euler, 2 calls",
                        "DDIM, 4 calls",
                        "DPM-Solver++ 2M, 4 calls",
                        "Euler, 4 calls"),
                table.sides().stream().map(Side::name).toList());
        assertEquals(4, table.ratios().size());
        assertEquals(10, table.facts().path("images").asInt());
        assertTrue(
                table.notes().toString().contains("features: halves, not Inception-v3"),
                table.notes().toString());
    }
}
