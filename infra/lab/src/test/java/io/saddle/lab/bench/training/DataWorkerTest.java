package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Worker;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataWorkerTest {

    @TempDir
    Path folder;

    @Test
    void aWorkerTellsWhatTheImagesTookOfEveryStep() throws IOException {
        TinySubject tiny = TinySubject.in(folder);
        TrainingSubject subject = tiny.subject();
        Path store = folder.resolve("store");
        String address = new MadePictures(subject.settings().network(), 30).put(new FileArtifactStore(store));
        ObjectNode configuration = subject.configuration(tiny.model(), Precision.FP32, 1)
                .put("store", store.toString())
                .put("address", address);

        assertEquals(
                30,
                new ImageSets(new FileArtifactStore(store), DataRoots.ANYWHERE)
                        .open(address, "")
                        .count());
        try (Worker worker = tiny.context().java("data", "primal-trainer", DataWorker.class, configuration)) {
            assertTrue(worker.hello().path("mirrorMillis").asDouble() > 0);
            ObjectNode steps = worker.ask(Json.object().put("steps", 2));
            for (int i = 0; i < 2; i++) {
                double images = steps.path("images").get(i).asDouble();
                double outside = steps.path("outside").get(i).asDouble();
                assertTrue(images > 0 && outside < steps.path("millis").get(i).asDouble(), steps::toString);
                assertTrue(steps.path("imagesCpu").get(i).asDouble() > 0, steps::toString);
            }
            worker.ask(Json.object().put("readAll", true));
            assertEquals(
                    3, worker.ask(Json.object().put("open", 3)).path("millis").size());
        }
    }
}
