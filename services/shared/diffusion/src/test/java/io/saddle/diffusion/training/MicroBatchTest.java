package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.diffusion.network.UNet2DConfig;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicroBatchTest {

    @ParameterizedTest(name = "{0}x{0}, {1} channels, {2} layers")
    @CsvSource({"28, 16, 1, 32", "32, 64, 1, 32", "32, 64, 2, 30", "64, 128, 2, 3", "256, 128, 2, 1"})
    void shouldTakeFewerRowsOfLargerNetworks(int size, int channels, int layers, int rows) {
        UNet2DConfig network = UNet2DConfig.of(size, 3, List.of(channels, channels), layers, 8);
        assertEquals(rows, MicroBatch.rows(network));
    }
}
