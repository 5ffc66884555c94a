package io.saddle.artifact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Artifact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writers at once leave one whole artifact, in every kind of store. */
abstract class ArtifactConcurrencyContract extends ArtifactConfinementContract {

    @Test
    void manyWritersOfOneFolderLeaveOneWholeFolder() throws Exception {
        Artifact artifact = Concurrently.write(rounds(), writer -> {
                    String content = "weights of " + writer % 3;
                    return open().putFolder(
                                    "run",
                                    "model",
                                    to -> {
                                        Files.writeString(to.resolve("weights"), content);
                                        Files.writeString(to.resolve("copy"), content);
                                    },
                                    "weights");
                })
                .get(0);

        Path model = store.open(artifact);
        assertTrue(Files.readString(model.resolve("weights")).startsWith("weights of "));
        assertEquals(Files.readString(model.resolve("weights")), Files.readString(model.resolve("copy")));
        assertEquals(List.of("model"), everything());
    }

    @Test
    void manyWritersOfTheSameFileAllGetTheSameArtifact() throws Exception {
        List<Artifact> artifacts =
                Concurrently.write(rounds(), writer -> store.putFile("run", "grid.png", "abc".getBytes(UTF_8)));

        assertEquals(1, artifacts.stream().distinct().count());
        store.verified(artifacts.get(0));
        assertEquals(List.of("grid.png"), everything());
    }

    @Test
    void clearingAwayBearsWithOthersThatWriteAndDelete() throws Exception {
        Concurrently.write(rounds(), writer -> {
            Artifact artifact = store.putFolder(
                    "run", "group/model-" + writer, to -> Files.writeString(to.resolve("weights"), "abc"), "weights");
            store.removeLeftovers();
            store.verified(artifact, "weights");
            store.delete("run", "group/model-" + writer);
            return artifact;
        });

        assertEquals(List.of(), store.list("run", "group/"));
    }
}
