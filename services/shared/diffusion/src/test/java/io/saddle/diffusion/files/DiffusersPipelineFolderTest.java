package io.saddle.diffusion.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffusersPipelineFolderTest {
    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
    private static final float[] WEIGHTS =
            UNet2D.layout(NETWORK).initialValues(5).toFloats();

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        new DiffusersPipelineFolder(
                        NETWORK, NoiseSchedule.cosine(200), PredictionType.V_PREDICTION, HostVector.of(WEIGHTS))
                .write(folder);
    }

    @Test
    void shouldReadBackWhatItWrote() throws IOException {
        DiffusersPipelineFolder read = DiffusersPipelineFolder.read(folder);
        assertEquals(NETWORK, read.network());
        assertEquals(NoiseSchedule.cosine(200), read.schedule());
        assertEquals(PredictionType.V_PREDICTION, read.prediction());
        assertArrayEquals(WEIGHTS, read.weights().toFloats());
    }

    @Test
    void shouldKeepTheTableOfClasses() throws IOException {
        UNet2DConfig network = NETWORK.withClassEmbeds(11);
        float[] weights = UNet2D.layout(network).initialValues(5).toFloats();
        new DiffusersPipelineFolder(
                        network, NoiseSchedule.cosine(200), PredictionType.V_PREDICTION, HostVector.of(weights))
                .write(folder);
        DiffusersPipelineFolder read = DiffusersPipelineFolder.read(folder);
        assertEquals(network, read.network());
        assertArrayEquals(weights, read.weights().toFloats());
        TensorFile file = TensorFile.read(folder.resolve(DiffusersPipelineFolder.WEIGHTS));
        assertArrayEquals(
                new long[] {11, 32}, file.get("class_embedding.weight").shape());
    }

    /** A pipeline that shows latents as if they were pixels, or clips them, would be worse than none. */
    @Test
    void shouldSayThatItMakesLatentsAndBringWhatDecodesThem() throws IOException {
        String latents = "dataset:faces-latent@1";
        Path autoencoder = Files.createDirectory(folder.resolve("theirs"));
        List<Path> files = List.of(
                Files.writeString(autoencoder.resolve("config.json"), "{}"),
                Files.writeString(autoencoder.resolve("weights"), "w"));
        Path model = folder.resolve("model");
        new DiffusersPipelineFolder(
                        NETWORK, NoiseSchedule.cosine(200), PredictionType.EPSILON, HostVector.of(WEIGHTS), latents)
                .write(model, files, "AutoencoderKL");
        assertEquals(latents, DiffusersPipelineFolder.read(model).latents());
        assertNull(DiffusersPipelineFolder.read(folder).latents());
        JsonNode index =
                new ObjectMapper().readTree(model.resolve("model_index.json").toFile());
        assertEquals("DiffusionPipeline", index.get("_class_name").asText());
        assertEquals("[\"diffusers\",\"AutoencoderKL\"]", index.get("vae").toString());
        assertEquals("w", Files.readString(model.resolve("vae/weights")));
        assertFalse(clips(model));
        assertTrue(clips(folder));
    }

    private static boolean clips(Path folder) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("scheduler/scheduler_config.json").toFile())
                .get("clip_sample")
                .booleanValue();
    }

    @Test
    void shouldHaveTheFilesThatDiffusersLooksFor() throws IOException {
        JsonNode index =
                new ObjectMapper().readTree(folder.resolve("model_index.json").toFile());
        assertEquals("DDPMPipeline", index.get("_class_name").asText());
        assertEquals("[\"diffusers\",\"UNet2DModel\"]", index.get("unet").toString());
        assertEquals("[\"diffusers\",\"DDPMScheduler\"]", index.get("scheduler").toString());
        JsonNode scheduler = new ObjectMapper()
                .readTree(folder.resolve("scheduler/scheduler_config.json").toFile());
        assertEquals("v_prediction", scheduler.get("prediction_type").asText());
        assertEquals("squaredcos_cap_v2", scheduler.get("beta_schedule").asText());
        TensorFile weights = TensorFile.read(folder.resolve(DiffusersPipelineFolder.WEIGHTS));
        assertEquals("pt", weights.metadata().get("format"));
    }

    @Test
    void shouldNameTheSchedulerOfAFlow() throws IOException {
        FlowSchedule flow = new FlowSchedule(200, 3);
        new DiffusersPipelineFolder(NETWORK, flow, PredictionType.FLOW, HostVector.of(WEIGHTS)).write(folder);
        DiffusersPipelineFolder read = DiffusersPipelineFolder.read(folder);
        assertEquals(flow, read.schedule());
        assertEquals(PredictionType.FLOW, read.prediction());
        JsonNode index =
                new ObjectMapper().readTree(folder.resolve("model_index.json").toFile());
        assertEquals(
                "[\"diffusers\",\"FlowMatchEulerDiscreteScheduler\"]",
                index.get("scheduler").toString());
    }

    @Test
    void shouldListWeightsThatAreMissingLeftOverOrOfAnotherShape() throws IOException {
        Path file = folder.resolve(DiffusersPipelineFolder.WEIGHTS);
        Map<String, Tensor> tensors = new LinkedHashMap<>(TensorFile.read(file).tensors());
        tensors.put("extra.weight", tensors.remove("conv_out.bias"));
        tensors.put("conv_in.bias", Tensor.floats(new long[] {2}, 1, 2));
        new TensorFile(tensors, Map.of()).write(file);
        String message = assertThrows(IOException.class, () -> DiffusersPipelineFolder.read(folder))
                .getMessage();
        assertTrue(message.contains("missing: [conv_out.bias]"), message);
        assertTrue(message.contains("left over: [extra.weight]"), message);
        assertTrue(message.contains("conv_in.bias has shape [2], the configuration asks for [8]"), message);
    }

    @Test
    void shouldNameTheFileWithASettingThatIsNotSupported() throws IOException {
        Path config = folder.resolve("unet/config.json");
        Files.writeString(config, Files.readString(config).replace("\"silu\"", "\"mish\""));
        String message = assertThrows(IOException.class, () -> DiffusersPipelineFolder.read(folder))
                .getMessage();
        assertTrue(message.contains("config.json") && message.contains("mish"), message);
    }
}
