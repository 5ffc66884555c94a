package io.saddle.diffusion.autoencoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.files.TensorType;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.testing.RecordedAutoencoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoencoderFolderTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    private Path folder(String name) throws IOException {
        return RecordedAutoencoder.folder(temporary, name);
    }

    private void change(Path folder, String tensor, Tensor value) throws IOException {
        Path file = folder.resolve("diffusion_pytorch_model.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>(TensorFile.read(file).tensors());
        if (value == null) {
            tensors.remove(tensor);
        } else {
            tensors.put(tensor, value);
        }
        new TensorFile(tensors, Map.of()).write(file);
    }

    private String refusal(Path folder) {
        return assertThrows(
                        IOException.class,
                        () -> AutoencoderFolder.open(folder)
                                .load(Precision.FP32)
                                .close())
                .getMessage();
    }

    private void assertRefuses(Path folder, String expected) {
        String message = refusal(folder);
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource({"vae-a, encoder.mid_block.attentions.0.to_q.bias", "vae-tiny-b, decoder.layers.5.weight"})
    void shouldNameATensorThatIsMissing(String name, String tensor) throws IOException {
        Path folder = folder(name);
        change(folder, tensor, null);
        assertRefuses(folder, "diffusion_pytorch_model.safetensors: the weights do not fit");
        assertRefuses(folder, "missing: [" + tensor + "]");
    }

    @ParameterizedTest
    @CsvSource({"vae-b, quant_conv.weight", "vae-tiny-a, decoder.layers.1.bias"})
    void shouldNameATensorThatItDoesNotKnow(String name, String tensor) throws IOException {
        Path folder = folder(name);
        change(folder, tensor, Tensor.floats(new long[] {4}, 1, 2, 3, 4));
        assertRefuses(folder, "left over: [" + tensor + "]");
    }

    @ParameterizedTest
    @CsvSource({"vae-a, post_quant_conv.bias", "vae-tiny-a, encoder.layers.14.bias"})
    void shouldNameATensorOfAnotherShape(String name, String tensor) throws IOException {
        Path folder = folder(name);
        change(folder, tensor, Tensor.floats(new long[] {3}, 1, 2, 3));
        assertRefuses(folder, tensor + " has shape [3], the configuration asks for [4]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vae-a|act_fn|\"mish\"|act_fn: only silu or swish is supported, was \"mish\"",
                "vae-a|latents_mean|[0.1, 0.2, 0.3, 0.4]|latents_mean: only null is supported, was [0.1,0.2,0.3,0.4]",
                "vae-a|latents_std|[1, 1, 1, 1]|latents_std: only null is supported",
                "vae-a|block_out_channels|[16, 36]|block_out_channels: must be multiples of norm_num_groups (8)",
                "vae-a|block_out_channels|[]|block_out_channels: must have 1 to 16 entries, has 0",
                "vae-a|down_block_types|[\"DownEncoderBlock2D\", \"AttnDownEncoderBlock2D\"]|down_block_types: must be DownEncoderBlock2D for each of the 2",
                "vae-a|up_block_types|[\"UpDecoderBlock2D\"]|up_block_types: must be UpDecoderBlock2D for each of the 2",
                "vae-a|scaling_factor|0|scaling_factor: must be a finite number other than 0, was 0.0",
                "vae-a|scaling_factor|\"1\"|scaling_factor: must be a number, was \"1\"",
                "vae-a|shift_factor|\"no\"|shift_factor: must be a number, was \"no\"",
                "vae-a|out_channels|1|out_channels: must be in_channels (3), was 1",
                "vae-a|latent_channels|0|latent_channels: must be >= 1, was 0",
                "vae-a|layers_per_block|0|layers_per_block: must be >= 1, was 0",
                "vae-a|norm_num_groups|0|norm_num_groups: must be >= 1, was 0",
                "vae-a|sample_size|\"big\"|sample_size: must be a whole number or null, was \"big\"",
                "vae-a|temporal_compression|4|temporal_compression: unknown setting",
                "vae-tiny-a|act_fn|\"silu\"|act_fn: only relu is supported, was \"silu\"",
                "vae-tiny-a|upsample_fn|\"bilinear\"|upsample_fn: only nearest is supported, was \"bilinear\"",
                "vae-tiny-a|upsampling_scaling_factor|3|upsampling_scaling_factor: only 2 is supported, was 3",
                "vae-tiny-a|encoder_block_out_channels|[16, 16, 16, 32]|encoder_block_out_channels: must be one number >= 1, said 4 times",
                "vae-tiny-a|decoder_block_out_channels|[16, 16]|decoder_block_out_channels: must be one number >= 1, said 4 times",
                "vae-tiny-a|block_out_channels|[16]|block_out_channels: must be decoder_block_out_channels [16, 16, 16, 16]",
                "vae-tiny-a|num_encoder_blocks|[1, 3, 3]|num_decoder_blocks: must be as many as num_encoder_blocks (3)",
                "vae-tiny-a|num_decoder_blocks|[3, 3, 3, -1]|num_decoder_blocks: must be numbers >= 0",
                "vae-tiny-a|num_encoder_blocks|[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]|num_encoder_blocks: must have 1 to 16 entries, has 17",
                "vae-tiny-a|latent_magnitude|null|latent_magnitude: must be a number, was null",
                "vae-tiny-a|soft_clamp|true|soft_clamp: unknown setting"
            })
    void shouldNameTheSettingThatIsNotSupported(String name, String key, String value, String expected)
            throws IOException {
        Path folder = folder(name);
        ObjectNode config = RecordedAutoencoder.config(name);
        config.set(key, JSON.readTree(value));
        Files.writeString(folder.resolve("config.json"), config.toString());
        assertRefuses(folder, "config.json: " + config.get("_class_name").asText() + ": ");
        assertRefuses(folder, expected);
    }

    @Test
    void shouldNameSettingsThatAreNoText() throws IOException {
        Path folder = folder("vae-a");
        Files.write(folder.resolve("config.json"), new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        assertRefuses(folder, folder.resolve("config.json") + ": Invalid UTF-8");
    }

    @Test
    void shouldRefuseNetworksThatNoMachineHolds() throws IOException {
        Path folder = folder("vae-a");
        ObjectNode config = RecordedAutoencoder.config("vae-a");
        config.putArray("block_out_channels").add(1 << 20).add(1 << 20);
        Files.writeString(folder.resolve("config.json"), config.toString());
        assertRefuses(folder, "config.json: the networks have more than 2^31 weights");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AsymmetricAutoencoderKL", "AutoencoderDC"})
    void shouldRefuseOtherAutoencodersByName(String className) throws IOException {
        Path folder = folder("vae-a");
        Files.writeString(
                folder.resolve("config.json"),
                RecordedAutoencoder.config("vae-a")
                        .put("_class_name", className)
                        .toString());
        assertTrue(AutoencoderFolder.isOne(folder));
        assertRefuses(
                folder, "only AutoencoderKL and AutoencoderTiny are autoencoders that can be read, was " + className);
    }

    @Test
    void shouldTakeTheDefaultsOfDiffusersAndTheConfigurationsOfItsFirstVersions() throws IOException {
        AutoencoderKlConfig config = AutoencoderKlConfig.read(JSON.readTree("""
                {"_class_name": "AutoencoderKL", "_diffusers_version": "0.4.2", "act_fn": "silu",
                 "block_out_channels": [128, 256, 512, 512], "in_channels": 3, "latent_channels": 4,
                 "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
                 "layers_per_block": 2, "norm_num_groups": 32, "out_channels": 3, "sample_size": 256,
                 "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}
                """));
        assertEquals(
                new AutoencoderKlConfig(
                        3, 4, List.of(128, 256, 512, 512), 2, 32, true, true, true, new LatentScaling(0.18215, 0)),
                config);
        // That of Stable Diffusion's autoencoder.
        assertEquals(83_653_863, AutoencoderKl.layout(config).size());
        AutoencoderTinyConfig tiny = AutoencoderTinyConfig.read(JSON.createObjectNode());
        // That of TAESD.
        assertEquals(2_445_063, AutoencoderTiny.layout(tiny).size());
        assertEquals(8, tiny.description(0).reduction());
    }

    @Test
    void shouldReadAttentionByTheNamesOfEarlierVersionsAndHalfPrecision() throws IOException {
        Path folder = folder("vae-a");
        Path file = folder.resolve("diffusion_pytorch_model.safetensors");
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        TensorFile.read(file)
                .tensors()
                .forEach((name, tensor) -> renamed.put(
                        name.replace("to_q", "query")
                                .replace("to_k", "key")
                                .replace("to_v", "value")
                                .replace("to_out.0", "proj_attn"),
                        tensor));
        new TensorFile(renamed, Map.of()).write(file);
        AutoencoderFolder opened = AutoencoderFolder.open(folder);
        assertEquals(Set.of(TensorType.F32), opened.weightTypes());
        opened.load(Precision.FP32).close();
    }

    @Test
    void shouldSayWhatToDoAboutPickledWeights() throws IOException {
        Path folder = folder("vae-a");
        Files.move(
                folder.resolve("diffusion_pytorch_model.safetensors"), folder.resolve("diffusion_pytorch_model.bin"));
        assertRefuses(folder, "convert them in Python: AutoencoderKL.from_pretrained('" + folder);
    }

    @Test
    void shouldRefuseImagesAndLatentsOfAnotherShape() throws IOException {
        try (Autoencoder autoencoder = AutoencoderFolder.open(folder("vae-a")).load(Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            NDArray odd = manager.zeros(new Shape(1, 3, 32, 33), DataType.FLOAT32);
            assertEquals(
                    "images must have the shape [B, 3, H, W], H and W multiples of 2, have (1, 3, 32, 33)",
                    assertThrows(IllegalArgumentException.class, () -> autoencoder.latents(odd))
                            .getMessage());
            NDArray grey = manager.zeros(new Shape(1, 1, 32, 32), DataType.FLOAT32);
            assertThrows(IllegalArgumentException.class, () -> autoencoder.latents(grey));
            assertEquals(
                    "latents must have the shape [B, 4, h, w], have (1, 1, 32, 32)",
                    assertThrows(IllegalArgumentException.class, () -> autoencoder.images(grey))
                            .getMessage());
            assertThrows(IllegalArgumentException.class, () -> autoencoder.distributions(odd));
        }
    }

    @Test
    void shouldGiveNoDistributionsWhereTheEncoderHasNone() throws IOException {
        try (Autoencoder autoencoder =
                        AutoencoderFolder.open(folder("vae-tiny-a")).load(Precision.FP32);
                NDManager manager = autoencoder.newManager()) {
            NDArray images = manager.zeros(new Shape(1, 3, 32, 32), DataType.FLOAT32);
            assertFalse(autoencoder.isVariational());
            assertThrows(UnsupportedOperationException.class, () -> autoencoder.distributions(images));
        }
    }
}
