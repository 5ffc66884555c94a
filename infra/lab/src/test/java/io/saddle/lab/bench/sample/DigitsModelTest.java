package io.saddle.lab.bench.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.lab.bench.BenchException;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsModelTest {

    @TempDir
    Path folder;

    private static DigitsModel model(long steps) throws IOException {
        Path run = Distribution.locate().root().resolve("infra/examples/mnist-minority.yaml");
        return DigitsModel.of(run, steps, 1);
    }

    @Test
    void isTheDemosNetworkAndKeptByItsSettings() throws IOException {
        assertEquals(List.of(16, 32, 32), model(600).model().network().blockOutChannels());
        assertEquals(model(600).in(folder), model(600).in(folder));
        assertNotEquals(model(600).in(folder), model(601).in(folder));
    }

    @Test
    void isTrainedOnceThenTakenAsItLies() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        Path trained = model(1).trained(folder, digits);
        byte[] index = Files.readAllBytes(trained.resolve("model_index.json"));
        DiffusersPipelineFolder.read(trained);
        Files.delete(trained.resolve(DiffusersPipelineFolder.WEIGHTS));
        assertEquals(trained, model(1).trained(folder, digits));
        assertArrayEquals(index, Files.readAllBytes(trained.resolve("model_index.json")));
        assertTrue(Files.notExists(trained.resolve(DiffusersPipelineFolder.WEIGHTS)));
    }

    @Test
    void aModelOfOtherImagesIsRefused() throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        UNet2DConfig coloured = UNet2DConfig.of(32, 3, List.of(16, 32), 1, 8);
        BenchException refusal =
                assertThrows(BenchException.class, () -> SampleBench.requireDigits(Path.of("cifar"), coloured, digits));
        assertTrue(
                refusal.getMessage().startsWith("cifar: draws images of 32x32 with 3 channels"), refusal.getMessage());
    }
}
