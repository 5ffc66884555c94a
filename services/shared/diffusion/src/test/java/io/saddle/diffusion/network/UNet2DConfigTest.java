package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UNet2DConfigTest {
    private static final UNet2DConfig CONFIG = UNet2DConfig.of(16, 3, List.of(8, 16, 16), 1, 4);

    private static String refusal(ObjectNode json) {
        return assertThrows(IllegalArgumentException.class, () -> UNet2DConfigJson.read(json))
                .getMessage();
    }

    @Test
    void shouldRoundTripThroughDiffusersJson() {
        assertEquals(CONFIG, UNet2DConfigJson.read(UNet2DConfigJson.write(CONFIG)));
        ObjectNode json =
                UNet2DConfigJson.write(CONFIG).putNull("attention_head_dim").put("time_embedding_dim", 40);
        UNet2DConfig read = UNet2DConfigJson.read(json);
        assertEquals(read, UNet2DConfigJson.read(UNet2DConfigJson.write(read)));
        assertEquals(40, read.timeWidth());
    }

    @Test
    void shouldNameEverySettingThatIsNotSupported() {
        ObjectNode json = UNet2DConfigJson.write(CONFIG);
        json.put("act_fn", "gelu");
        json.put("dropout", 0.1);
        json.put("time_embedding_type", "fourier");
        json.put("class_embed_type", "projection");
        json.put("resnet_time_scale_shift", "scale_shift");
        json.put("new_setting", true);
        json.putArray("down_block_types")
                .add("DownBlock2D")
                .add("ResnetDownsampleBlock2D")
                .add("DownBlock2D");
        String message = refusal(json);
        for (String expected : List.of(
                "act_fn", "dropout", "fourier", "class_embed_type", "scale_shift", "new_setting", "ResnetDownsample")) {
            assertTrue(message.contains(expected), expected + " is missing in: " + message);
        }
    }

    @Test
    void shouldKnowTheClassesOfANetwork() {
        UNet2DConfig config =
                UNet2DConfigJson.read(UNet2DConfigJson.write(CONFIG).put("num_class_embeds", 11));
        assertEquals(CONFIG.withClassEmbeds(11), config);
        assertEquals(config, UNet2DConfigJson.read(UNet2DConfigJson.write(config)));
        assertEquals(10, config.nullClass());
        assertEquals(11, config.labelCount());
        assertFalse(CONFIG.classConditional());
        assertFalse(config.fits(CONFIG), "one of the two needs labels");
        assertThrows(IllegalStateException.class, CONFIG::nullClass);
        UNet2DConfig byNumber =
                UNet2DConfigJson.read(UNet2DConfigJson.write(CONFIG).put("class_embed_type", "timestep"));
        assertEquals(byNumber, UNet2DConfigJson.read(UNet2DConfigJson.write(byNumber)));
        assertTrue(byNumber.classConditional());
    }

    @Test
    void shouldRefuseWrongClassEmbeddings() {
        ObjectNode json = UNet2DConfigJson.write(CONFIG);
        assertTrue(refusal(json.put("num_class_embeds", 0)).contains("num_class_embeds: must be null or > 0, was 0"));
        assertTrue(refusal(json.put("num_class_embeds", 3).put("class_embed_type", "timestep"))
                .contains("num_class_embeds: must be null where class_embed_type is timestep"));
        assertTrue(refusal(json.put("class_embed_type", 3)).contains("class_embed_type: must be a text or null"));
    }

    @Test
    void shouldTellWhichSizesItRunsOn() {
        assertTrue(CONFIG.sizeProblem(new ImageSize(4, 12)).isEmpty());
        assertTrue(CONFIG.sizeProblem(new ImageSize(14, 16)).orElseThrow().contains("multiples of 4"));
        UNet2DConfig open = UNet2DConfigJson.read(UNet2DConfigJson.write(CONFIG).putNull("sample_size"));
        assertThrows(IllegalStateException.class, open::height);
    }

    @Test
    void shouldReadTheFormsOfSampleSize() {
        ObjectNode json = UNet2DConfigJson.write(CONFIG);
        json.putArray("sample_size").add(8).add(20);
        UNet2DConfig config = UNet2DConfigJson.read(json);
        assertEquals(new ImageSize(8, 20), config.sampleSize());
        assertEquals("[8,20]", UNet2DConfigJson.write(config).get("sample_size").toString());
        json.remove("sample_size");
        assertNull(UNet2DConfigJson.read(json).sampleSize());
        assertTrue(refusal(json.put("sample_size", "8")).contains("sample_size: must be a whole number"));
    }

    @Test
    void shouldRefuseAValueOfAnotherTypeInsteadOfMendingIt() {
        ObjectNode json = UNet2DConfigJson.write(CONFIG).put("freq_shift", 0.5).put("flip_sin_to_cos", "yes");
        json.putNull("norm_num_groups")
                .putArray("block_out_channels")
                .add(8)
                .add(16.5)
                .add(16);
        String message = refusal(json);
        for (String expected : List.of(
                "freq_shift: must be a whole number, was 0.5",
                "flip_sin_to_cos: must be true or false",
                "norm_num_groups: must be a whole number, was null",
                "block_out_channels: must be a list of whole numbers")) {
            assertTrue(message.contains(expected), expected + " is missing in: " + message);
        }
    }

    @Test
    void shouldTakeTheDefaultsOfDiffusersForWhatIsMissing() {
        UNet2DConfig config =
                UNet2DConfigJson.read(UNet2DConfigJson.write(CONFIG).objectNode());
        assertEquals(List.of(224, 448, 672, 896), config.blockOutChannels());
        assertEquals(List.of("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"), config.upBlockTypes());
        assertEquals(8, config.attentionHeadDim());
        assertEquals(32, config.normNumGroups());
        assertTrue(config.midBlock());
    }

    @Test
    void shouldReadTheConfigOfDiffusersFirstVersion() {
        ObjectNode json = UNet2DConfigJson.write(CONFIG);
        json.remove(List.of(
                "add_attention",
                "attn_norm_num_groups",
                "class_embed_type",
                "downsample_type",
                "dropout",
                "mid_block_type"));
        json.remove(List.of(
                "num_class_embeds",
                "num_train_timesteps",
                "resnet_time_scale_shift",
                "time_embedding_dim",
                "upsample_type"));
        json.put("act_fn", "swish").put("_diffusers_version", "0.0.4");
        json.putArray("up_block_types")
                .add("UNetResAttnUpBlock2D")
                .add("UNetResUpBlock2D")
                .add("UpBlock2D");
        assertEquals(CONFIG, UNet2DConfigJson.read(json));
    }

    @Test
    void shouldKnowANetworkWithoutAMiddle() {
        UNet2DConfig config =
                UNet2DConfigJson.read(UNet2DConfigJson.write(CONFIG).putNull("mid_block_type"));
        assertFalse(config.midBlock());
        assertFalse(UNet2D.layout(config).blocks().containsKey("mid_block"));
        assertEquals(config, UNet2DConfigJson.read(UNet2DConfigJson.write(config)));
    }

    @Test
    void shouldRefuseHeadsWiderThanALevelWithAttentionOnly() {
        ObjectNode json = UNet2DConfigJson.write(CONFIG).put("attention_head_dim", 12);
        assertEquals(12, UNet2DConfigJson.read(json).attentionHeadDim(), "the level with 8 channels has no attention");
        json.putArray("up_block_types").add("UpBlock2D").add("UpBlock2D").add("AttnUpBlock2D");
        assertTrue(refusal(json).contains("attention_head_dim: 12 is more than the 8 channels"));
    }

    @Test
    void shouldRefuseGroupsThatDoNotDivideTheMiddle() {
        assertTrue(refusal(UNet2DConfigJson.write(CONFIG).put("attn_norm_num_groups", 3))
                .contains("attn_norm_num_groups"));
    }

    @Test
    void shouldRefuseChannelsThatTheGroupsDoNotDivide() {
        assertTrue(refusal(UNet2DConfigJson.write(CONFIG).put("norm_num_groups", 3))
                .contains("norm_num_groups 3"));
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
            int values = config.inChannels() * config.height() * config.width();
            float[] x = new float[3 * values];
            Random random = new Random(1);
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            try (UNet2D network = UNet2D.compile(config);
                    NoisePredictor predictor =
                            new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
                float[] together = predictor.predict(x, new float[] {1, 50, 999});
                float[] last = new float[values];
                System.arraycopy(x, 2 * values, last, 0, values);
                float[] alone = predictor.predict(last, new float[] {999});
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
                ImageSize.square(size),
                channels,
                channels,
                false,
                true,
                0,
                null,
                down,
                up,
                levels,
                layers,
                true,
                scale,
                padding,
                headDim,
                4,
                null,
                1e-5,
                attention,
                null,
                null);
    }
}
