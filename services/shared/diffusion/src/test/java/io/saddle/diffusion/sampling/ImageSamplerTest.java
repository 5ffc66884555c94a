package io.saddle.diffusion.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageSamplerTest {
    private static final NoiseSchedule SCHEDULE = NoiseSchedule.cosine(100);

    private static ImageBatch sample(Sampler sampler, int count, long seed, int batch, int workers) {
        UNet2DConfig config = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
        try (UNet2D network = UNet2D.compile(config);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            return new ImageSampler(model, sampler).sample(count, seed, batch, workers);
        }
    }

    @Test
    void shouldMakeTheSameImagesWhateverTheBatchIs() {
        for (Sampler sampler : List.of(
                new DdimSampler(SCHEDULE, PredictionType.V_PREDICTION, 10, 0),
                new DdimSampler(SCHEDULE, PredictionType.V_PREDICTION, 10, 0.5),
                new DdpmSampler(SCHEDULE, PredictionType.V_PREDICTION, 20),
                DpmSolverSampler.of(SCHEDULE, PredictionType.V_PREDICTION, 10),
                new EulerSampler(SCHEDULE, PredictionType.V_PREDICTION, TimestepSpacing.TRAILING, 10, true))) {
            ImageBatch together = sample(sampler, 5, 7, 5, 1);
            ImageBatch inParts = sample(sampler, 5, 7, 2, 2);
            assertArrayEquals(together.pixels(), inParts.pixels(), 1e-4f);
            assertArrayEquals(
                    sample(sampler, 2, 7, 2, 1).pixels(), together.slice(0, 2).pixels(), 1e-4f);
            assertFalse(
                    Arrays.equals(together.pixels(), sample(sampler, 5, 8, 5, 1).pixels()));
        }
    }

    @Test
    void shouldSampleDdimWithFullNoiseLikeDdpm() {
        DdimSampler ddim = new DdimSampler(SCHEDULE, PredictionType.EPSILON, 100, 1);
        DdpmSampler ddpm = new DdpmSampler(SCHEDULE, PredictionType.EPSILON, 100);
        float[] a = {0.3f, -0.2f};
        float[] b = a.clone();
        float[] prediction = {0.4f, -0.3f};
        float[] noise = {1.2f, 0.7f};
        ddim.begin(2).step(prediction, 50, a, noise);
        ddpm.begin(2).step(prediction, 50, b, noise);
        assertArrayEquals(a, b, 1e-5f, "the two are one process where x_0 is not clipped");
    }

    @Test
    void shouldSayHowManyNetworkCallsAreDone() {
        UNet2DConfig config = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
        LongAdder calls = new LongAdder();
        try (UNet2D network = UNet2D.compile(config);
                NoisePredictor model =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            DdimSampler sampler = new DdimSampler(SCHEDULE, PredictionType.EPSILON, 7, 0);
            new ImageSampler(model, sampler).sample(5, 1, 64, 2, calls::add);
        }
        assertEquals(5 * 7, calls.sum());
    }

    /** They were judged as black ones, and counted as the first class. */
    @Test
    void imagesOfAModelThatHasDivergedAreNotHandedToJudges() {
        UNet2DConfig config = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
        float[] weights = new float[UNet2D.layout(config).size()];
        Arrays.fill(weights, Float.NaN);
        try (UNet2D network = UNet2D.compile(config);
                HostVector diverged = HostVector.of(weights);
                NoisePredictor model = new NoisePredictor(network, diverged, Precision.FP32)) {
            ImageSampler sampler = new ImageSampler(model, new DdimSampler(SCHEDULE, PredictionType.EPSILON, 2, 0));
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> sampler.each(3, 1, 64, 1, (first, images) -> fail("image " + first)))
                    .getMessage();
            assertTrue(message.startsWith("image 0 of 3 came to values that are no numbers"), message);
        }
    }

    @Test
    void shouldRefuseMoreStepsThanTimesteps() {
        assertThrows(IllegalArgumentException.class, () -> new DdimSampler(SCHEDULE, PredictionType.EPSILON, 101, 0));
    }

    @Test
    void shouldDrawImagesInRowsWithTheirOwnValues() throws IOException {
        float[] pixels = {-1, 0, 1, 5, 1, 1, 1, 1, -1, -1, -1, -1};
        byte[] png = ImageGrid.png(new ImageBatch(pixels, 3, 1, 2, 2), 2, 2);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertEquals((2 * 3 + 1) * 2, image.getWidth());
        assertEquals((2 * 3 + 1) * 2, image.getHeight());
        assertEquals(0xff000000, image.getRGB(2, 2));
        assertEquals(0xff808080, image.getRGB(4, 2));
        assertEquals(0xffffffff, image.getRGB(5, 5), "values above 1 are clipped");
        assertEquals(0xffffffff, image.getRGB(8, 2), "second image");
        assertEquals(0xff000000, image.getRGB(2, 8), "third image");
        assertTrue(image.getRGB(9, 9) == image.getRGB(0, 0), "an empty place is background");
    }
}
