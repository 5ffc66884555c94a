package io.saddle.primaltrainer.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.model.RunModel;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.service.AlertLog;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotOutputTest {

    private static final String SPEC = """
            name: r
            data: {images: images, labels: labels}
            model:
              unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                     down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                     add_attention: false}
            training: {steps: 200, batchSize: 8}
            evaluation: {every: 0}
            """;

    /** Its files are read, for longer than a transaction may be open; who reads does so again where the transaction fails. */
    @Test
    void aSnapshotThatIsGoneIsSaidInATransactionOfItsOwnAndAgainWhereThatFails(@TempDir Path folder) throws Exception {
        DirectJournal written = new DirectJournal();
        Journal failsOnce = new Journal() {
            @Override
            public CompletableFuture<Void> append(Entry records) {
                throw new AssertionError("others' records wait in this transaction");
            }

            @Override
            public CompletableFuture<Void> appendGathered(Entry records) {
                return append(records);
            }

            @Override
            public CompletableFuture<Void> appendAlone(Entry filesAndRecords) {
                written.append(filesAndRecords);
                return written.append(filesAndRecords);
            }

            @Override
            public CompletableFuture<Void> appendBulk(Entry filesAndRecords) {
                return append(filesAndRecords);
            }
        };
        output(failsOnce, folder, 1).iterateAgain(120, 6, Map.of());
        assertEquals(
                List.of(AlertKind.DAMAGED_ARTIFACT, AlertKind.DAMAGED_ARTIFACT),
                written.written(Alert.class).stream().map(Alert::getKind).toList());
    }

    private static SnapshotOutput output(Journal journal, Path artifacts, long owner) throws IOException {
        RunSpec spec = new RunSpecParser().parse("run.yaml", SPEC);
        TrainerRecords records = new TrainerRecords(
                "r", "worker", "build", 2, Clock.systemUTC(), new AlertLog("primal-trainer", Clock.systemUTC()));
        return new RunOutput(
                        spec,
                        RunModel.of(spec),
                        new StatusLine(records, null),
                        journal,
                        new FileArtifactStore(artifacts),
                        owner,
                        () -> true,
                        NeededSteps.NONE)
                .snapshots();
    }

    /** It was announced with the digest of its damaged bytes, and the dual step was made of it. */
    @Test
    void aSnapshotThatWasDamagedSinceItWasAnnouncedIsNotAnnouncedAgain(@TempDir Path folder) throws Exception {
        DirectJournal written = new DirectJournal();
        HostVector weights = UNet2D.layout(
                        RunModel.of(new RunSpecParser().parse("run.yaml", SPEC)).network())
                .initialValues(3);
        SnapshotOutput first = output(written, folder, 1);
        first.iterate(weights, 120, 6, Map.of("a", 1));
        first.iterateAgain(120, 6, Map.of("a", 2));
        Artifact announced = written.written(ModelSnapshot.class).get(0).getArtifact();
        assertEquals(
                List.of(announced, announced),
                written.written(ModelSnapshot.class).stream()
                        .map(ModelSnapshot::getArtifact)
                        .toList());

        Path file = Path.of(URI.create(announced.getUri())).resolve(DiffusersPipelineFolder.WEIGHTS);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 8] ^= 1;
        Files.write(file, bytes);
        first.iterateAgain(120, 6, Map.of("a", 2));
        output(written, folder, 2).iterateAgain(120, 6, Map.of("a", 2));

        assertEquals(2, written.written(ModelSnapshot.class).size());
        List<Alert> alerts = written.written(Alert.class);
        assertEquals(2, alerts.size());
        for (Alert alert : alerts) {
            assertEquals(AlertKind.DAMAGED_ARTIFACT, alert.getKind());
            assertEquals(120, alert.getStep());
            assertTrue(
                    alert.getMessage().startsWith("the snapshot of step 120 is damaged in the artifact store ("),
                    alert.getMessage());
            assertTrue(alert.getRemedy().startsWith("bring the run's folder snapshots/raw/ back"), alert.getRemedy());
        }

        bytes[bytes.length - 8] ^= 1;
        Files.write(file, bytes);
        first.iterateAgain(120, 6, Map.of("a", 2));
        assertEquals(announced, written.written(ModelSnapshot.class).get(2).getArtifact(), "once it is back");
    }

    /** No evaluator could read the snapshot, however often it was announced again. */
    @Test
    void aSnapshotIsMadeWholeAgainWhereAFileBesideItsWeightsIsDamaged(@TempDir Path folder) throws Exception {
        DirectJournal written = new DirectJournal();
        UNet2DConfig network =
                RunModel.of(new RunSpecParser().parse("run.yaml", SPEC)).network();
        SnapshotOutput output = output(written, folder, 1);
        output.iterate(UNet2D.layout(network).initialValues(3), 120, 6, Map.of("a", 1));
        assertEquals(Optional.empty(), output.iterateTrouble(120));
        Path snapshot = Path.of(URI.create(
                written.written(ModelSnapshot.class).get(0).getArtifact().getUri()));
        for (String name : List.of("unet/config.json", "scheduler/scheduler_config.json", "model_index.json")) {
            Path file = snapshot.resolve(name);
            String sound = Files.readString(file);
            for (String content : Arrays.asList("{", null)) {
                if (name.equals("model_index.json") && content == null) {
                    // Who reads the folder does without.
                    continue;
                }
                Files.delete(file);
                if (content != null) {
                    Files.writeString(file, content);
                }
                assertTrue(
                        output.iterateTrouble(120).orElseThrow().startsWith("is damaged in the artifact store ("),
                        name);

                output.iterate(UNet2D.layout(network).initialValues(3), 120, 6, Map.of("a", 1));

                assertEquals(sound, Files.readString(file), name);
                assertEquals(Optional.empty(), output.iterateTrouble(120));
            }
        }
        Path config = snapshot.resolve("unet/config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"layers_per_block\" : 1", "\"layers_per_block\" : 2"));
        assertTrue(
                output.iterateTrouble(120).orElseThrow().contains("is of another network"),
                "a digit that a disk changed");
    }
}
