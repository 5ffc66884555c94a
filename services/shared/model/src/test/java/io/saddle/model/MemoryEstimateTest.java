package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.training.MicroBatch;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
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

    /**
     * A step that measures gradients by source was seen to take 6.0 GB in fp32 and 5.6 in bf16, others 4.6 and 4.2, of which 0.3 are the
     * JVM's. Evaluators were seen to take 2.97 and 3.60 GB.
     */
    @Test
    void theEstimateOfALargeNetworkIsWhatItWasSeenToTakeAndALittleMore() {
        assertEquals(6.0e9, MemoryEstimate.training(LARGE, 2), 0.1e9);
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
        assertEquals(29 * vector / 2 + MicroBatch.bytes(small), MemoryEstimate.training(small, 1));
    }

    /** What its owner adds and merges lies beside the slots that it does itself; the console refuses by the same measure. */
    @Test
    void theOwnerOfSlotsTakesMoreThanTheTrainingOfOne() {
        String yaml = """
                name: slots
                data: {images: images, labels: labels}
                model: {unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                  down_block_types: [DownBlock2D], up_block_types: [UpBlock2D]}}
                training: {device: cpu, slots: %s}
                """;
        RunSpec alone = new RunSpecParser().parse("run.yaml", yaml.formatted(1));
        RunSpec slotted = new RunSpecParser().parse("run.yaml", yaml.formatted(4));
        UNet2DConfig network = RunModel.of(alone).network();
        long vector = 4L * UNet2D.layout(network).size();
        long training = MemoryEstimate.training(network, 2);
        assertEquals(training, MemoryEstimate.run(alone, false, 2));
        assertEquals(training + 3 * vector, MemoryEstimate.slot(alone, false, 2), "the round's base");
        // Its state, a sum, a slot's state and the merged one, and a checkpoint and two snapshots on their way to the
        // disk.
        assertEquals(training + (3 + 4 + 3 + 3 + 4 + 4 + 2) * vector, MemoryEstimate.run(slotted, false, 2));
        assertEquals(MemoryEstimate.run(slotted, false, 2), MemoryEstimate.trainingAtLeast(slotted, 2));
    }

    /** Each has the weights, and gradients come from one to the other through a vector; threads are shared out, one to each at least. */
    @Test
    void logicalDevicesOnTheHostTakeTheirWeights() {
        String yaml = """
                name: devices
                data: {images: images, labels: labels}
                model: {unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                  down_block_types: [DownBlock2D], up_block_types: [UpBlock2D]}}
                training: {device: "%s"}
                """;
        RunSpec one = new RunSpecParser().parse("run.yaml", yaml.formatted("cpu"));
        RunSpec three = new RunSpecParser().parse("run.yaml", yaml.formatted("cpu,cpu,cpu"));
        RunSpec gpus = new RunSpecParser().parse("run.yaml", yaml.formatted("cuda:0,cuda:1"));
        UNet2DConfig network = RunModel.of(one).network();
        long vector = 4L * UNet2D.layout(network).size();
        assertEquals(
                MemoryEstimate.run(one, false, 3) + 3 * vector,
                MemoryEstimate.run(three, false, 3),
                "weights of two more, and one on the way");
        assertEquals(MemoryEstimate.run(three, false, 3), MemoryEstimate.run(three, false, 2), "a thread for each");
        assertEquals(MemoryEstimate.run(three, false, 3), MemoryEstimate.trainingAtLeast(three, 3), "on no GPU");
        assertEquals(MemoryEstimate.trainingOnGpu(network), MemoryEstimate.run(gpus, true, 2));
        assertEquals(MemoryEstimate.trainingOnGpu(network), MemoryEstimate.trainingAtLeast(gpus, 2));
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
                reason.startsWith("the network takes about 5.6 GiB of memory, at most 4.0 GiB may be taken"), reason);
    }
}
