package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.files.DiffusersZip;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ModelsResourceTest extends ConsoleTest {

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);

    @Inject
    ArtifactStore artifacts;

    private static float[] weights(long step) {
        return UNet2D.layout(NETWORK).initialValues(step).toFloats();
    }

    private void store(long step) throws IOException {
        artifacts.putFolder(
                run,
                "snapshots/ema/step-%010d-owner-000000000001".formatted(step),
                to -> new DiffusersPipelineFolder(
                                NETWORK,
                                NoiseSchedule.cosine(200),
                                PredictionType.EPSILON,
                                HostVector.of(weights(step)))
                        .write(to),
                DiffusersPipelineFolder.WEIGHTS);
    }

    private float[] fetched(String model) throws Exception {
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
        return DiffusersPipelineFolder.read(unpacked).weights().toFloats();
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
        assertArrayEquals(weights(300), fetched("newest"));
        assertArrayEquals(weights(100), fetched("100"));
        assertTrue(refused(409, "best").contains("newest.zip is there"));

        new TrainedRun(publisher, artifacts, run)
                .judged(300, 90.0)
                .judged(200, 40.0)
                .durable();
        await().untilAsserted(() -> assertArrayEquals(weights(200), fetched("best")));
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
}
