package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a network that diffusers made, as UNet2DModel.save_pretrained leaves it. */
class DiffusersModelsTest {

    private static final Path GOLDEN = Path.of("../diffusion/src/test/resources/golden");

    @TempDir
    Path temporary;

    private Path folder;
    private Path weights;

    @BeforeEach
    void unpack() throws IOException {
        JsonNode golden =
                new ObjectMapper().readTree(GOLDEN.resolve("unet-tiny.json").toFile());
        folder = Files.createDirectory(temporary.resolve("model"));
        weights = folder.resolve("diffusion_pytorch_model.safetensors");
        Files.writeString(
                folder.resolve("config.json"),
                golden.get("config").toString().replace("\"sample_size\":16", "\"sample_size\":28"));
        Files.copy(GOLDEN.resolve("unet-tiny.weights.safetensors"), weights);
    }

    private RunSpec spec() {
        return new RunSpecParser(DiffusersModels.anywhere())
                .parse("run.yaml", "{name: a, initialModel: " + folder + "}");
    }

    @Test
    void anUntouchedImportIsExportedByteForByte() throws IOException {
        RunSpec spec = spec();
        RunModel model = RunModel.of(spec);
        ModelState start = ModelState.startingFrom(DiffusersModels.anywhere().weights(spec.initialModel(), model));
        Source source = new Source("objective", DataSets.open(DataSets.BUNDLED_MNIST, null));
        ModelState captured;
        try (PrimalTraining training = new PrimalTraining(model.trainingSettings(spec, 1), List.of(source), start)) {
            captured = training.capture();
        }
        for (HostVector exported : List.of(captured.weights(), captured.ema())) {
            Path snapshot = temporary.resolve("snapshot");
            Path export = temporary.resolve("export");
            new DiffusersPipelineFolder(model.network(), model.schedule(), model.prediction(), exported)
                    .write(snapshot);
            DiffusersPipelineFolder.read(snapshot).write(export);
            TensorFile original = TensorFile.read(weights);
            TensorFile written = TensorFile.read(export.resolve(DiffusersPipelineFolder.WEIGHTS));
            assertEquals(original.tensors().keySet(), written.tensors().keySet());
            original.tensors().forEach((name, tensor) -> {
                assertEquals(tensor.type(), written.get(name).type(), name);
                assertArrayEquals(tensor.shape(), written.get(name).shape(), name);
                assertEquals(tensor.data().rewind(), written.get(name).data().rewind(), name);
            });
        }
    }

    @Test
    void aSubmissionTakesTheFoldersSettingsAndPassesTheCheck() {
        RunSpec spec = spec();
        assertEquals(folder.toString(), spec.initialModel().folder());
        assertEquals(8, spec.model().unet().get("attention_head_dim").asInt());
        assertEquals(List.of(), new SubmissionCheck().check(spec));
    }

    @Test
    void aFlowsSchedulerGivesTheRunItsShift() throws IOException {
        Path scheduler = Files.createDirectory(folder.resolve("scheduler"));
        Files.writeString(
                scheduler.resolve("scheduler_config.json"),
                "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"num_train_timesteps\": 500, \"shift\": 3.0}");
        RunSpec spec = spec();
        assertEquals(new FlowSchedule(500, 3), RunModel.of(spec).schedule());
        assertEquals("flow", spec.model().prediction());
        assertEquals(List.of(), new SubmissionCheck().check(spec));
    }

    @Test
    void weightsThatDoNotFitAreAMistakeInTheSpecification() throws IOException {
        Files.copy(
                GOLDEN.resolve("unet-rgb.weights.safetensors"),
                weights,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        String message = assertThrows(InvalidRunSpecException.class, this::spec).getMessage();
        assertTrue(message.startsWith("run.yaml: initialModel: " + weights + ": the weights do not fit"), message);
    }

    @Test
    void aFolderThatHasChangedOrGoneIsNotStartedFrom() throws IOException {
        RunSpec spec = spec();
        RunModel model = RunModel.of(spec);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        String changed = assertThrows(
                        IOException.class, () -> DiffusersModels.anywhere().weights(spec.initialModel(), model))
                .getMessage();
        assertTrue(changed.startsWith(weights + " has changed since the run was submitted"), changed);
        Files.delete(weights);
        Files.delete(folder.resolve("config.json"));
        Files.delete(folder);
        String gone = assertThrows(
                        IOException.class, () -> DiffusersModels.anywhere().weights(spec.initialModel(), model))
                .getMessage();
        assertEquals(folder + ": there is no such folder", gone);
    }
}
