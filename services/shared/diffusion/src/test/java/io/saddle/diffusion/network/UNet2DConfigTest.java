package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UNet2DConfigTest {
    private static final UNet2DConfig CONFIG = UNet2DConfig.of(16, 3, List.of(8, 16, 16), 1, 4);

    private static String refusal(ObjectNode json) {
        return assertThrows(IllegalArgumentException.class, () -> UNet2DConfig.fromJson(json))
                .getMessage();
    }

    @Test
    void shouldRoundTripThroughDiffusersJson() {
        assertEquals(CONFIG, UNet2DConfig.fromJson(CONFIG.toJson()));
        ObjectNode json = CONFIG.toJson().putNull("attention_head_dim").put("time_embedding_dim", 40);
        UNet2DConfig read = UNet2DConfig.fromJson(json);
        assertEquals(read, UNet2DConfig.fromJson(read.toJson()));
        assertEquals(40, read.timeWidth());
    }

    @Test
    void shouldNameEverySettingThatIsNotSupported() {
        ObjectNode json = CONFIG.toJson();
        json.put("act_fn", "gelu");
        json.put("dropout", 0.1);
        json.put("time_embedding_type", "fourier");
        json.put("num_class_embeds", 10);
        json.put("resnet_time_scale_shift", "scale_shift");
        json.put("new_setting", true);
        json.putArray("down_block_types")
                .add("DownBlock2D")
                .add("ResnetDownsampleBlock2D")
                .add("DownBlock2D");
        String message = refusal(json);
        for (String expected : List.of(
                "act_fn", "dropout", "fourier", "num_class_embeds", "scale_shift", "new_setting", "ResnetDownsample")) {
            assertTrue(message.contains(expected), expected + " is missing in: " + message);
        }
    }

    @Test
    void shouldRefuseASizeThatCannotBeHalvedOnEveryLevel() {
        assertTrue(refusal(CONFIG.toJson().put("sample_size", 14)).contains("multiple of 4"));
    }

    @Test
    void shouldRefuseChannelsThatTheGroupsDoNotDivide() {
        assertTrue(refusal(CONFIG.toJson().put("norm_num_groups", 3)).contains("norm_num_groups 3"));
    }

    @Test
    void shouldRunEveryArrangementOfBlocks() {
        List<UNet2DConfig> configs = List.of(
                variant(8, 1, List.of(8), List.of("DownBlock2D"), List.of("UpBlock2D"), 2, null, 1, false, 1),
                variant(
                        8,
                        2,
                        List.of(8, 12),
                        List.of("AttnDownBlock2D", "DownBlock2D"),
                        List.of("UpBlock2D", "AttnUpBlock2D"),
                        1,
                        4,
                        0,
                        true,
                        2),
                variant(
                        16,
                        1,
                        List.of(4, 8, 8, 12),
                        List.of("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "AttnDownBlock2D"),
                        List.of("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D"),
                        2,
                        2,
                        1,
                        true,
                        1.5));
        for (UNet2DConfig config : configs) {
            int values = config.inChannels() * config.sampleSize() * config.sampleSize();
            float[] x = new float[3 * values];
            Random random = new Random(1);
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            try (UNet2D network = UNet2D.compile(config);
                    NoisePredictor predictor =
                            network.predictor(network.layout().initialValues(1), Precision.FP32)) {
                float[] together = predictor.predict(x, new int[] {1, 50, 999});
                float[] last = new float[values];
                System.arraycopy(x, 2 * values, last, 0, values);
                float[] alone = predictor.predict(last, new int[] {999});
                float[] tail = new float[values];
                System.arraycopy(together, 2 * values, tail, 0, values);
                assertArrayEquals(alone, tail, 1e-4f, "rows must not mix");
            }
        }
    }

    private static UNet2DConfig variant(
            int size,
            int channels,
            List<Integer> levels,
            List<String> down,
            List<String> up,
            int layers,
            Integer headDim,
            int padding,
            boolean attention,
            double scale) {
        return new UNet2DConfig(
                size, channels, channels, false, true, 0, null, down, up, levels, layers, scale, padding, headDim, 4,
                null, 1e-5, attention);
    }
}
