package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.training.MicroBatch;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {

    /** UNet2DModel of diffusers' train_unconditional at 3x64x64: 113,673,219 weights. */
    private static final UNet2DConfig LARGE =
            RunModel.of(new RunSpecParser().parse("run.yaml", """
                    name: large
                    data: {images: images, labels: labels}
                    model:
                      unet:
                        sample_size: 64
                        in_channels: 3
                        out_channels: 3
                        layers_per_block: 2
                        block_out_channels: [128, 128, 256, 256, 512, 512]
                        down_block_types: [DownBlock2D, DownBlock2D, DownBlock2D, DownBlock2D, AttnDownBlock2D, DownBlock2D]
                        up_block_types: [UpBlock2D, AttnUpBlock2D, UpBlock2D, UpBlock2D, UpBlock2D, UpBlock2D]
                    """)).network();

    /** The trainer's process was seen to reach 6.2 GB, 0.3 GB of which are the JVM's, evaluators 2.97 and 3.60 GB. */
    @Test
    void theEstimateOfALargeNetworkIsWhatItWasSeenToTakeAndALittleMore() {
        assertEquals(4.6e9, MemoryEstimate.training(LARGE, 2), 0.1e9);
        assertEquals(3.6e9, MemoryEstimate.evaluation(LARGE, 2), 0.2e9);
    }

    /** Its checkpoints are copied, so that the next step waits for no disk: two more of everything than a view takes. */
    @Test
    void aSmallNetworksCheckpointIsACopy() {
        UNet2DConfig small =
                RunModel.of(new RunSpecParser().parse("run.yaml", """
                        name: small
                        data: {images: images, labels: labels}
                        model: {unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                          down_block_types: [DownBlock2D], up_block_types: [UpBlock2D]}}
                        """)).network();
        assertTrue(MemoryEstimate.areCopied(UNet2D.layout(small).size()));
        assertFalse(MemoryEstimate.areCopied(UNet2D.layout(LARGE).size()));
        long vector = 4L * UNet2D.layout(small).size();
        assertEquals(23 * vector / 2 + MicroBatch.bytes(small), MemoryEstimate.training(small, 1));
    }

    /** What lies on the GPU is not the host's. */
    @Test
    void onAGpuARunTakesOnTheHostWhatItBeginsWithAndCopies() {
        assertEquals(8 * 4 * 113_673_219L, MemoryEstimate.trainingOnGpu(LARGE));
    }

    @Test
    void whatDoesNotFitIsRefusedWithBothFigures() {
        long estimate = MemoryEstimate.training(LARGE, 2);
        assertEquals(Optional.empty(), MemoryEstimate.tooLarge(estimate, estimate));
        String reason = MemoryEstimate.tooLarge(estimate, 4L << 30).orElseThrow();
        assertTrue(
                reason.startsWith("the network takes about 4.3 GiB of memory, at most 4.0 GiB may be taken"), reason);
        assertThrows(IOException.class, () -> MemoryEstimate.requireEvaluation(LARGE, 2, 1L << 30));
    }
}
