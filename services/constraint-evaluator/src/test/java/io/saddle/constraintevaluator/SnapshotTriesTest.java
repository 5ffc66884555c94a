package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.kafka.Fault;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.model.RunModel;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.SnapshotWeights;
import io.saddle.serde.Serdes;
import io.saddle.service.EvaluatorDeployment;
import io.saddle.service.MemoryLimit;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Further tries of a snapshot of which one constraint could not be measured. */
class SnapshotTriesTest {

    private static final RunSpec SPEC = new RunSpecParser().parse("run.yaml", """
            name: r
            model:
              unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                     down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                     add_attention: false}
            dual: {mode: LOCKSTEP, primalSteps: 5}
            """);

    /** Measures everything but what is called broken. */
    private final class Loss implements ConstraintLoss {
        @Override
        public String description() {
            return "";
        }

        @Override
        public Measurement measure(Snapshot snapshot, ConstraintDefinition definition) throws IOException {
            measured.add(definition.getConstraintId());
            if (definition.getConstraintId().startsWith("unmapped")) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            if (definition.getConstraintId().startsWith("broken")) {
                throw new IOException("the judge has changed");
            }
            return Measurement.of(new LossEstimateResult(0.1, 0.01, 32));
        }
    }

    @TempDir
    Path folder;

    private final List<String> measured = new ArrayList<>();
    private final RunTables tables = new RunTables();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final DualSteps dualSteps = new DualSteps(new KafkaSettings("127.0.0.1:1", "http://127.0.0.1:1"), serdes) {
        @Override
        boolean areTakenFor(Received<ModelSnapshot> received, RunSpec.Dual dual, List<ConstraintDefinition> left) {
            return areTakenFor(received.value(), dual, left);
        }
    };
    private FileArtifactStore store;
    private LossMeasurement measurement;
    private ModelSnapshot snapshot;

    @BeforeEach
    void publish() throws Exception {
        serdes.registry().register(Topics.LOSS_ESTIMATES.subject(), new AvroSchema(Topics.LOSS_ESTIMATES.schema()));
        store = new FileArtifactStore(folder);
        RunModel model = RunModel.of(SPEC);
        snapshot = new ModelSnapshot(
                "r",
                5L,
                0L,
                SnapshotWeights.RAW,
                false,
                Map.of(),
                store.putFolder(
                        "r",
                        "snapshots/raw/step-5",
                        to -> new DiffusersPipelineFolder(
                                        model.network(),
                                        model.schedule(),
                                        model.prediction(),
                                        UNet2D.layout(model.network()).initialValues(1))
                                .write(to),
                        DiffusersPipelineFolder.WEIGHTS),
                "trainer",
                Instant.EPOCH);
        measurement = new LossMeasurement(
                tables,
                new Publisher(producer, serdes),
                store,
                OneLoss.named("denoising-loss", new Loss()),
                new EvaluatorDeployment(""),
                dualSteps,
                Clock.systemUTC(),
                new MemoryLimit(Long.MAX_VALUE),
                1,
                "1");
    }

    private void define(String id, int version, ConstraintState state) {
        tables.put(ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId(id)
                .setVersion(version)
                .setState(state)
                .setEvaluator("denoising-loss")
                .setThreshold(0)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    private Received<ModelSnapshot> announced(long offset) {
        return new Received<>(Topics.SNAPSHOTS.name(), 0, offset, 0, "r", snapshot, new RecordHeaders());
    }

    private void fails(Received<ModelSnapshot> received) throws InterruptedException {
        assertFalse(measurement.isSettled(received, SPEC));
        IOException failure = assertThrows(IOException.class, () -> measurement.evaluate(received, SPEC));
        assertTrue(failure.getMessage().contains("the judge has changed"), failure.getMessage());
    }

    private List<String> published() {
        return producer.history().stream()
                .map(record -> serdes.deserializer(Topics.LOSS_ESTIMATES)
                        .deserialize(Topics.LOSS_ESTIMATES.name(), record.value()))
                .map(LossEstimate::getConstraintId)
                .toList();
    }

    private void takeDualStep(String moved) {
        dualSteps.put(MultiplierUpdate.newBuilder()
                .setRunId("r")
                .setDualStep(1)
                .setStep(5)
                .setConstraints(List.of(ConstraintMultiplier.newBuilder()
                        .setConstraintId(moved)
                        .setVersion(1)
                        .setBefore(0)
                        .setAfter(0)
                        .setLoss(0.1)
                        .setThreshold(0)
                        .setMixtureWeight(0)
                        .build()))
                .setObjectiveWeight(1)
                .setUpdatedAt(Instant.EPOCH)
                .build());
    }

    /** The others cost their run three times as much, at every snapshot, and had three estimates each. */
    @Test
    void whatIsMeasuredIsNotMeasuredAgainForTheSakeOfAnother() throws Exception {
        define("broken", 1, ConstraintState.ACTIVE);
        define("good", 1, ConstraintState.ACTIVE);
        fails(announced(3));
        fails(announced(3));
        assertEquals(List.of("broken", "good", "broken"), measured);
        assertEquals(List.of("good"), published());
        define("good", 2, ConstraintState.ACTIVE);
        fails(announced(3));
        assertEquals(List.of("good", "good"), published(), "another requirement");
        fails(announced(4));
        assertEquals(List.of("good", "good", "good"), published(), "announced again by a trainer that waits");
    }

    /** The others' estimates were sent again every two seconds, and of those behind it there never was one. */
    @Test
    void anErrorOfTheMachineKeepsNoOtherConstraintFromItsEstimate() throws Exception {
        define("a", 1, ConstraintState.ACTIVE);
        define("unmapped", 1, ConstraintState.ACTIVE);
        define("z", 1, ConstraintState.ACTIVE);
        for (int i = 0; i < 2; i++) {
            IOException failure = assertThrows(IOException.class, () -> measurement.evaluate(announced(3), SPEC));
            assertTrue(failure.getMessage().contains("constraint 'unmapped': a fault occurred"), failure.getMessage());
            assertEquals(Fault.ENVIRONMENT, Fault.of(failure));
        }
        assertEquals(List.of("a", "z"), published());
    }

    /** It was taken for done once the others' dual step was there: no alert, no dead letter, and nobody heard of it. */
    @Test
    void aShadowThatCannotBeMeasuredIsNotSettledByTheOthersDualStep() throws Exception {
        define("good", 1, ConstraintState.ACTIVE);
        define("broken.shadow", 1, ConstraintState.SHADOW);
        fails(announced(3));
        takeDualStep("good");
        fails(announced(3));
        assertTrue(measurement.isSettled(announced(4), SPEC), "measured by nobody for the sake of a shadow alone");
    }

    /** A dual step waited for it. */
    @Test
    void shadowsComeLast() throws Exception {
        define("a.shadow", 1, ConstraintState.SHADOW);
        define("b", 1, ConstraintState.ACTIVE);
        define("c", 1, ConstraintState.RETIRING);
        assertFalse(measurement.isSettled(announced(3), SPEC));
        measurement.evaluate(announced(3), SPEC);
        assertEquals(List.of("b", "c", "a.shadow"), measured);
    }
}
