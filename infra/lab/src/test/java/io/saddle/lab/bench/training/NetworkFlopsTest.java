package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.run.spec.RunSpecParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkFlopsTest {

    /** One level of 8 channels on 4x4 pixels, time embedding of 32, attention on the way down, in the middle and on the way up. */
    @Test
    void shouldCountConvolutionsLinearLayersAndAttention() {
        long timeEmbedding = 2 * (8 * 32 + 32 * 32);
        long convIn = 2 * 9 * 1 * 8 * 16;
        long residual = 2 * (9 * 8 * 8 * 16 + 32 * 8 + 9 * 8 * 8 * 16);
        long attention = 2 * (4 * 8 * 8 * 16 + 2 * 16 * 16 * 8);
        long residualOfBoth = 2 * (9 * 16 * 8 * 16 + 32 * 8 + 9 * 8 * 8 * 16 + 16 * 8 * 16);
        long convOut = 2 * 9 * 8 * 1 * 16;
        long down = residual + attention;
        long middle = residual + attention + residual;
        long up = 2 * (residualOfBoth + attention);

        assertEquals(
                timeEmbedding + convIn + down + middle + up + convOut,
                NetworkFlops.forward(UNet2DConfig.of(4, 1, List.of(8), 1, 4)));
    }

    /** Two levels, 2 and 4 channels on 4x2 pixels: a way down and up between them, no middle block, no attention. */
    @Test
    void shouldCountTheWayBetweenLevels() throws Exception {
        UNet2DConfig config = UNet2DConfigJson.read(new ObjectMapper().readTree("""
                {"sample_size": [4, 2], "in_channels": 3, "out_channels": 3, "mid_block_type": null, "layers_per_block": 1,
                 "down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"],
                 "block_out_channels": [2, 4], "norm_num_groups": 1}
                """));
        long timeEmbedding = 2 * (2 * 8 + 8 * 8);
        long convIn = 2 * 9 * 3 * 2 * 8;
        long firstDown = 2 * (9 * 2 * 2 * 8 + 8 * 2 + 9 * 2 * 2 * 8) + 2 * 9 * 2 * 2 * 2;
        long secondDown = 2 * (9 * 2 * 4 * 2 + 8 * 4 + 9 * 4 * 4 * 2 + 2 * 4 * 2);
        // Joined with skips of 4 and 2 channels, then doubled.
        long firstUp = 2 * (9 * 8 * 4 * 2 + 8 * 4 + 9 * 4 * 4 * 2 + 8 * 4 * 2)
                + 2 * (9 * 6 * 4 * 2 + 8 * 4 + 9 * 4 * 4 * 2 + 6 * 4 * 2)
                + 2 * 9 * 4 * 4 * 8;
        // Joined with skips of 2 and 2 channels.
        long secondUp = 2 * (9 * 6 * 2 * 8 + 8 * 2 + 9 * 2 * 2 * 8 + 6 * 2 * 8)
                + 2 * (9 * 4 * 2 * 8 + 8 * 2 + 9 * 2 * 2 * 8 + 4 * 2 * 8);
        long convOut = 2 * 9 * 2 * 3 * 8;

        assertEquals(
                timeEmbedding + convIn + firstDown + secondDown + firstUp + secondUp + convOut,
                NetworkFlops.forward(config));
    }

    /** torch.utils.flop_counter counts the same, but for attention on the CPU, of which it has no formula. */
    @Test
    void shouldCountWhatTorchCountsAndTheAttention() {
        var run = new RunSpecParser().parse("run.yaml", "name: small\ndata: {images: \"bundled:mnist10k\"}\n");
        TrainingSubject small = TrainingSubject.ofRun(run, 64, 2);
        TrainingSubject larger = TrainingSubject.larger(run, 64, 2);
        long fourAttentionsOf49Pixels = 4 * 2 * 2 * 49 * 49 * 32;
        long fourAttentionsOf64Pixels = 4 * 2 * 2 * 64 * 64 * 144;

        assertEquals(
                94_630_912 + fourAttentionsOf49Pixels,
                NetworkFlops.forward(small.settings().network()));
        assertEquals(
                2_073_632_768 + fourAttentionsOf64Pixels,
                NetworkFlops.forward(larger.settings().network()));
        assertEquals(18.4, NetworkFlops.step(small.settings().network(), 64) / 1e9, 0.05);
        assertEquals(400, NetworkFlops.step(larger.settings().network(), 64) / 1e9, 0.5);
    }
}
