package io.saddle.diffusion.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanResizeTest {
    private static final int SIDE = CleanResize.SIDE;

    /** Grey 28x28 and RGB 32x32 up, 512x512 down, grey 200x450 (one axis up, the other down), and 299x299. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void shouldGiveTheNumbersOfPilClippedAsCleanFidDoes(int index) throws IOException {
        JsonNode fixtures = InceptionFixtures.json("resize.json");
        JsonNode fixture = fixtures.get("cases").get(index);
        int channels = fixture.get("channels").asInt();
        ImageBatch images = InceptionFixtures.pattern(
                2, channels, fixture.get("height").asInt(), fixture.get("width").asInt());
        float[] resized = resize(images);
        assertEquals(2 * 3 * SIDE * SIDE, resized.length);
        int next = 0;
        for (int c = 0; c < channels; c++) {
            for (JsonNode y : fixtures.get("shown")) {
                for (JsonNode x : fixtures.get("shown")) {
                    double expected = fixture.get("values").get(next++).asDouble();
                    int second = (3 + c) * SIDE * SIDE + y.asInt() * SIDE + x.asInt();
                    assertEquals(expected, resized[second], 1e-4, () -> "at " + y + ", " + x);
                }
            }
        }
        assertEquals(fixture.get("values").size(), next);
    }

    @Test
    void shouldRepeatGreyInAllChannelsAndClipTheOvershoot() {
        float[] edge = new float[8 * 8];
        for (int i = 0; i < edge.length; i++) {
            edge[i] = i % 8 < 4 ? -1 : 1;
        }
        float[] resized = resize(new ImageBatch(edge, 1, 1, 8, 8));
        int atBounds = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            assertEquals(resized[i], resized[SIDE * SIDE + i]);
            assertEquals(resized[i], resized[2 * SIDE * SIDE + i]);
            assertTrue(resized[i] >= 0 && resized[i] <= 255, "bicubic interpolation overshoots an edge: " + resized[i]);
            atBounds += resized[i] == 0 || resized[i] == 255 ? 1 : 0;
        }
        assertTrue(atBounds > SIDE * SIDE / 10, "clipped pixels: " + atBounds);
    }

    @Test
    void shouldRoundToTheLevelsOfAFileFirst() {
        ImageBatch between = new ImageBatch(new float[] {0.5011f, -1.3f, 1.2f, -0.9998f}, 1, 1, 2, 2);
        ImageBatch levels = new ImageBatch(new float[] {191 / 127.5f - 1, -1, 1, -1}, 1, 1, 2, 2);
        assertArrayEquals(resize(levels), resize(between));
    }

    @Test
    void shouldRefuseOtherNumbersOfChannels() {
        ImageBatch four = new ImageBatch(new float[16], 1, 4, 2, 2);
        assertThrows(IllegalArgumentException.class, () -> resize(four));
    }

    private static float[] resize(ImageBatch images) {
        try (NDManager manager = TorchRuntime.get().newManager();
                CleanResize resize = new CleanResize()) {
            NDArray resized = resize.resized(manager, images);
            assertEquals(new Shape(images.count(), 3, SIDE, SIDE), resized.getShape());
            return resized.toFloatArray();
        }
    }
}
