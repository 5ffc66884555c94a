package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.files.DiffusersZip;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.network.ParameterSpec;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.schedule.SchedulerConfig;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelsResourceTest extends ConsoleTest {

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);

    @Inject
    ArtifactStore artifacts;

    /** Each weight is the step: there is no libtorch here, and no network is computed. */
    private static TensorFile weights(long step) {
        Map<String, Tensor> tensors = new TreeMap<>();
        for (ParameterSpec parameter : UNet2D.layout(NETWORK).parameters()) {
            float[] values = new float[parameter.size()];
            Arrays.fill(values, step);
            tensors.put(parameter.name(), Tensor.floats(parameter.shape(), values));
        }
        return new TensorFile(tensors, Map.of("format", "pt"));
    }

    private void store(long step) throws IOException {
        artifacts.putFolder(
                run,
                "snapshots/ema/step-%010d-owner-000000000001".formatted(step),
                to -> {
                    Files.createDirectories(to.resolve("unet"));
                    Files.createDirectories(to.resolve("scheduler"));
                    Files.writeString(
                            to.resolve("unet/config.json"),
                            UNet2DConfigJson.write(NETWORK).toString());
                    Files.writeString(
                            to.resolve("scheduler/scheduler_config.json"),
                            new SchedulerConfig(NoiseSchedule.cosine(200), PredictionType.EPSILON, true)
                                    .toJson()
                                    .toString());
                    Files.writeString(
                            to.resolve("model_index.json"),
                            "{\"_class_name\": \"DDPMPipeline\", \"unet\": [\"diffusers\", \"UNet2DModel\"]}");
                    weights(step).write(to.resolve(DiffusersPipelineFolder.WEIGHTS));
                },
                DiffusersPipelineFolder.WEIGHTS);
    }

    /** The step that the weights of the model say. */
    private long fetched(String model) throws Exception {
        HttpResponse<byte[]> zip = http.send(
                HttpRequest.newBuilder(URI.create(runs + "/" + run + "/models/" + model + ".zip"))
                        .build(),
                BodyHandlers.ofByteArray());
        assertEquals(200, zip.statusCode(), () -> new String(zip.body()));
        assertEquals("application/zip", zip.headers().firstValue("Content-Type").orElse(""));
        assertTrue(zip.headers()
                .firstValue("Content-Disposition")
                .orElse("")
                .matches("attachment; filename=\"" + run + "-step-[0-9]+\\.zip\""));
        Path unpacked = Files.createTempDirectory(folder, "unpacked");
        DiffusersZip.unpack(new ByteArrayInputStream(zip.body()), unpacked);
        return (long) TensorFile.read(unpacked.resolve(DiffusersPipelineFolder.WEIGHTS))
                .get("conv_in.bias")
                .toFloats()[0];
    }

    private String refused(int status, String model) throws Exception {
        return problem(status, get("/" + run + "/models/" + model + ".zip"))
                .get("detail")
                .asText();
    }

    @Test
    void theNewestTheBestAndThatOfAStepAreWhatTheStoreHas() throws Exception {
        submit();
        for (long step : List.of(100L, 200L, 300L)) {
            store(step);
        }
        assertEquals(300, fetched("newest"));
        assertEquals(100, fetched("100"));
        assertTrue(refused(409, "best").contains("newest.zip is there"));

        new TrainedRun(publisher, artifacts, run)
                .judged(300, 90.0)
                .judged(200, 40.0)
                .durable();
        await().untilAsserted(() -> assertEquals(200, fetched("best")));
    }

    @Test
    void whatIsNotThereIsRefusedWithTheRemedy() throws Exception {
        assertTrue(refused(404, "newest").contains("there is no run"));
        submit();
        assertTrue(refused(409, "newest").contains("evaluation.every"));
        store(100);
        assertTrue(refused(404, "150").contains("there are those of [100]"));
        assertTrue(refused(404, "neuest").contains("best.zip, newest.zip"));
        assertTrue(refused(404, "..%2F..%2Fsecret").contains("names no model"));
    }

    /** Its files stayed open, for a body that nobody wrote. */
    @Test
    void whoAsksForTheHeadersOpensNoModel() throws Exception {
        submit();
        store(300);
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> headers = http.send(
                    HttpRequest.newBuilder(URI.create(runs + "/" + run + "/models/newest.zip"))
                            .method("HEAD", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
            assertEquals(200, headers.statusCode());
            assertEquals(
                    "attachment; filename=\"" + run + "-step-300.zip\"",
                    headers.headers().firstValue("Content-Disposition").orElse(""));
            assertEquals(
                    "application/zip",
                    headers.headers().firstValue("Content-Type").orElse(""));
        }
        assertEquals(List.of(), openFilesOf(run));
    }

    private static List<String> openFilesOf(String run) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                try {
                    open.add(Files.readSymbolicLink(file).toString());
                } catch (IOException e) {
                    // It is closed already.
                    continue;
                }
            }
        }
        return open.stream().filter(name -> name.contains(run)).toList();
    }
}
