package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffusersFolderTest {
    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
    private static final float[] WEIGHTS =
            UNet2D.layout(NETWORK).initialValues(5).toFloats();

    @TempDir
    Path temporary;

    private Path pipeline;
    private Path unet;

    @BeforeEach
    void write() throws IOException {
        pipeline = temporary.resolve("model");
        unet = pipeline.resolve("unet");
        new DiffusersPipelineFolder(NETWORK, NoiseSchedule.linear(100), PredictionType.EPSILON, HostVector.of(WEIGHTS))
                .write(pipeline);
    }

    private static float[] weights(Path folder) throws IOException {
        DiffusersFolder opened = DiffusersFolder.open(folder);
        return opened.weights().toFloats();
    }

    private static String refusal(Path folder) {
        return assertThrows(IOException.class, () -> weights(folder)).getMessage();
    }

    @Test
    void shouldOpenAPipelineAndAModelAlone() throws IOException {
        assertEquals(
                PredictionType.EPSILON,
                DiffusersFolder.open(pipeline).scheduler().orElseThrow().prediction());
        assertTrue(DiffusersFolder.open(unet).scheduler().isEmpty());
        assertEquals(NETWORK, DiffusersFolder.open(unet).network());
        assertArrayEquals(WEIGHTS, weights(pipeline));
        assertArrayEquals(WEIGHTS, weights(unet));
    }

    @Test
    void shouldSayWhatIsNoModel() throws IOException {
        assertTrue(refusal(temporary.resolve("none")).endsWith("none: there is no such folder"));
        assertTrue(refusal(temporary).contains("has neither config.json (a UNet2DModel) nor model_index.json"));
        Path index = pipeline.resolve("model_index.json");
        Files.writeString(index, Files.readString(index).replace("UNet2DModel", "UNet2DConditionModel"));
        assertTrue(refusal(pipeline).contains("was [\"diffusers\",\"UNet2DConditionModel\"]"));
    }

    @Test
    void shouldSayWhatToDoAboutOtherWeights() throws IOException {
        Path weights = unet.resolve(DiffusersFolder.WEIGHTS);
        Files.move(weights, unet.resolve("diffusion_pytorch_model.fp16.safetensors"));
        assertTrue(refusal(pipeline).contains("variant='fp16')"), refusal(pipeline));
        Files.createFile(unet.resolve("diffusion_pytorch_model.bin"));
        assertTrue(refusal(pipeline).contains("use_safetensors=False).save_pretrained"), refusal(pipeline));
    }

    /** "Is a directory", said the error, and nothing of which. */
    @Test
    void shouldNameAFolderInAFilesPlace() throws IOException {
        for (String name : List.of(DiffusersPipelineFolder.WEIGHTS, DiffusersFolder.SCHEDULER)) {
            Path file = pipeline.resolve(name);
            Files.move(file, temporary.resolve("kept"));
            Files.createDirectory(file);
            assertTrue(refusal(pipeline).startsWith(file + ": is a folder"), refusal(pipeline));
            Files.delete(file);
            Files.move(temporary.resolve("kept"), file);
        }
    }

    @Test
    void shouldWidenHalfPrecision() throws IOException {
        Path file = unet.resolve(DiffusersFolder.WEIGHTS);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        TensorFile.read(file).tensors().forEach((name, tensor) -> {
            ByteBuffer bytes = ByteBuffer.allocate(tensor.data().capacity() / 2).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : tensor.toFloats()) {
                bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
            tensors.put(name, new Tensor(TensorType.BF16, tensor.shape(), bytes.flip()));
        });
        new TensorFile(tensors, Map.of()).write(file);
        float[] read = weights(unet);
        for (int i = 0; i < read.length; i++) {
            assertEquals(Float.floatToRawIntBits(WEIGHTS[i]) & 0xffff0000, Float.floatToRawIntBits(read[i]));
        }
    }

    @Test
    void shouldRefuseANetworkTooLargeForOneVector() throws IOException {
        Path config = unet.resolve("config.json");
        String wide = Files.readString(config)
                .replaceAll("\"block_out_channels\" : \\[[^]]*]", "\"block_out_channels\" : [ 80000, 80000 ]");
        Files.writeString(config, wide);
        assertTrue(refusal(unet).contains("more than 2^31 weights"));
    }
}
